#include <google/protobuf/duration.pb.h>

#include <future>
#include <mutex>
#include <thread>
#include <vector>

#include "common/grpc_server/gather.h"
#include "tests/integration/grpc_server/echo_server.h"

namespace callfleet::grpc_server {
namespace {

using Stream = std::shared_ptr<OutStream<pb::WatchResponse>>;

pb::WatchResponse Event(std::uint64_t seq, std::size_t padding = 0) {
  pb::WatchResponse event;
  event.set_seq(seq);
  event.set_padding(std::string(padding, 'x'));
  return event;
}

class StreamsTest : public EchoServerTest {
 protected:
  StreamsTest() {
    echo.on_watch = [this](const Stream& stream) { opened.set_value(stream); };
  }
  // The newest of each poll; the server side of a stream needs a moment to see what the client did.
  static void Until(const std::function<bool()>& holds) {
    while (!holds()) std::this_thread::yield();
  }
  std::promise<Stream> opened;
};

TEST(WriteQueueTest, BeyondTheCapacityTheOldestGoesAndIsCounted) {
  WriteQueue<int> queue(2);
  queue.PushKept(0);
  for (int i = 1; i <= 4; ++i) queue.Push(i);
  EXPECT_EQ(queue.dropped(), 2U);
  EXPECT_EQ(queue.Pop(), 0);
  EXPECT_EQ(queue.Pop(), 3);
  EXPECT_EQ(queue.Pop(), 4);
  EXPECT_EQ(queue.Pop(), std::nullopt);
}

TEST(WriteQueueTest, ANewerRecordReplacesTheWaitingOneAndMovesToTheEnd) {
  WriteQueue<int> queue(2);
  EXPECT_TRUE(queue.PushKeyed("a", 1));
  EXPECT_TRUE(queue.PushKeyed("b", 2));
  EXPECT_TRUE(queue.PushKeyed("a", 3));
  EXPECT_FALSE(queue.PushKeyed("c", 4));
  EXPECT_EQ(queue.Pop(), 2);
  EXPECT_EQ(queue.Pop(), 3);
  EXPECT_TRUE(queue.empty());
}

// Takes each message at once.
class TakingWire final : public OutStream<pb::WatchResponse>::Wire {
 public:
  void Write(const pb::WatchResponse* message, bool more) override {
    const std::lock_guard lock(mutex);
    seen.push_back(message->seq());
    followed.push_back(more);
  }
  void End(const grpc::Status&) override {
    const std::lock_guard lock(mutex);
    ended = true;
  }
  std::vector<std::uint64_t> Seen() {
    const std::lock_guard lock(mutex);
    return seen;
  }
  std::mutex mutex;
  std::vector<std::uint64_t> seen;
  std::vector<bool> followed;  // Of each: the next one comes at once.
  bool ended = false;
};

TEST(GatherTest, WhatComesAfterASendingIsGatheredAndOneAKey) {
  Streams streams;
  TakingWire wire;
  const auto stream = std::make_shared<OutStream<pb::WatchResponse>>(
      &streams, StreamOptions{.gather = std::chrono::minutes(10)}, &wire);
  stream->PushKeyed("a", Event(1));
  stream->PushKeyed("b", Event(2));
  EXPECT_EQ(wire.Seen(), (std::vector<std::uint64_t>{1}));
  stream->OnWriteDone(true);  // What waited when the sending began goes along.
  EXPECT_EQ(wire.Seen(), (std::vector<std::uint64_t>{1, 2}));
  stream->OnWriteDone(true);
  stream->PushKeyed("a", Event(3));
  stream->PushKeyed("b", Event(4));
  stream->PushKeyed("a", Event(5));
  EXPECT_EQ(wire.Seen(), (std::vector<std::uint64_t>{1, 2}));
  stream->CloseWhenSent();  // An end waits for nothing.
  stream->OnWriteDone(true);
  stream->OnWriteDone(true);
  EXPECT_EQ(wire.Seen(), (std::vector<std::uint64_t>{1, 2, 4, 5}));
  EXPECT_EQ(wire.followed, (std::vector<bool>{false, false, true, false}));
  EXPECT_TRUE(wire.ended);
  stream->OnDone();
}

TEST(GatherTest, WhatWasGatheredIsSentWithoutAnotherPush) {
  Streams streams;
  TakingWire wire;
  const auto stream = std::make_shared<OutStream<pb::WatchResponse>>(
      &streams, StreamOptions{.gather = std::chrono::milliseconds(5)}, &wire);
  for (std::uint64_t seq = 1; seq <= 20; ++seq) {
    stream->PushKeyed("a", Event(seq));
    while (wire.Seen().size() < seq) std::this_thread::yield();
    stream->OnWriteDone(true);
  }
  stream->Close();
  stream->OnDone();
}

TEST(GatherTest, ItIsBetweenNothingAndASecond) {
  google::protobuf::Duration asked;
  EXPECT_EQ(GatherOf(asked).value(), std::chrono::milliseconds(0));
  asked.set_seconds(1);
  EXPECT_EQ(GatherOf(asked).value(), std::chrono::milliseconds(1'000));
  asked.set_nanos(1'000'000);
  EXPECT_EQ(GatherOf(asked).error().fields.at(0).field, "gather");
  asked.set_seconds(-1);
  EXPECT_FALSE(GatherOf(asked));
  asked.set_seconds(9'000'000'000'000'000'000);
  EXPECT_FALSE(GatherOf(asked));
  asked.set_seconds(0);
  asked.set_nanos(-1);
  EXPECT_FALSE(GatherOf(asked));
}

TEST_F(StreamsTest, AWatcherSeesWhatIsPushedInOrder) {
  Start();
  grpc::ClientContext context;
  auto reader = stub->Watch(&context, {});
  const auto stream = opened.get_future().get();
  for (std::uint64_t seq = 1; seq <= 3; ++seq) stream->PushKept(Event(seq));
  stream->CloseWhenSent();
  pb::WatchResponse event;
  for (std::uint64_t seq = 1; seq <= 3; ++seq) {
    ASSERT_TRUE(reader->Read(&event));
    EXPECT_EQ(event.seq(), seq);
  }
  EXPECT_FALSE(reader->Read(&event));
  EXPECT_TRUE(reader->Finish().ok());
}

TEST_F(StreamsTest, AStalledWatcherIsBoundedAndLosesTheOldest) {
  Start();
  grpc::ClientContext context;
  auto reader = stub->Watch(&context, {});
  const auto stream = opened.get_future().get();
  for (std::uint64_t seq = 1; seq <= 500; ++seq) stream->Push(Event(seq, 100'000));
  EXPECT_LE(stream->waiting(), 16U);
  EXPECT_GT(stream->dropped(), 0U);
  stream->CloseWhenSent();
  pb::WatchResponse event;
  std::uint64_t last = 0;
  while (reader->Read(&event)) last = event.seq();
  EXPECT_EQ(last, 500U);
}

TEST_F(StreamsTest, AWatcherWithTooManyRecordsWaitingMustStartAnew) {
  Start();
  grpc::ClientContext context;
  auto reader = stub->Watch(&context, {});
  const auto stream = opened.get_future().get();
  for (std::uint64_t seq = 1; seq <= 500; ++seq) {
    stream->PushKeyed(std::to_string(seq), Event(seq, 100'000));
  }
  EXPECT_TRUE(stream->closed());
  pb::WatchResponse event;
  while (reader->Read(&event)) {
  }
  EXPECT_EQ(FromGrpcStatus(reader->Finish()).error().reason, "WATCHER_TOO_SLOW");
}

TEST_F(StreamsTest, AWatcherThatLeavesIsForgotten) {
  Start();
  grpc::ClientContext context;
  auto reader = stub->Watch(&context, {});
  const auto stream = opened.get_future().get();
  EXPECT_EQ(server.streams().size(), 1U);
  context.TryCancel();
  reader->Finish();
  Until([&] { return server.streams().size() == 0; });
  stream->Push(Event(1));
  EXPECT_TRUE(stream->closed());
}

TEST_F(StreamsTest, ShutdownEndsOpenStreamsAtOnce) {
  Start();
  grpc::ClientContext watch_context;
  grpc::ClientContext talk_context;
  auto reader = stub->Watch(&watch_context, {});
  auto talk = stub->Talk(&talk_context);
  opened.get_future().wait();
  pb::TalkRequest request;
  pb::TalkResponse response;
  talk->Write(request);
  ASSERT_TRUE(talk->Read(&response));
  const auto before = std::chrono::steady_clock::now();
  server.Shutdown(std::chrono::seconds(30));
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(10));
  EXPECT_EQ(FromGrpcStatus(talk->Finish()).error().reason, "SHUTTING_DOWN");
  pb::WatchResponse event;
  EXPECT_FALSE(reader->Read(&event));
  EXPECT_EQ(FromGrpcStatus(reader->Finish()).error().reason, "SHUTTING_DOWN");
}

TEST_F(StreamsTest, ShutdownDoesNotWaitForAStalledWatcherBeyondItsGrace) {
  Start();
  grpc::ClientContext context;
  auto reader = stub->Watch(&context, {});
  const auto stream = opened.get_future().get();
  for (std::uint64_t seq = 1; seq <= 500; ++seq) stream->Push(Event(seq, 100'000));
  server.Shutdown(std::chrono::milliseconds(50));
  pb::WatchResponse event;
  while (reader->Read(&event)) {
  }
  EXPECT_FALSE(reader->Finish().ok());
}

TEST_F(StreamsTest, ASessionAnswersEachMessageAndEndsAfterTheLast) {
  Start();
  grpc::ClientContext context;
  auto talk = stub->Talk(&context);
  pb::TalkRequest request;
  for (int i = 0; i < 5; ++i) {
    request.set_text(std::to_string(i));
    ASSERT_TRUE(talk->Write(request));
  }
  talk->WritesDone();
  pb::TalkResponse response;
  int answers = 0;
  while (talk->Read(&response)) EXPECT_EQ(response.text(), "re: " + std::to_string(answers++));
  EXPECT_EQ(answers, 5);
  EXPECT_TRUE(talk->Finish().ok());
}

}  // namespace
}  // namespace callfleet::grpc_server
