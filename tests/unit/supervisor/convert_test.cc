#include <gtest/gtest.h>

#include <limits>

#include "common/grpc_server/errors.h"
#include "common/grpc_server/pb_time.h"
#include "services/supervisor/adapters/agent_convert.h"
#include "services/supervisor/adapters/call_convert.h"
#include "services/supervisor/adapters/campaign_convert.h"
#include "services/supervisor/adapters/grpc_backend.h"
#include "services/supervisor/rest/json_values.h"
#include "services/supervisor/rest/view_json.h"

namespace callfleet::supervisor {
namespace {

namespace edge = callfleet::sip_edge::v1;
namespace registry = callfleet::agent_registry::v1;
using grpc_server::LengthOf;
using grpc_server::TimeOf;
using grpc_server::ToPb;

TEST(ConvertTest, EndReasonsAreNamedByTheEdgeOrTheSipCode) {
  edge::LegEnd end;
  EXPECT_EQ(EndReason(end), "normal");
  end.set_sip_code(486);
  EXPECT_EQ(EndReason(end), "busy");
  end.set_sip_code(503);
  EXPECT_EQ(EndReason(end), "sip_503");
  end.set_edge_reason(edge::EDGE_REASON_RING_TIMEOUT);
  EXPECT_EQ(EndReason(end), "ring_timeout");
}

TEST(ConvertTest, ARecordBecomesAFactWithItsLegsAndTimes) {
  edge::CallRecord record;
  record.set_call_id("c1");
  record.set_version(7);
  record.set_direction(edge::CALL_DIRECTION_OUTBOUND);
  record.set_state(edge::CALL_STATE_BRIDGED);
  record.mutable_controller()->mutable_unit()->set_kind(callfleet::common::v1::UNIT_KIND_CAMPAIGN);
  record.mutable_controller()->mutable_unit()->set_id("camp");
  record.mutable_create_time()->set_seconds(100);
  auto* leg = record.add_legs();
  leg->set_leg_id("l1");
  leg->set_role(edge::LEG_ROLE_AGENT);
  leg->set_state(edge::LEG_STATE_ANSWERED);
  leg->set_agent_id("a1");
  leg->set_held_by_far_end(true);
  const CallFact fact = ToFact(record);
  EXPECT_EQ(fact.direction, CallDirection::kOutbound);
  EXPECT_EQ(fact.state, EdgeCallState::kBridged);
  EXPECT_EQ(fact.controller, (Unit{UnitKind::kCampaign, "camp"}));
  EXPECT_EQ(fact.created, WallTime(std::chrono::seconds(100)));
  EXPECT_FALSE(fact.ended.has_value());
  ASSERT_EQ(fact.legs.size(), 1U);
  EXPECT_EQ(fact.legs[0].role, LegRole::kAgent);
  EXPECT_TRUE(fact.legs[0].held);
  EXPECT_FALSE(fact.legs[0].is_caller);
  record.mutable_legs(0)->set_is_caller(true);
  EXPECT_TRUE(ToFact(record).legs[0].is_caller);
}

edge::Leg EndedLeg() {
  edge::Leg leg;
  leg.set_state(edge::LEG_STATE_ENDED);
  leg.set_codec("PCMA");
  leg.set_one_way_audio(edge::ONE_WAY_AUDIO_NOTHING_HEARD);
  auto* quality = leg.mutable_quality();
  quality->set_packets_received(900);
  quality->set_packets_sent(1'000);
  quality->set_packets_lost(100);
  quality->set_mos(3.25);
  quality->mutable_jitter()->set_nanos(2'500'000);
  quality->mutable_round_trip()->set_nanos(40'000'000);
  quality->mutable_first_rtp_after_answer()->set_seconds(1);
  return leg;
}

LegFact Converted(const edge::Leg& leg) {
  edge::CallRecord record;
  *record.add_legs() = leg;
  return ToFact(record).legs.at(0);
}

TEST(ConvertTest, ALegHasWhatItsEdgeMeasuredOnIt) {
  using std::chrono::microseconds;
  const LegFact leg = Converted(EndedLeg());
  EXPECT_EQ(leg.one_way, OneWayAudio::kNothingHeard);
  const LegQuality measured{.packets_received = 900,
                            .packets_sent = 1'000,
                            .packets_lost = 100,
                            .jitter = microseconds(2'500),
                            .round_trip = microseconds(40'000),
                            .first_rtp = microseconds(1'000'000),
                            .mos = 3.25};
  EXPECT_EQ(leg.quality, measured);
}

TEST(ConvertTest, WhatWasNotMeasuredIsAbsentRatherThan0) {
  edge::Leg deaf = EndedLeg();
  deaf.mutable_quality()->Clear();
  EXPECT_FALSE(Converted(deaf).quality.has_value());  // Its figures are still to come.
  deaf.mutable_quality()->set_packets_sent(50);
  EXPECT_EQ(Converted(deaf).quality, LegQuality{.packets_sent = 50});
  deaf.clear_quality();
  deaf.clear_one_way_audio();
  EXPECT_FALSE(Converted(deaf).quality.has_value());
  EXPECT_EQ(Converted(deaf).one_way, OneWayAudio::kNone);
}

TEST(ConvertTest, AnAgentHasTheEdgeOfItsRegistrationWhileItIsReachable) {
  registry::Agent agent;
  agent.set_edge_id("edge-2");
  EXPECT_TRUE(ToFact(agent).edge.empty());
  agent.set_reachable(true);
  EXPECT_EQ(ToFact(agent).edge, EdgeId("edge-2"));
}

TEST(ConvertTest, AnUnreachableAgentHasNoContact) {
  registry::Agent agent;
  agent.set_agent_id("a1");
  agent.set_contact("sip:a1@10.0.0.1");
  agent.set_presence(registry::PRESENCE_NOT_READY);
  agent.set_activity(registry::AGENT_ACTIVITY_NOT_READY);
  agent.set_line_mode(registry::AGENT_LINE_MODE_AUTO);
  AgentFact fact = ToFact(agent);
  EXPECT_EQ(fact.contact, "");
  EXPECT_EQ(fact.presence, Presence::kNotReady);
  EXPECT_EQ(fact.line_mode, "auto");
  agent.set_reachable(true);
  EXPECT_EQ(ToFact(agent).contact, "sip:a1@10.0.0.1");
}

TEST(ConvertTest, AnAgentShowsWhatTheRegistryKeepsOfIt) {
  registry::Agent agent;
  agent.set_agent_id("a1");
  agent.mutable_wrap_up()->set_seconds(2);
  agent.mutable_wrap_up()->set_nanos(500'000'000);
  agent.mutable_create_time()->set_seconds(1'767'607'200);
  EXPECT_EQ(rest::ToJson(AgentView{.fact = ToFact(agent)})["pendingPresence"], nullptr);
  agent.set_pending_presence(registry::PRESENCE_NOT_READY);
  agent.set_pending_presence_reason("lunch");
  const auto shown = rest::ToJson(AgentView{.fact = ToFact(agent)});
  EXPECT_EQ(shown["wrapUpSeconds"], 2.5);
  EXPECT_EQ(shown["createdAt"], "2026-01-05T10:00:00.000Z");
  EXPECT_EQ(shown["pendingPresence"], "not_ready");
  EXPECT_EQ(shown["pendingPresenceReason"], "lunch");
}

TEST(ConvertTest, TimesAreToldAsProtobufWantsThem) {
  using std::chrono::microseconds;
  EXPECT_EQ(ToPb(WallTime(microseconds(1'500'000))).nanos(), 500'000'000);
  const auto before_1970 = ToPb(WallTime(microseconds(-1'500'000)));
  EXPECT_EQ(before_1970.seconds(), -2);
  EXPECT_EQ(before_1970.nanos(), 500'000'000);
  EXPECT_EQ(TimeOf(ToPb(WallTime(microseconds(-1)))), WallTime(microseconds(-1)));
  EXPECT_EQ(LengthOf(ToPb(std::chrono::milliseconds(-1'500))), microseconds(-1'500'000));
}

TEST(ConvertTest, ATimeOfAClientThatIsNoneIsTheNearestThatIsOne) {
  constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
  google::protobuf::Timestamp time;
  google::protobuf::Duration length;
  for (const auto seconds : {kMost, -kMost}) {
    time.set_seconds(seconds);
    time.set_nanos(2'000'000'000);
    EXPECT_EQ(TimeOf(ToPb(TimeOf(time))), TimeOf(time));
    length.set_seconds(seconds);
    EXPECT_EQ(LengthOf(length).count() > 0, seconds > 0);
  }
  time.set_seconds(kMost);
  EXPECT_EQ(rest::TimeJson(ToPb(TimeOf(time))), "9999-12-31T23:59:59.999Z");
}

TEST(ConvertTest, AServiceThatIsAwayIsNamedAndMayBeAskedAgain) {
  const auto error = ToBackendError(Service::kDialer, {grpc::StatusCode::UNAVAILABLE, "refused"});
  EXPECT_EQ(error.reason, "DIALER_UNAVAILABLE");
  EXPECT_TRUE(error.retry_after.has_value());
  const auto late = ToBackendError(Service::kEdge, {grpc::StatusCode::DEADLINE_EXCEEDED, ""});
  EXPECT_EQ(late.code, ErrorCode::kUnavailable);
  EXPECT_EQ(late.reason, "SIP_EDGE_TIMEOUT");
}

TEST(ConvertTest, AServicesOwnReasonIsKept) {
  const auto status = grpc_server::ToGrpcStatus(
      Error{.code = ErrorCode::kUnavailable, .reason = "DATABASE_UNAVAILABLE", .message = "away"});
  EXPECT_EQ(ToBackendError(Service::kDialer, status).reason, "DATABASE_UNAVAILABLE");
}

}  // namespace
}  // namespace callfleet::supervisor
