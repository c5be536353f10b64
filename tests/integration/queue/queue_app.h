#pragma once
// The whole service but for main, over real PostgreSQL, and an edge that does as it is told.
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "callfleet/queue/v1/queue_service.grpc.pb.h"
#include "common/grpc_server/errors.h"
#include "services/queue/app/app.h"
#include "tests/integration/queue/fake_edge.h"
#include "tests/support/private_postgres.h"

namespace callfleet::test {

class QueueApp : public ::testing::Test {
 protected:
  // Again: a successor over the same database.
  std::unique_ptr<queue::App> Start() {
    auto app = queue::App::Start(config, logging::Logger("queue"), [] { return true; });
    EXPECT_TRUE(app) << (app ? "" : app.error().message);
    stub = queue::v1::QueueService::NewStub(grpc::CreateChannel(
        "127.0.0.1:" + std::to_string((*app)->port()), grpc::InsecureChannelCredentials()));
    return std::move(*app);
  }
  Result<queue::v1::Queue> Create(const std::string& name) {
    queue::v1::Queue queue;
    queue.set_name(name);
    auto* skill = queue.add_skills();
    skill->set_name("german");
    skill->set_min_level(4);
    return Create(queue);
  }
  Result<queue::v1::Queue> Create(const queue::v1::Queue& queue) {
    grpc::ClientContext context;
    queue::v1::CreateQueueRequest request;
    request.set_request_id("request-" + queue.name());
    *request.mutable_queue() = queue;
    queue::v1::CreateQueueResponse response;
    const auto status = stub->CreateQueue(&context, request, &response);
    if (!status.ok()) return Fail(grpc_server::FromGrpcStatus(status).error());
    return response.queue();
  }
  std::vector<queue::v1::Queue> List() {
    grpc::ClientContext context;
    queue::v1::ListQueuesResponse response;
    EXPECT_TRUE(stub->ListQueues(&context, {}, &response).ok());
    return {response.queues().begin(), response.queues().end()};
  }
  bool Route(const std::string& number, const std::string& queue) {
    grpc::ClientContext context;
    queue::v1::SetRouteRequest request;
    request.mutable_route()->set_number(number);
    request.mutable_route()->mutable_destination()->set_queue_id(queue);
    queue::v1::SetRouteResponse response;
    return stub->SetRoute(&context, request, &response).ok();
  }
  std::string SteerReason(const std::string& request_id, const std::string& call,
                          const std::function<void(common::v1::CallAction*)>& what) {
    grpc::ClientContext context;
    queue::v1::SteerCallRequest request;
    request.set_request_id(request_id);
    request.set_call_id(call);
    what(request.mutable_action());
    queue::v1::SteerCallResponse response;
    return ReasonOf(stub->SteerCall(&context, request, &response));
  }
  // Empty also while the queue is being read.
  std::vector<queue::v1::Ticket> Tickets(const std::string& queue) {
    queue::v1::ListTicketsRequest request;
    request.set_queue_id(queue);
    return Tickets(request);
  }
  std::vector<queue::v1::Ticket> Tickets(const queue::v1::ListTicketsRequest& request) {
    grpc::ClientContext context;
    queue::v1::ListTicketsResponse response;
    stub->ListTickets(&context, request, &response);
    return {response.tickets().begin(), response.tickets().end()};
  }
  // "OK", or the reason and the first field.
  static std::string ReasonOf(const grpc::Status& status) {
    if (status.ok()) return "OK";
    const Error error = grpc_server::FromGrpcStatus(status).error();
    return error.fields.empty() ? error.reason : error.reason + " " + error.fields[0].field;
  }

  FakeEdge edge;
  queue::Config config{.listen = "127.0.0.1:0",
                       .admin_listen = "127.0.0.1:0",
                       .database = EmptyDatabase(),
                       .sip_edges = {edge.target()},
                       .agent_registry = "127.0.0.1:1"};  // Nobody is there: nothing is granted.
  std::unique_ptr<queue::v1::QueueService::Stub> stub;

 private:
  static std::string EmptyDatabase() {
    const auto& conninfo = PrivatePostgres::Shared().conninfo();
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
};

}  // namespace callfleet::test
