// One thread of gRPC's runs the callbacks; where that one is held up, all do.
#include "common/grpc_server/one_poller.h"

#include <condition_variable>
#include <set>
#include <thread>

#include "tests/integration/grpc_server/echo_server.h"

namespace callfleet::grpc_server {
namespace {

class OnePoller : public EchoServerTest {
 protected:
  void CallFrom(int clients) {
    std::vector<std::thread> threads;
    for (int i = 0; i < clients; ++i) {
      threads.emplace_back([this] { EXPECT_TRUE(Call("hello").ok()); });
    }
    for (auto& thread : threads) thread.join();
  }
};

// The second case changes the process, so it comes after in the same test.
TEST_F(OnePoller, RunsAllCallbacksUntilOneWaitsForAnother) {
  std::mutex mutex;
  std::condition_variable second;
  std::set<std::thread::id> threads;
  int waiting = 0;
  bool blocks = false;
  echo.on_echo = [&](const auto& pending, const pb::EchoRequest&) {
    std::unique_lock lock(mutex);
    threads.insert(std::this_thread::get_id());
    if (blocks) {
      ++waiting;
      second.notify_all();
      second.wait_for(lock, std::chrono::seconds(20), [&] { return waiting > 1; });
    }
    lock.unlock();
    pending->Finish({});
  };
  Start();
  for (int i = 0; i < 20; ++i) CallFrom(5);
  EXPECT_EQ(threads.size(), 1u);
  EXPECT_EQ(CallbackThreads(), 1u);

  blocks = true;
  std::thread first([this] { EXPECT_TRUE(Call("waits", nullptr, std::chrono::seconds(20)).ok()); });
  std::thread other([this] { EXPECT_TRUE(Call("frees", nullptr, std::chrono::seconds(20)).ok()); });
  first.join();
  other.join();
  EXPECT_EQ(waiting, 2);
  EXPECT_GT(CallbackThreads(), 1u);
}

}  // namespace
}  // namespace callfleet::grpc_server
