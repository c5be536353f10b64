#pragma once
// A real server on loopback whose handlers are set by each test.
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <mutex>
#include <sstream>
#include <vector>

#include "callfleet/test/v1/echo.grpc.pb.h"
#include "common/grpc_server/authorize.h"
#include "common/grpc_server/call_trace.h"
#include "common/grpc_server/channel.h"
#include "common/grpc_server/pending.h"
#include "common/grpc_server/server.h"
#include "common/grpc_server/session.h"
#include "common/grpc_server/watch.h"

namespace callfleet::grpc_server {

namespace pb = callfleet::test::v1;

class EchoService final : public pb::EchoService::CallbackService {
 public:
  EchoService(Streams* streams, const auth::Tokens* tokens) : streams_(streams), tokens_(tokens) {}

  std::function<void(std::shared_ptr<Pending<pb::EchoResponse>>, const pb::EchoRequest&)> on_echo;
  std::function<void()> on_cancel;
  std::function<void(const trace::Context&)> on_trace;
  std::function<void(const std::shared_ptr<OutStream<pb::WatchResponse>>&)> on_watch;
  std::size_t capacity = 16;

  grpc::ServerUnaryReactor* Echo(grpc::CallbackServerContext* context,
                                 const pb::EchoRequest* request,
                                 pb::EchoResponse* response) override {
    if (auto caller = Authorize(*context, *tokens_, auth::Role::kAdmin); !caller) {
      return FinishNow(context, caller.error());
    }
    if (on_trace) on_trace(IncomingTrace(*context));
    grpc::ServerUnaryReactor* reactor = nullptr;
    on_echo(Pending<pb::EchoResponse>::Open(response, &reactor, on_cancel), *request);
    return reactor;
  }
  grpc::ServerWriteReactor<pb::WatchResponse>* Watch(grpc::CallbackServerContext* context,
                                                     const pb::WatchRequest*) override {
    if (auto caller = Authorize(*context, *tokens_, auth::Role::kAdmin); !caller) {
      return Refuse<grpc::ServerWriteReactor<pb::WatchResponse>>(caller.error());
    }
    std::shared_ptr<OutStream<pb::WatchResponse>> stream;
    auto* reactor = OpenWatch<pb::WatchResponse>(streams_, {.capacity = capacity}, &stream);
    on_watch(stream);
    return reactor;
  }
  grpc::ServerBidiReactor<pb::TalkRequest, pb::TalkResponse>* Talk(
      grpc::CallbackServerContext*) override {
    return OpenSession<pb::TalkRequest, pb::TalkResponse>(
        streams_, {}, [](const auto& stream, pb::TalkRequest&& request) {
          pb::TalkResponse response;
          response.set_text("re: " + request.text());
          stream->Push(std::move(response));
        });
  }

 private:
  Streams* streams_;
  const auth::Tokens* tokens_;
};

class EchoServerTest : public ::testing::Test {
 protected:
  void Start(const std::string& token_lines = "", const std::string& client_token = "") {
    if (!token_lines.empty()) {
      std::istringstream file(token_lines);
      tokens = *auth::Tokens::Read(file);
    }
    const auto started = server.Start({Named<pb::EchoService>(&echo)});
    ASSERT_TRUE(started) << started.error().message;
    channel = MakeChannel(
        {.target = "127.0.0.1:" + std::to_string(server.port()), .token = client_token});
    stub = pb::EchoService::NewStub(channel);
  }
  grpc::Status Call(const std::string& text, std::string* answer = nullptr,
                    std::chrono::milliseconds deadline = std::chrono::seconds(5)) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + deadline);
    pb::EchoRequest request;
    request.set_text(text);
    pb::EchoResponse response;
    auto status = stub->Echo(&context, request, &response);
    if (answer != nullptr) *answer = response.text();
    return status;
  }

  auth::Tokens tokens = auth::Tokens::Open();
  std::ostringstream out;
  logging::Logger log{"echo", out};
  Server server{{.listen = "127.0.0.1:0", .log = &log}, tokens};
  EchoService echo{&server.streams(), &tokens};
  std::shared_ptr<grpc::Channel> channel;
  std::unique_ptr<pb::EchoService::Stub> stub;
};

}  // namespace callfleet::grpc_server
