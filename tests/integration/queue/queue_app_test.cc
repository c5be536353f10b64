// The whole service but for main: real PostgreSQL, real gRPC on both sides.
#include <gtest/gtest.h>

#include "callfleet/queue/v1/queue_service.grpc.pb.h"
#include "common/grpc_server/errors.h"
#include "services/queue/app/app.h"
#include "tests/integration/queue/fake_edge.h"
#include "tests/support/private_postgres.h"

namespace callfleet::queue {
namespace {

using test::FakeEdge;

std::string EmptyDatabase() {
  const auto& conninfo = test::PrivatePostgres::Shared().conninfo();
  pg::Session session({.conninfo = conninfo, .schema = "public"});
  const auto dropped = session.Transact(
      [](pg::Transaction& transaction) -> Status {
        transaction.Script("DROP SCHEMA IF EXISTS queue CASCADE");
        return {};
      },
      std::chrono::steady_clock::now() + std::chrono::seconds(10));
  EXPECT_TRUE(dropped);
  return conninfo;
}

class QueueApp : public ::testing::Test {
 protected:
  std::unique_ptr<App> Start() {
    auto app = App::Start(config, logging::Logger("queue"), [] { return true; });
    EXPECT_TRUE(app) << (app ? "" : app.error().message);
    stub = v1::QueueService::NewStub(grpc::CreateChannel(
        "127.0.0.1:" + std::to_string((*app)->port()), grpc::InsecureChannelCredentials()));
    return std::move(*app);
  }
  Result<v1::Queue> Create(const std::string& name) {
    grpc::ClientContext context;
    v1::CreateQueueRequest request;
    request.set_request_id("request-" + name);
    request.mutable_queue()->set_name(name);
    auto* skill = request.mutable_queue()->add_skills();
    skill->set_name("german");
    skill->set_min_level(4);
    v1::CreateQueueResponse response;
    const auto status = stub->CreateQueue(&context, request, &response);
    if (!status.ok()) return Fail(grpc_server::FromGrpcStatus(status).error());
    return response.queue();
  }
  std::vector<v1::Queue> List() {
    grpc::ClientContext context;
    v1::ListQueuesResponse response;
    EXPECT_TRUE(stub->ListQueues(&context, {}, &response).ok());
    return {response.queues().begin(), response.queues().end()};
  }

  FakeEdge edge;
  Config config{.listen = "127.0.0.1:0",
                .admin_listen = "127.0.0.1:0",
                .database = EmptyDatabase(),
                .sip_edge = edge.target()};
  std::unique_ptr<v1::QueueService::Stub> stub;
};

TEST_F(QueueApp, QueuesSurviveARestartAsTheyWere) {
  auto app = Start();
  const auto made = Create("sales");
  ASSERT_TRUE(made);
  app.reset();
  app = Start();
  const auto queues = List();
  ASSERT_EQ(queues.size(), 1U);
  EXPECT_EQ(queues[0].SerializeAsString(), made->SerializeAsString());
  EXPECT_EQ(queues[0].skills(0).min_level(), 4U);
}

TEST_F(QueueApp, ATakenNameIsATypedError) {
  auto app = Start();
  ASSERT_TRUE(Create("sales"));
  grpc::ClientContext context;
  v1::CreateQueueRequest request;
  request.set_request_id("another");
  request.mutable_queue()->set_name("sales");
  v1::CreateQueueResponse response;
  const auto status = stub->CreateQueue(&context, request, &response);
  EXPECT_EQ(grpc_server::FromGrpcStatus(status).error().reason, "QUEUE_NAME_TAKEN");
}

TEST_F(QueueApp, AnArrivedCallIsClaimedRefusedKeptAndAcknowledged) {
  auto app = Start();
  edge.CallArrives("call-1");
  EXPECT_EQ(edge.WaitForCommands(3),
            (std::vector<std::string>{"claim call-1", "hang up call-1 404", "acknowledge call-1"}));
}

TEST_F(QueueApp, WhatIsNotBuiltYetIsRefusedWithAReason) {
  auto app = Start();
  grpc::ClientContext context;
  v1::ForceAssignResponse response;
  const auto status = stub->ForceAssign(&context, {}, &response);
  const auto error = grpc_server::FromGrpcStatus(status).error();
  EXPECT_EQ(error.code, ErrorCode::kUnimplemented);
  EXPECT_EQ(error.reason, "NOT_IMPLEMENTED");
}

TEST_F(QueueApp, AStopIsQuickAlthoughTheEdgeIsWatched) {
  auto app = Start();
  edge.CallArrives("call-1");
  edge.WaitForCommands(3);
  const auto start = std::chrono::steady_clock::now();
  app->Stop();
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(2));
  EXPECT_FALSE(app->lost());
}

}  // namespace
}  // namespace callfleet::queue
