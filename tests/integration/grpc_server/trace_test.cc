#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <vector>

#include "common/grpc_server/call_trace.h"
#include "tests/integration/grpc_server/echo_server.h"

namespace callfleet::grpc_server {
namespace {

const std::string kTrace = "0af7651916cd43dd8448eb211c80319c";
const std::string kSpan = "b7ad6b7169203331";

// The handler tells what came; the log has what was written about it.
class TraceTest : public EchoServerTest {
 protected:
  void SetUp() override {
    log.SetLevel(logging::Level::kDebug);
    echo.on_trace = [this](const trace::Context& context) { came.push_back(context); };
    echo.on_echo = [](const auto& pending, const pb::EchoRequest& request) {
      pb::EchoResponse response;
      response.set_text(request.text());
      pending->Finish(std::move(response));
    };
    Start();
  }
  // By a channel that is not ours: the header is the test's.
  void CallWith(const std::string& header, const std::string& call_id = "") {
    auto foreign = pb::EchoService::NewStub(grpc::CreateChannel(
        "127.0.0.1:" + std::to_string(server.port()), grpc::InsecureChannelCredentials()));
    grpc::ClientContext context;
    if (!header.empty()) context.AddMetadata("traceparent", header);
    pb::EchoRequest request;
    request.set_call_id(call_id);
    pb::EchoResponse response;
    ASSERT_TRUE(foreign->Echo(&context, request, &response).ok());
  }
  std::vector<nlohmann::json> Lines() {
    server.Shutdown();  // The last line is written with the call's end.
    std::vector<nlohmann::json> lines;
    std::istringstream text(out.str());
    for (std::string line; std::getline(text, line);) lines.push_back(nlohmann::json::parse(line));
    return lines;
  }

  std::vector<trace::Context> came;
};

TEST_F(TraceTest, ACallIsAStepDownFromTheTraceOfTheThreadThatBeginsIt) {
  const trace::Scope scope(trace::Context{kTrace, kSpan, true});
  ASSERT_TRUE(Call("hello").ok());
  ASSERT_EQ(came.size(), 1U);
  EXPECT_EQ(came[0].trace_id, kTrace);
  EXPECT_NE(came[0].span_id, kSpan);
  EXPECT_TRUE(came[0].sampled);
}

TEST_F(TraceTest, OutsideOfATraceEachCallBeginsOne) {
  ASSERT_TRUE(Call("one").ok());
  ASSERT_TRUE(Call("two").ok());
  ASSERT_EQ(came.size(), 2U);
  EXPECT_NE(came[0].trace_id, came[1].trace_id);
}

TEST_F(TraceTest, WhatIsAbsentOrMalformedBeginsAnew) {
  for (const std::string& header : {std::string(), std::string("nonsense"),
                                    "00-" + std::string(32, '0') + "-" + kSpan + "-01"}) {
    CallWith(header);
  }
  ASSERT_EQ(came.size(), 3U);
  for (const auto& context : came) {
    EXPECT_EQ(trace::Parse(trace::Format(context)), context);
    EXPECT_NE(context.trace_id, std::string(32, '0'));
    EXPECT_FALSE(context.sampled);
  }
}

TEST_F(TraceTest, ARequestThatNamesACallIsLoggedWithBoth) {
  CallWith("00-" + kTrace + "-" + kSpan + "-01", "c1");
  EXPECT_EQ(log.traces().IdOf("c1"), kTrace);
  const auto lines = Lines();
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0]["msg"], "rpc");
  EXPECT_EQ(lines[0]["level"], "info");
  EXPECT_EQ(lines[0]["method"], "callfleet.test.v1.EchoService/Echo");
  EXPECT_EQ(lines[0]["code"], 0);
  EXPECT_EQ(lines[0]["call_id"], "c1");
  EXPECT_EQ(lines[0]["trace_id"], kTrace);
  EXPECT_EQ(lines[0]["parent_id"], kSpan);
}

TEST_F(TraceTest, WhatNobodyRecordsIsLoggedAtDebugAndLeavesTheCallItsOwnTrace) {
  CallWith("00-" + kTrace + "-" + kSpan + "-00", "c1");
  EXPECT_EQ(log.traces().IdOf("c1"), trace::OwnTraceId("c1"));
  const auto lines = Lines();
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0]["level"], "debug");
}

}  // namespace
}  // namespace callfleet::grpc_server
