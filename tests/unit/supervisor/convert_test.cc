#include <gtest/gtest.h>

#include "common/grpc_server/errors.h"
#include "services/supervisor/adapters/agent_convert.h"
#include "services/supervisor/adapters/call_convert.h"
#include "services/supervisor/adapters/campaign_convert.h"
#include "services/supervisor/adapters/grpc_backend.h"

namespace callfleet::supervisor {
namespace {

namespace edge = callfleet::sip_edge::v1;
namespace registry = callfleet::agent_registry::v1;

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
