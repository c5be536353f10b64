#include <grpcpp/grpcpp.h>

#include "callfleet/supervisor/v1/supervisor_service.grpc.pb.h"
#include "common/grpc_server/channel.h"
#include "tests/integration/supervisor/house.h"

namespace callfleet::supervisor::test {
namespace {

namespace pb = callfleet::supervisor::v1;

class GrpcFaceTest : public House {
 protected:
  void SetUp() override {
    House::SetUp();
    StartSupervisor();
    stub = pb::SupervisorService::NewStub(
        grpc_server::MakeChannel({.target = "127.0.0.1:" + std::to_string(app->grpc_port())}));
  }
  static std::string Reason(const grpc::Status& status) {
    return grpc_server::FromGrpcStatus(status).error().reason;
  }
  std::unique_ptr<pb::SupervisorService::Stub> stub;
};

TEST_F(GrpcFaceTest, TheSameAgentsAsOverRest) {
  Post("/agents", {{"name", "Ann"}, {"maxConcurrentCalls", 3}});
  grpc::ClientContext context;
  pb::ListAgentsResponse response;
  ASSERT_TRUE(stub->ListAgents(&context, {}, &response).ok());
  ASSERT_EQ(response.agents_size(), 1);
  EXPECT_EQ(response.agents(0).name(), "Ann");
  EXPECT_FALSE(response.agents(0).has_performance_score());
  EXPECT_EQ(response.total_size(), 1);
}

TEST_F(GrpcFaceTest, TheSameFiguresOfAQueueAsOverRest) {
  const auto id = Post("/queues", {{"name", "sales"}}).data()["id"].get<std::string>();
  const auto asked = [this] {
    grpc::ClientContext context;
    pb::ListQueueStatsResponse response;
    EXPECT_TRUE(stub->ListQueueStats(&context, {}, &response).ok());
    return response.queues_size() == 1 ? response.queues(0) : pb::QueueStats();
  };
  ASSERT_TRUE(Eventually([&] { return asked().queue_id() == id; }));
  EXPECT_EQ(asked().service_levels_size(), 0);  // Before the queue has told its figures.
  queue_pb::QueueStats told;
  told.set_queue_id(id);
  told.set_offered(14);
  told.set_answered(8);
  told.set_answered_in_threshold(6);
  told.set_abandoned(2);
  told.set_abandoned_in_threshold(2);
  told.set_short_abandoned(1);
  told.set_refused(3);
  told.set_callbacks(4);
  told.set_agents_ready(5);
  told.set_agents_available(2);
  told.mutable_service_level_threshold()->set_seconds(20);
  queue->Tell(told);
  ASSERT_TRUE(Eventually([&] { return asked().answered() == 8; }));
  const auto stats = asked();
  const Json shown = Get("/queues/stats").data()[0];
  EXPECT_EQ(shown["state"], stats.state());
  EXPECT_EQ(shown["shortAbandoned"], stats.short_abandoned());
  EXPECT_EQ(shown["refused"], stats.refused());
  EXPECT_EQ(shown["callbacks"], stats.callbacks());
  EXPECT_EQ(shown["agentsAvailable"], stats.agents_available());
  EXPECT_EQ(shown["agentsBusy"], stats.agents_busy());
  EXPECT_EQ(shown["serviceLevel"], stats.service_level());
  ASSERT_EQ(stats.service_levels_size(), 4);
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(stats.service_levels(i).formula(), i + 1);
    EXPECT_EQ(shown["serviceLevels"][i]["formula"], stats.service_levels(i).words());
    EXPECT_EQ(shown["serviceLevels"][i]["value"], stats.service_levels(i).value());
  }
  EXPECT_EQ(stats.service_levels(0).value(), 0.75);
  EXPECT_EQ(stats.service_levels(1).value(), 0.8);
}

TEST_F(GrpcFaceTest, UnknownIdsAreNotFoundWithAReason) {
  grpc::ClientContext first;
  pb::GetAgentResponse agent;
  EXPECT_EQ(Reason(stub->GetAgent(&first, {}, &agent)), "AGENT_NOT_FOUND");
  grpc::ClientContext second;
  pb::GetCallResponse call;
  EXPECT_EQ(Reason(stub->GetCall(&second, {}, &call)), "CALL_NOT_FOUND");
}

TEST_F(GrpcFaceTest, AWatchTellsASnapshotThenChanges) {
  grpc::ClientContext context;
  auto reader = stub->WatchAgents(&context, {});
  pb::WatchAgentsResponse message;
  ASSERT_TRUE(reader->Read(&message));
  EXPECT_TRUE(message.snapshot());
  Post("/agents", {{"name", "Ann"}});
  ASSERT_TRUE(reader->Read(&message));
  EXPECT_FALSE(message.snapshot());
  EXPECT_EQ(message.agents(0).name(), "Ann");
  context.TryCancel();
}

TEST_F(GrpcFaceTest, PagesAreBoundedAndOutOfRangeIsRefused) {
  grpc::ClientContext context;
  pb::ListCallsRequest request;
  request.set_page_size(-1);
  pb::ListCallsResponse response;
  EXPECT_EQ(stub->ListCalls(&context, request, &response).error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(GrpcFaceTest, StatsNameTheSourcesThatAreBehind) {
  grpc::ClientContext context;
  pb::GetStatsResponse response;
  ASSERT_TRUE(stub->GetStats(&context, {}, &response).ok());
  EXPECT_EQ(response.stale_sources_size(), 0);
  EXPECT_FALSE(response.stats().has_utilisation());
}

}  // namespace
}  // namespace callfleet::supervisor::test
