// What an edge measured on the legs of a call, over REST and gRPC, live and from history.
#include <grpcpp/grpcpp.h>

#include "callfleet/supervisor/v1/supervisor_service.grpc.pb.h"
#include "tests/integration/supervisor/house.h"

namespace callfleet::supervisor::test {
namespace {

namespace pb = callfleet::supervisor::v1;

class CallLegsTest : public House {
 protected:
  void SetUp() override {
    House::SetUp();
    StartSupervisor();
  }
  static std::int64_t Now() { return std::time(nullptr); }
  // A customer and an agent talk; the agent does not hear.
  static edge_pb::CallRecord Talk(const std::string& id) {
    edge_pb::CallRecord record;
    record.set_call_id(id);
    record.set_version(1);
    record.set_state(edge_pb::CALL_STATE_BRIDGED);
    record.mutable_create_time()->set_seconds(Now() - 60);
    for (const char* name : {"customer", "agent"}) {
      auto* leg = record.add_legs();
      leg->set_leg_id(id + "-" + name);
      leg->set_state(edge_pb::LEG_STATE_ANSWERED);
      leg->set_role(edge_pb::LEG_ROLE_CUSTOMER);
      leg->set_codec("PCMU");
      leg->mutable_answer_time()->set_seconds(Now() - 50);
    }
    record.mutable_legs(1)->set_role(edge_pb::LEG_ROLE_AGENT);
    record.mutable_legs(1)->set_agent_id("agent-7");
    record.mutable_legs(1)->set_one_way_audio(edge_pb::ONE_WAY_AUDIO_NOTHING_HEARD);
    return record;
  }
  static edge_pb::CallRecord Over(edge_pb::CallRecord record) {
    record.set_version(record.version() + 1);
    record.set_state(edge_pb::CALL_STATE_ENDED);
    record.mutable_end_time()->set_seconds(Now());
    for (auto& leg : *record.mutable_legs()) {
      leg.set_state(edge_pb::LEG_STATE_ENDED);
      leg.mutable_end_time()->set_seconds(Now());
      auto* quality = leg.mutable_quality();
      quality->set_packets_received(75);
      quality->set_packets_sent(120);
      quality->set_packets_lost(25);
      quality->set_mos(3.5);
      quality->mutable_jitter()->set_nanos(2'250'000);
    }
    return record;
  }
  static void ExpectMeasured(const Json& leg) {
    EXPECT_EQ(leg["agentId"], "agent-7");
    EXPECT_EQ(leg["codec"], "PCMU");
    EXPECT_EQ(leg["ended"], true);
    EXPECT_EQ(leg["oneWayAudio"], "nothing_heard");
    const Json measured{{"packetsReceived", 75},
                        {"packetsSent", 120},
                        {"packetsLost", 25},
                        {"lossRatio", 0.25},
                        {"jitterSeconds", 0.00225},
                        {"roundTripSeconds", nullptr},
                        {"mos", 3.5},
                        {"firstRtpSeconds", nullptr}};
    EXPECT_EQ(leg["quality"], measured);
  }
  pb::Call OverGrpc(const std::string& id) {
    const auto stub = pb::SupervisorService::NewStub(grpc::CreateChannel(
        "127.0.0.1:" + std::to_string(app->grpc_port()), grpc::InsecureChannelCredentials()));
    grpc::ClientContext context;
    pb::GetCallRequest request;
    request.set_call_id(id);
    pb::GetCallResponse response;
    EXPECT_TRUE(stub->GetCall(&context, request, &response).ok());
    return response.call();
  }
  static void ExpectMeasured(const pb::CallLeg& leg) {
    EXPECT_EQ(leg.role(), "agent");
    EXPECT_EQ(leg.agent_id(), "agent-7");
    EXPECT_EQ(leg.codec(), "PCMU");
    EXPECT_EQ(leg.one_way_audio(), "nothing_heard");
    EXPECT_TRUE(leg.ended());
    EXPECT_EQ(leg.quality().packets_lost(), 25U);
    EXPECT_EQ(leg.quality().loss_ratio(), 0.25);
    EXPECT_EQ(leg.quality().jitter_seconds(), 0.00225);
    EXPECT_EQ(leg.quality().mos(), 3.5);
    EXPECT_FALSE(leg.quality().has_round_trip_seconds());
  }
};

TEST_F(CallLegsTest, WhatWasMeasuredIsToldWhenALegIsOverAndOneWayAudioAtOnce) {
  const auto talk = Talk("live");
  edge->Tell(talk);
  ASSERT_TRUE(Eventually([&] { return Get("/calls/live").status == 200; }));
  const auto legs = Get("/calls/live").data()["legs"];
  ASSERT_EQ(legs.size(), 2U);
  EXPECT_TRUE(legs[0]["oneWayAudio"].is_null());
  EXPECT_EQ(legs[1]["oneWayAudio"], "nothing_heard");
  EXPECT_TRUE(legs[1]["quality"].is_null());
  ASSERT_EQ(OverGrpc("live").legs_size(), 2);
  EXPECT_FALSE(OverGrpc("live").legs(1).has_quality());
  edge->Tell(Over(talk));
  ASSERT_TRUE(Eventually([&] { return Get("/calls/live").data()["state"] == "ended"; }));
  ExpectMeasured(Get("/calls/live").data()["legs"][1]);
  ExpectMeasured(OverGrpc("live").legs(1));
}

TEST_F(CallLegsTest, HistoryHasItAfterTheLiveViewForgot) {
  const std::string id = "call-legs" + std::to_string(Now());
  dialer->TellAttempt(id.substr(5), Now() - 60, 4, 5, 40);
  ASSERT_TRUE(Eventually([&] { return Get("/calls/" + id).status == 200; }));
  EXPECT_TRUE(Get("/calls/" + id).data()["legs"].empty());
  edge->Tell(Over(Talk(id)));
  ASSERT_TRUE(Eventually([&] { return Get("/calls/" + id).data().contains("version"); }));
  app->Stop();  // What has gathered is written.
  app.reset();
  StopBackends();
  StartBackends();
  StartSupervisor();
  const auto call = Get("/calls/" + id).data();
  EXPECT_EQ(call["fromHistory"], true);
  ASSERT_EQ(call["legs"].size(), 2U);
  ExpectMeasured(call["legs"][0]["role"] == "agent" ? call["legs"][0] : call["legs"][1]);
  const auto past = OverGrpc(id);
  ASSERT_EQ(past.legs_size(), 2);
  ExpectMeasured(past.legs(0).role() == "agent" ? past.legs(0) : past.legs(1));
}

}  // namespace
}  // namespace callfleet::supervisor::test
