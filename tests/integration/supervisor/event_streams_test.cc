#include "tests/integration/supervisor/event_reader.h"
#include "tests/integration/supervisor/house.h"

namespace callfleet::supervisor::test {
namespace {

edge_pb::CallRecord Arrived(const std::string& id, std::uint64_t version) {
  edge_pb::CallRecord record;
  record.set_call_id(id);
  record.set_version(version);
  record.set_state(edge_pb::CALL_STATE_ARRIVED);
  record.set_direction(edge_pb::CALL_DIRECTION_INBOUND);
  record.set_caller("+14155550001");
  record.mutable_create_time()->set_seconds(1'767'607'200);
  return record;
}

edge_pb::CallRecord Over(edge_pb::CallRecord record) {
  record.set_version(record.version() + 1);
  record.set_state(edge_pb::CALL_STATE_ENDED);
  record.mutable_end_time()->set_seconds(1'767'607'260);
  return record;
}

class EventStreamsTest : public House {
 protected:
  void SetUp() override {
    House::SetUp();
    StartSupervisor();
  }
};

TEST_F(EventStreamsTest, AReaderGetsASnapshotThenEachChange) {
  EventReader reader(app->rest_port(), "/calls/watch");
  ASSERT_TRUE(reader.Saw("event: snapshot"));
  edge->Tell(Arrived("c1", 1));
  EXPECT_TRUE(reader.Saw("event: delta"));
  EXPECT_TRUE(reader.Saw("\"state\":\"arrived\""));
  edge->Tell(Over(Arrived("c1", 1)));
  EXPECT_TRUE(reader.Saw("\"removed\":[\"c1\"]"));
}

TEST_F(EventStreamsTest, AnEndedCallIsStillFound) {
  edge->Tell(Over(Arrived("c1", 1)));
  ASSERT_TRUE(Eventually([&] { return Get("/calls/c1").status == 200; }));
  const auto call = Get("/calls/c1").data();
  EXPECT_EQ(call["state"], "ended");
  EXPECT_EQ(call["durationSeconds"], 60.0);
  EXPECT_EQ(Get("/calls").data().size(), 0U);
}

TEST_F(EventStreamsTest, AgentsStatsAndTrunksCanBeWatched) {
  EventReader agents(app->rest_port(), "/agents/watch");
  EventReader stats(app->rest_port(), "/stats/watch");
  EventReader trunks(app->rest_port(), "/trunks/watch");
  ASSERT_TRUE(agents.Saw("event: snapshot"));
  ASSERT_TRUE(stats.Saw("event: snapshot"));
  ASSERT_TRUE(trunks.Saw("event: snapshot"));
  Post("/agents", {{"name", "Ann"}});
  Post("/trunks", {{"id", "t1"}, {"host", "127.0.0.1"}});
  EXPECT_TRUE(agents.Saw("\"name\":\"Ann\""));
  EXPECT_TRUE(stats.Saw("\"availableAgents\":1"));
  EXPECT_TRUE(trunks.Saw("\"id\":\"t1\""));
}

TEST_F(EventStreamsTest, TwoHundredReadersAreServedTheNextIsRefusedAndRequestsGoOn) {
  std::vector<std::unique_ptr<EventReader>> readers;
  for (int i = 0; i < 200; ++i) {
    readers.push_back(std::make_unique<EventReader>(app->rest_port(), "/stats/watch"));
  }
  for (auto& reader : readers) ASSERT_TRUE(reader->Saw("event: snapshot"));
  const auto refused = Get("/stats/watch");
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.reason(), "TOO_MANY_STREAMS");
  EXPECT_EQ(Get("/stats").status, 200);
}

TEST_F(EventStreamsTest, StopEndsOpenStreamsAtOnce) {
  EventReader reader(app->rest_port(), "/calls/watch");
  ASSERT_TRUE(reader.Saw("event: snapshot"));
  const auto before = std::chrono::steady_clock::now();
  app->Stop();
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(2));
  EXPECT_TRUE(reader.Ended());
}

}  // namespace
}  // namespace callfleet::supervisor::test
