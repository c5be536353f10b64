#include "common/grpc_server/event_feed.h"

#include <gtest/gtest.h>

#include <thread>

#include "callfleet/queue/v1/queue_service.grpc.pb.h"
#include "common/actor_runtime/real_timers.h"
#include "common/auth/tokens.h"
#include "common/grpc_server/channel.h"
#include "common/grpc_server/server.h"

namespace callfleet::grpc_server {
namespace {

namespace v1 = callfleet::queue::v1;
using events::LoggedEvent;
using Events = Result<std::vector<LoggedEvent>>;

// An outbox in memory; a token is the number of the event.
class MemoryLog final : public events::EventLog {
 public:
  void Add(int count) {
    const std::lock_guard lock(mutex_);
    for (int i = 0; i < count; ++i) {
      LoggedEvent event;
      event.seq = static_cast<std::int64_t>(events_.size()) + 1;
      event.token = std::to_string(event.seq);
      event.type = "callfleet.queue.v1.CallRefused";
      event.payload = std::string(2'000, 'p');
      events_.push_back(std::move(event));
    }
  }
  void Away(bool away) {
    const std::lock_guard lock(mutex_);
    away_ = away;
  }
  void Forget(std::size_t until) {
    const std::lock_guard lock(mutex_);
    oldest_ = until;
  }
  void Read(const std::string& after, int limit, std::function<void(Events)> reply) override {
    const std::size_t from = after.empty() ? 0 : std::stoul(after);
    Events answer = Look(from, static_cast<std::size_t>(limit));
    reply(std::move(answer));
  }
  void Register(const std::string& consumer, const std::string&,
                std::function<void(Status)> reply) override {
    reply(consumer == "one too many" ? Status(FailedPrecondition("NO", "no")) : Status());
  }
  void Acknowledge(const std::string&, const std::string&,
                   std::function<void(Status)> reply) override {
    reply({});
  }
  int reads() const { return reads_.load(); }

 private:
  Events Look(std::size_t from, std::size_t limit) {
    const std::lock_guard lock(mutex_);
    ++reads_;
    if (away_) return Fail({.code = ErrorCode::kUnavailable, .reason = "DATABASE_AWAY"});
    if (from < oldest_) {
      return Fail({.code = ErrorCode::kOutOfRange,
                   .reason = "EVENTS_GONE",
                   .metadata = {{"oldest", std::to_string(oldest_)}}});
    }
    std::vector<LoggedEvent> page;
    for (; from < events_.size() && page.size() < limit; ++from) page.push_back(events_[from]);
    return page;
  }
  std::mutex mutex_;
  std::vector<LoggedEvent> events_;
  std::size_t oldest_ = 0;
  bool away_ = false;
  std::atomic<int> reads_{0};
};

class Service final : public v1::QueueService::CallbackService {
 public:
  Service(EventFeed* feed, Streams* streams) : feed_(feed), streams_(streams) {}
  grpc::ServerWriteReactor<v1::WatchEventsResponse>* WatchEvents(
      grpc::CallbackServerContext*, const v1::WatchEventsRequest* q) override {
    return feed_->Watch<v1::WatchEventsResponse>(streams_, q->after(), q->consumer());
  }

 private:
  EventFeed* feed_;
  Streams* streams_;
};

class EventFeedTest : public ::testing::Test {
 protected:
  using Reader = std::unique_ptr<grpc::ClientReader<v1::WatchEventsResponse>>;
  EventFeedTest() {
    EXPECT_TRUE(server.Start({Named<v1::QueueService>(&service)}));
    server.SetServing(true);
    stub = v1::QueueService::NewStub(
        MakeChannel({.target = "127.0.0.1:" + std::to_string(server.port()), .token = ""}));
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
  }
  ~EventFeedTest() override {
    context.TryCancel();
    server.Shutdown(std::chrono::milliseconds(200));
    timers.Stop();
  }
  Reader Watch(const std::string& after = "", const std::string& consumer = "") {
    v1::WatchEventsRequest request;
    request.set_after(after);
    request.set_consumer(consumer);
    return stub->WatchEvents(&context, request);
  }
  static std::int64_t Next(const Reader& reader) {
    v1::WatchEventsResponse response;
    return reader->Read(&response) ? static_cast<std::int64_t>(response.event().seq()) : -1;
  }

  MemoryLog log;
  RealTimers timers;
  EventFeed feed{&log, &timers};
  auth::Tokens tokens = auth::Tokens::Open();
  Server server{{.listen = "127.0.0.1:0"}, tokens};
  Service service{&feed, &server.streams()};
  std::unique_ptr<v1::QueueService::Stub> stub;
  grpc::ClientContext context;
};

TEST_F(EventFeedTest, AReaderIsWokenByACommitAndAsksNothingBetween) {
  log.Add(3);
  const auto reader = Watch("1");
  EXPECT_EQ(Next(reader), 2);
  EXPECT_EQ(Next(reader), 3);
  const int before = log.reads();
  std::this_thread::sleep_for(std::chrono::milliseconds(1200));  // No timer reads for it.
  EXPECT_EQ(log.reads(), before);
  log.Add(1);
  feed.Wake();
  EXPECT_EQ(Next(reader), 4);
}

TEST_F(EventFeedTest, CommitsThatFollowOneAnotherAreReadTogether) {
  const auto reader = Watch();
  log.Add(1);
  feed.Wake();
  EXPECT_EQ(Next(reader), 1);
  const int before = log.reads();
  for (int commit = 0; commit < 50; ++commit) {
    log.Add(1);
    feed.Wake();
  }
  for (int seq = 2; seq <= 51; ++seq) EXPECT_EQ(Next(reader), seq);
  EXPECT_LE(log.reads(), before + 5);
}

TEST_F(EventFeedTest, ASlowReaderGetsEachEventOnceAndLittleWaitsForIt) {
  log.Add(30'000);
  const auto reader = Watch("", "supervisor");
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  EXPECT_LT(log.reads(), 40);  // Not all 118 pages: what it has not taken stays in the log.
  for (int i = 1; i <= 30'000; ++i) ASSERT_EQ(Next(reader), i);
}

TEST_F(EventFeedTest, ADatabaseThatIsAwayIsWaitedFor) {
  log.Add(1);
  log.Away(true);
  const auto reader = Watch();
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  log.Away(false);
  EXPECT_EQ(Next(reader), 1);
}

TEST_F(EventFeedTest, WhoComesTooLateIsToldTheOldest) {
  log.Add(5);
  log.Forget(3);
  const auto reader = Watch("1");
  EXPECT_EQ(Next(reader), -1);
  const auto error = FromGrpcStatus(reader->Finish()).error();
  EXPECT_EQ(error.code, ErrorCode::kOutOfRange);
  EXPECT_EQ(error.metadata.at("oldest"), "3");
}

TEST_F(EventFeedTest, AConsumerThatCannotBeRegisteredIsRefused) {
  const auto reader = Watch("", "one too many");
  EXPECT_EQ(Next(reader), -1);
  EXPECT_EQ(FromGrpcStatus(reader->Finish()).error().reason, "NO");
}

}  // namespace
}  // namespace callfleet::grpc_server
