#include <condition_variable>
#include <mutex>
#include <thread>

#include "tests/integration/supervisor/house.h"

namespace callfleet::supervisor::test {
namespace {

// One reader of server-sent events on a thread of its own.
class EventReader {
 public:
  EventReader(int port, const std::string& path) : client_("127.0.0.1", port) {
    client_.set_read_timeout(30);
    thread_ = std::thread([this, path] {
      const auto result = client_.Get("/api/v1" + path, [this](const char* data, std::size_t size) {
        const std::lock_guard lock(mutex_);
        text_.append(data, size);
        changed_.notify_all();
        return !stopped_;
      });
      const std::lock_guard lock(mutex_);
      status_ = result ? result->status : -1;
      ended_ = true;
      changed_.notify_all();
    });
  }
  ~EventReader() {
    {
      const std::lock_guard lock(mutex_);
      stopped_ = true;
    }
    client_.stop();
    thread_.join();
  }
  bool Saw(const std::string& what) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(8),
                             [&] { return text_.find(what) != std::string::npos; });
  }
  bool Ended() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(8), [&] { return ended_; });
  }
  bool running() {
    const std::lock_guard lock(mutex_);
    return !ended_;
  }

 private:
  httplib::Client client_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string text_;
  int status_ = 0;
  bool stopped_ = false;
  bool ended_ = false;
  std::thread thread_;
};

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
