// What a supervisor asks for reaches the edge that has it, and lists are of all edges.
#include "tests/integration/supervisor/house.h"

namespace callfleet::supervisor::test {
namespace {

const Json kListen{{"mode", "listen"}, {"phone", "sip:sue@192.0.2.1"}};

class TwoEdgesTest : public House {
 protected:
  void SetUp() override {
    House::SetUp();
    StartSecondEdge();
    StartSupervisor();
    ASSERT_TRUE(Eventually([&] { return Get("/trunks").body.value("stale", Json()).is_null(); }));
  }
  std::string NewAgent(const std::string& name) {
    return Post("/agents", {{"name", name}}).data()["id"].get<std::string>();
  }
  void Register(const std::string& name, const std::string& edge_id) {
    registry->Register(name, edge_id);
    ASSERT_TRUE(Eventually([&] {
      const auto agent = Get("/agents/" + name);
      return agent.status == 200 && agent.data()["contact"] == "sip:" + name + "@" + edge_id;
    }));
  }
  static edge_pb::CallRecord TalkOf(const std::string& agent) {
    edge_pb::CallRecord record;
    record.set_call_id("c2");
    record.set_version(1);
    record.set_state(edge_pb::CALL_STATE_BRIDGED);
    auto* leg = record.add_legs();
    leg->set_leg_id("c2-agent");
    leg->set_role(edge_pb::LEG_ROLE_AGENT);
    leg->set_state(edge_pb::LEG_STATE_ANSWERED);
    leg->set_agent_id(agent);
    return record;
  }
  static edge_pb::Recording Recorded(const std::string& id, int second) {
    edge_pb::Recording recording;
    recording.set_recording_id(id);
    recording.mutable_start_time()->set_seconds(1'767'607'200 + second);
    return recording;
  }
  static std::vector<std::string> Ids(const Json& list) {
    std::vector<std::string> ids;
    for (const auto& each : list) ids.push_back(each["id"]);
    return ids;
  }
};

TEST_F(TwoEdgesTest, ASupervisionIsAtTheEdgeOfItsCall) {
  edge->knows_calls = false;
  const auto begun = Post("/calls/c2/supervise", kListen);
  ASSERT_EQ(begun.status, 200) << begun.body;
  ASSERT_EQ(second_edge->supervised.size(), 1U);
  const auto id = begun.data()["supervisionId"].get<std::string>();
  EXPECT_EQ(Post("/calls/c2/supervise", {{"mode", "barge"}, {"supervisionId", id}}).status, 200);
  EXPECT_EQ(second_edge->supervised.size(), 2U);
  EXPECT_EQ(Ask("DELETE", "/calls/c2/supervise/" + id).status, 200);
  EXPECT_EQ(second_edge->stopped, std::vector<std::string>{id});
  second_edge->knows_calls = false;
  const auto unknown = Post("/calls/c3/supervise", kListen);
  EXPECT_EQ(unknown.status, 404);
  EXPECT_EQ(unknown.reason(), "CALL_NOT_FOUND");
  second_edge->knows_calls = true;
  second_edge->refuse_supervise = "NOT_BRIDGED";
  EXPECT_EQ(Post("/calls/c2/supervise", kListen).reason(), "NOT_BRIDGED");
}

TEST_F(TwoEdgesTest, AnAgentIsFollowedWhereTheCallIs) {
  const auto ann = NewAgent("Ann");
  second_edge->Tell(TalkOf(ann));
  ASSERT_TRUE(Eventually([&] { return Get("/calls").data().size() == 1; }));
  EXPECT_EQ(Post("/agents/Ann/supervise", kListen).status, 200);
  EXPECT_TRUE(edge->followed.empty());
  EXPECT_EQ(second_edge->followed.size(), 1U);
}

TEST_F(TwoEdgesTest, AnAgentWithoutACallIsFollowedWhereTheSupervisorsPhoneCanBeRung) {
  NewAgent("Ann");
  EXPECT_EQ(Post("/agents/Ann/supervise", kListen).status, 200);
  EXPECT_EQ(edge->followed.size() + second_edge->followed.size(), 1U);
  edge->refuse_follow = "NOT_REGISTERED";
  const std::size_t before = second_edge->followed.size();
  EXPECT_EQ(Post("/agents/Ann/supervise", {{"mode", "listen"}, {"phone", "sue"}}).status, 200);
  EXPECT_EQ(second_edge->followed.size(), before + 1);
  second_edge->refuse_follow = "NOT_REGISTERED";
  EXPECT_EQ(Post("/agents/Ann/supervise", {{"mode", "listen"}, {"phone", "sue"}}).reason(),
            "NOT_REGISTERED");
}

TEST_F(TwoEdgesTest, AnAgentWithoutACallIsFollowedWhereItsPhoneIsRegistered) {
  NewAgent("Ann");
  Register("Ann", "edge-2");
  EXPECT_EQ(Post("/agents/Ann/supervise", kListen).status, 200);
  EXPECT_EQ(second_edge->followed.size(), 1U);
  Register("Ann", "edge-1");
  EXPECT_EQ(Post("/agents/Ann/supervise", kListen).status, 200);
  EXPECT_EQ(second_edge->followed.size(), 1U);
  EXPECT_EQ(edge->followed.size(), 1U);
}

TEST_F(TwoEdgesTest, WhereTheSupervisorsPhoneIsNotTheOtherEdgeRingsIt) {
  NewAgent("Ann");
  Register("Ann", "edge-2");
  second_edge->refuse_follow = "NOT_REGISTERED";
  EXPECT_EQ(Post("/agents/Ann/supervise", kListen).status, 200);
  EXPECT_EQ(second_edge->followed.size(), 1U);
  EXPECT_EQ(edge->followed.size(), 1U);
}

TEST_F(TwoEdgesTest, AnAgentWithoutARegistrationIsFollowedWhereItsLastCallWas) {
  const auto ann = NewAgent("Ann");
  auto talk = TalkOf(ann);
  second_edge->Tell(talk);
  ASSERT_TRUE(Eventually([&] { return Get("/calls").data().size() == 1; }));
  talk.set_version(2);
  talk.set_state(edge_pb::CALL_STATE_ENDED);
  talk.mutable_legs(0)->set_state(edge_pb::LEG_STATE_ENDED);
  second_edge->Tell(talk);
  ASSERT_TRUE(Eventually([&] { return Get("/calls").data().empty(); }));
  EXPECT_EQ(Post("/agents/Ann/supervise", kListen).status, 200);
  EXPECT_TRUE(edge->followed.empty());
  EXPECT_EQ(second_edge->followed.size(), 1U);
}

// The line is a call of its edge: its successor need not remember where it was begun.
TEST_F(TwoEdgesTest, ARepeatAfterARestartRingsAtTheEdgeOfTheLine) {
  NewAgent("Ann");
  const auto ask = [&] {
    return Ask("POST", "/agents/Ann/supervise", kListen.dump(), {{"Idempotency-Key", "once"}})
        .data()["supervisionId"]
        .get<std::string>();
  };
  edge_pb::CallRecord line;
  line.set_call_id(ask());
  line.set_version(1);
  line.set_state(edge_pb::CALL_STATE_SETUP);
  FakeEdge* first = edge->followed.empty() ? second_edge.get() : edge.get();
  FakeEdge* other = first == edge.get() ? second_edge.get() : edge.get();
  first->Tell(line);
  app->Stop();
  StartSupervisor();
  Register("Ann", other == edge.get() ? "edge-1" : "edge-2");
  ASSERT_TRUE(Eventually([&] { return Get("/calls").data().size() == 1; }));
  EXPECT_EQ(ask(), line.call_id());
  EXPECT_TRUE(other->followed.empty());
  EXPECT_EQ(first->followed.size(), 2U);
}

TEST_F(TwoEdgesTest, APhoneThatMayRingAlreadyIsNotRungFromASecondEdge) {
  NewAgent("Ann");
  edge->breaks_while_following = second_edge->breaks_while_following = true;
  const auto broken = Post("/agents/Ann/supervise", kListen);
  EXPECT_EQ(broken.reason(), "SIP_EDGE_UNAVAILABLE");
  EXPECT_EQ(edge->followed.size() + second_edge->followed.size(), 1U);
}

TEST_F(TwoEdgesTest, ATextReachesThePhoneAtWhicheverEdgeItIs) {
  NewAgent("Ann");
  registry->Load("Ann", 1);
  ASSERT_TRUE(Eventually([&] { return Get("/agents/Ann").data()["activeCalls"] == 1; }));
  edge->message_code = 0;
  EXPECT_EQ(Post("/agents/Ann/coach", {{"text", "Smile"}}).data()["outcome"], "delivered");
  ASSERT_EQ(second_edge->messages.size(), 1U);
  second_edge->message_code = 0;
  EXPECT_EQ(Post("/agents/Ann/coach", {{"text", "Again"}}).data()["outcome"], "no_device");
}

TEST_F(TwoEdgesTest, RecordingsOfBothAreOneListNewestFirst) {
  edge->recordings = {Recorded("r5", 5), Recorded("r3", 3), Recorded("r1", 1)};
  second_edge->recordings = {Recorded("r4", 4), Recorded("r2", 2)};
  std::vector<std::string> all;
  std::string token;
  int pages = 0;
  do {
    const auto page = Get("/recordings?pageSize=2" + (token.empty() ? "" : "&pageToken=" + token));
    ASSERT_EQ(page.status, 200) << page.body;
    for (auto& id : Ids(page.data())) all.push_back(id);
    token = page.body["nextPageToken"].get<std::string>();
    ++pages;
  } while (!token.empty() && pages < 9);
  EXPECT_EQ(all, (std::vector<std::string>{"r5", "r4", "r3", "r2", "r1"}));
  EXPECT_EQ(Get("/recordings/r4").data()["id"], "r4");
  EXPECT_EQ(Get("/recordings/r9").reason(), "RECORDING_UNKNOWN");
  EXPECT_EQ(Curl("'{url}/recordings/r4/audio' -o /dev/null").status, 200);
}

TEST_F(TwoEdgesTest, ATrunkIsUsedByBoth) {
  for (FakeEdge* each : {edge.get(), second_edge.get()}) {
    edge_pb::CreateTrunkRequest request;
    edge_pb::CreateTrunkResponse response;
    request.mutable_trunk()->set_trunk_id("t");
    request.mutable_trunk()->set_active_channels(3);
    ASSERT_TRUE(each->CreateTrunk(nullptr, &request, &response).ok());
  }
  EXPECT_EQ(Get("/trunks/t").data()["activeChannels"], 6);
  EXPECT_EQ(Get("/trunks").data()[0]["activeChannels"], 6);
}

TEST_F(TwoEdgesTest, WhatIsLeftOfThemServes) {
  second_edge->recordings = {Recorded("r1", 1)};
  StopBackends();  // The first edge, with all the others.
  EXPECT_EQ(Post("/trunks", {{"id", "t"}, {"host", "192.0.2.1"}}).status, 201);
  const auto listed = Get("/recordings");
  EXPECT_EQ(Ids(listed.data()), std::vector<std::string>{"r1"});
  EXPECT_EQ(listed.body["stale"],
            Json::array({"recordings@127.0.0.1:" + std::to_string(backend_port)}));
  EXPECT_EQ(Get("/recordings/r9").body["error"]["details"]["edges_away"], "1");
  EXPECT_EQ(Post("/calls/c2/supervise", kListen).status, 200);
}

}  // namespace
}  // namespace callfleet::supervisor::test
