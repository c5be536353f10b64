// Queues in the live view: followed where the service tells its changes, never polled.
#include <thread>

#include "tests/integration/supervisor/house.h"

namespace callfleet::supervisor::test {
namespace {

class QueueViewTest : public House {
 protected:
  // The items of the first event of a stream, and what follows within a moment.
  std::string Events(const std::string& path, const std::string& until) {
    httplib::Client client("127.0.0.1", app->rest_port());
    client.set_read_timeout(10);
    std::string text;
    client.Get("/api/v1" + path, [&](const char* data, std::size_t length) {
      text.append(data, length);
      return text.find(until) == std::string::npos;
    });
    return text;
  }
};

TEST_F(QueueViewTest, FiguresAndNamesComeFromTheStream) {
  StartSupervisor();
  const auto id = Post("/queues", {{"name", "sales"}}).data()["id"].get<std::string>();
  queue_pb::QueueStats stats;
  stats.set_queue_id(id);
  stats.set_waiting(3);
  stats.set_offered(10);
  stats.set_answered(4);
  stats.set_abandoned(2);
  stats.set_abandoned_in_threshold(2);
  stats.set_overflowed(4);
  stats.set_answered_in_threshold(4);
  queue->Tell(stats);
  const auto text = Events("/queues/watch", "\"waiting\":3");
  EXPECT_NE(text.find("\"serviceLevel\":0.5"), std::string::npos) << text;
  EXPECT_NE(text.find("\"name\":\"sales\""), std::string::npos) << text;
  EXPECT_EQ(queue->lists(), 0);
}

TEST_F(QueueViewTest, AQueueServiceThatTellsNoChangesIsAskedOnceALifeAndOwnWritesAreSeen) {
  queue_follows = false;
  StopBackends();
  StartBackends();
  StartSupervisor();
  const int lists = queue->lists();
  const auto id = Post("/queues", {{"name", "sales"}}).data()["id"].get<std::string>();
  EXPECT_NE(Events("/queues/watch", id).find(id), std::string::npos);
  std::this_thread::sleep_for(std::chrono::milliseconds(2'500));  // Longer than it once polled.
  EXPECT_EQ(queue->lists(), lists);
  StopBackends();
  EXPECT_TRUE(Eventually([&] { return !app->UnreadyReasons().empty(); }));
  StartBackends();
  EXPECT_TRUE(Eventually([&] { return app->UnreadyReasons().empty(); }));
  EXPECT_GE(queue->lists(), 1);
}

}  // namespace
}  // namespace callfleet::supervisor::test
