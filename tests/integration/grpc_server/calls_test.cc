#include <future>
#include <thread>

#include "tests/integration/grpc_server/echo_server.h"

namespace callfleet::grpc_server {
namespace {

using std::chrono::milliseconds;
using PendingEcho = std::shared_ptr<Pending<pb::EchoResponse>>;

class CallsTest : public EchoServerTest {
 protected:
  CallsTest() {
    echo.on_echo = [](const PendingEcho& call, const pb::EchoRequest& request) {
      pb::EchoResponse response;
      response.set_text(request.text());
      call->Finish(std::move(response));
    };
  }
};

TEST(ErrorsTest, AnErrorSurvivesTheWayThroughAStatus) {
  const Error error{.code = ErrorCode::kResourceExhausted,
                    .reason = "TRUNK_FULL",
                    .message = "The trunk is full.",
                    .metadata = {{"trunk", "t1"}},
                    .fields = {{"trunk_id", "is full"}},
                    .retry_after = milliseconds(1500)};
  const auto back = FromGrpcStatus(ToGrpcStatus(error));
  ASSERT_FALSE(back);
  EXPECT_EQ(back.error().code, ErrorCode::kResourceExhausted);
  EXPECT_EQ(back.error().reason, "TRUNK_FULL");
  EXPECT_EQ(back.error().message, "The trunk is full.");
  EXPECT_EQ(back.error().metadata.at("trunk"), "t1");
  ASSERT_EQ(back.error().fields.size(), 1U);
  EXPECT_EQ(back.error().fields[0].field, "trunk_id");
  EXPECT_EQ(back.error().retry_after, milliseconds(1500));
}

TEST(ErrorsTest, OfMoreFaultyFieldsThanAnAnswerHoldsTheFirstAreTold) {
  Error error{.code = ErrorCode::kInvalidArgument, .reason = "INVALID_ARGUMENT"};
  error.fields.resize(400, {"queue.skills", "unknown"});
  const auto back = FromGrpcStatus(ToGrpcStatus(error));
  EXPECT_EQ(back.error().fields.size(), 32U);
  EXPECT_EQ(back.error().metadata.at("faults"), "400");
}

TEST(ErrorsTest, AForeignStatusGetsItsCodeAsReason) {
  const auto back = FromGrpcStatus({grpc::StatusCode::UNAVAILABLE, "no route"});
  EXPECT_EQ(back.error().reason, "UNAVAILABLE");
  EXPECT_EQ(back.error().code, ErrorCode::kUnavailable);
}

TEST_F(CallsTest, ACallIsAnsweredOnAPortOfTheKernelsChoice) {
  Start();
  std::string answer;
  EXPECT_TRUE(Call("hello", &answer).ok());
  EXPECT_EQ(answer, "hello");
}

TEST_F(CallsTest, AForgottenCallEndsAsOwnerGone) {
  echo.on_echo = [](const PendingEcho&, const pb::EchoRequest&) {};
  Start();
  const auto status = FromGrpcStatus(Call("x"));
  EXPECT_EQ(status.error().reason, "OWNER_GONE");
}

TEST_F(CallsTest, TheFirstAnswerWinsAndLaterOnesAreIgnored) {
  std::promise<bool> second;
  echo.on_echo = [&](const PendingEcho& call, const pb::EchoRequest&) {
    call->Fail({.code = ErrorCode::kNotFound, .reason = "FIRST", .message = "first"});
    second.set_value(call->Finish({}));
  };
  Start();
  EXPECT_EQ(FromGrpcStatus(Call("x")).error().reason, "FIRST");
  EXPECT_FALSE(second.get_future().get());
}

TEST_F(CallsTest, ACallOutOfTimeTellsItsOwnerAndTakesNoLateAnswer) {
  std::promise<void> cancelled;
  PendingEcho held;
  echo.on_echo = [&](const PendingEcho& call, const pb::EchoRequest&) { held = call; };
  echo.on_cancel = [&] { cancelled.set_value(); };
  Start();
  EXPECT_EQ(Call("x", nullptr, milliseconds(50)).error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  cancelled.get_future().wait();
  EXPECT_FALSE(held->Finish({}));
}

TEST_F(CallsTest, AnAnswerFromAnotherThreadAfterShutdownIsHarmless) {
  PendingEcho held;
  std::promise<void> arrived;
  echo.on_echo = [&](const PendingEcho& call, const pb::EchoRequest&) {
    held = call;
    arrived.set_value();
  };
  Start();
  std::thread client([&] { EXPECT_FALSE(Call("x").ok()); });
  arrived.get_future().wait();
  server.Shutdown(milliseconds(20));
  client.join();
  EXPECT_FALSE(held->Finish({}));
}

TEST_F(CallsTest, ASecondServerOnTheSamePortIsRefused) {
  Start();
  Server second({.listen = "127.0.0.1:" + std::to_string(server.port())}, tokens);
  EchoService other(&second.streams(), &tokens);
  const auto started = second.Start({Named<pb::EchoService>(&other)});
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().reason, "LISTEN_FAILED");
}

TEST_F(CallsTest, BeyondLoopbackAServerNeedsTokens) {
  Server open({.listen = "0.0.0.0:0"}, tokens);
  EchoService other(&open.streams(), &tokens);
  const auto started = open.Start({Named<pb::EchoService>(&other)});
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().reason, "TOKENS_REQUIRED");
}

constexpr const char* kTokens = "0123456789abcdef viewer\nfedcba9876543210 service dialer\n";

TEST_F(CallsTest, ACallWithoutATokenIsUnauthenticated) {
  Start(kTokens);
  EXPECT_EQ(FromGrpcStatus(Call("x")).error().reason, "TOKEN_MISSING");
}

TEST_F(CallsTest, ARoleTooLowIsDenied) {
  Start(kTokens, "0123456789abcdef");
  EXPECT_EQ(Call("x").error_code(), grpc::StatusCode::PERMISSION_DENIED);
}

TEST_F(CallsTest, TheChannelsTokenIsSentWithEachCall) {
  Start(kTokens, "fedcba9876543210");
  EXPECT_TRUE(Call("x").ok());
}

TEST_F(CallsTest, ARefusedWatchEndsAtOnce) {
  Start(kTokens);
  grpc::ClientContext context;
  auto reader = stub->Watch(&context, {});
  pb::WatchResponse event;
  EXPECT_FALSE(reader->Read(&event));
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::UNAUTHENTICATED);
}

}  // namespace
}  // namespace callfleet::grpc_server
