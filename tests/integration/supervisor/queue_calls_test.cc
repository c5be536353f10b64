// S7, S8, S10 and actions on calls: over REST and gRPC the same, from one view, by the calls'
// owners.
#include <grpcpp/grpcpp.h>

#include <thread>

#include "callfleet/supervisor/v1/supervisor_service.grpc.pb.h"
#include "common/grpc_server/channel.h"
#include "tests/integration/supervisor/house.h"

namespace callfleet::supervisor::test {
namespace {

namespace face_pb = callfleet::supervisor::v1;

constexpr const char* kRoles =
    "viewer-token-0123456789 viewer vera\n"
    "supervisor-token-0123456789 supervisor sue\n"
    "admin-token-0123456789 admin adam\n";

class QueueCallsTest : public House {
 protected:
  void SetUp() override {
    House::SetUp();
    StartSupervisor(kRoles);
    stub = face_pb::SupervisorService::NewStub(
        grpc_server::MakeChannel({.target = "127.0.0.1:" + std::to_string(app->grpc_port())}));
    sales = As("admin", "POST", "/queues", {{"name", "sales"}}).data()["id"].get<std::string>();
    As("supervisor", "POST", "/agents", {{"name", "Ann"}});
    ann = As("viewer", "GET", "/agents/Ann").data()["id"].get<std::string>();
  }
  Answer As(const std::string& role, const std::string& method, const std::string& path,
            const Json& body = nullptr) const {
    return Ask(method, path, body.is_null() ? "" : body.dump(),
               {{"Authorization", "Bearer " + role + "-token-0123456789"}});
  }
  static std::string Reason(const grpc::Status& status) {
    return status.ok() ? "OK" : grpc_server::FromGrpcStatus(status).error().reason;
  }
  // One rpc by somebody of this role.
  template <class Call>
  grpc::Status By(const std::string& role, Call call) const {
    grpc::ClientContext context;
    context.AddMetadata("authorization", "Bearer " + role + "-token-0123456789");
    return call(&context);
  }
  // Waits since so many seconds after 1'767'607'200.
  queue_pb::Ticket Ticket(const std::string& call, int since, int priority = 0) const {
    queue_pb::Ticket ticket;
    ticket.set_ticket_id("t-" + call);
    ticket.set_queue_id(sales);
    ticket.set_call_id(call);
    ticket.set_caller("+14155550001");
    ticket.set_priority(priority);
    ticket.set_customer_type("gold");
    ticket.set_position(1);
    ticket.set_state(queue_pb::TICKET_STATE_WAITING);
    ticket.mutable_enqueue_time()->set_seconds(1'767'607'200 + since);
    return ticket;
  }
  void Waits(const std::string& call, int since, int priority = 0) {
    queue->Tell(Ticket(call, since, priority));
    ASSERT_TRUE(Eventually([&] { return Calls().find("\"" + call + "\"") != std::string::npos; }));
  }
  // A call at the edge that a unit controls.
  void LiveCall(const std::string& id, callfleet::common::v1::UnitKind kind) {
    edge_pb::CallRecord record;
    record.set_call_id(id);
    record.set_version(1);
    record.set_state(edge_pb::CALL_STATE_WAITING);
    if (kind != callfleet::common::v1::UNIT_KIND_UNSPECIFIED) {
      record.mutable_controller()->mutable_unit()->set_kind(kind);
      record.mutable_controller()->mutable_unit()->set_id("unit-1");
    }
    edge->Tell(record);
    ASSERT_TRUE(Eventually([&] { return As("viewer", "GET", "/calls/" + id).status == 200; }));
  }
  std::string Calls() const {
    return As("viewer", "GET", "/queues/" + sales + "/calls").body.dump();
  }
  face_pb::AssignCallRequest AssignRequest(const std::string& call,
                                           const std::string& agent) const {
    face_pb::AssignCallRequest request;
    request.set_request_id("r-" + call);
    request.set_call_id(call);
    request.set_agent_id(agent);
    return request;
  }
  grpc::Status Assign(const std::string& role, const face_pb::AssignCallRequest& request,
                      face_pb::AssignCallResponse* response) const {
    return By(role, [&](auto* context) { return stub->AssignCall(context, request, response); });
  }
  std::string ReasonOfSteer(const face_pb::SteerCallRequest& request,
                            const std::string& role = "supervisor") const {
    face_pb::SteerCallResponse response;
    return Reason(
        By(role, [&](auto* context) { return stub->SteerCall(context, request, &response); }));
  }

  std::unique_ptr<face_pb::SupervisorService::Stub> stub;
  std::string sales;
  std::string ann;
};

TEST_F(QueueCallsTest, CallersStandInOneOrderWithPositionAndWaitOverBothFaces) {
  Waits("late", 30);
  Waits("early", 0);
  Waits("vip", 60, 2);  // Two steps of 60 s: it goes first.
  const auto list = As("viewer", "GET", "/queues/" + sales + "/calls?pageSize=2");
  ASSERT_EQ(list.data().size(), 2U) << list.body;
  EXPECT_EQ(list.data()[0]["callId"], "vip");
  EXPECT_EQ(list.data()[1]["callId"], "early");
  EXPECT_EQ(list.data()[1]["position"], 2);
  EXPECT_GT(list.data()[1]["waitSeconds"], 0.0);
  face_pb::ListQueueCallsRequest request;
  request.set_queue_id(sales);
  request.set_page_size(2);
  face_pb::ListQueueCallsResponse page;
  const auto read = [&] {
    return By("viewer", [&](auto* c) { return stub->ListQueueCalls(c, request, &page); });
  };
  ASSERT_TRUE(read().ok());
  ASSERT_EQ(page.calls_size(), 2);
  EXPECT_EQ(page.calls(0).call().call_id(), "vip");
  EXPECT_EQ(page.calls(0).call().customer_type(), "gold");
  EXPECT_EQ(page.calls(0).call().queue_id(), sales);
  request.set_page_token(page.next_page_token());
  ASSERT_TRUE(read().ok());
  ASSERT_EQ(page.calls_size(), 1);
  EXPECT_EQ(page.calls(0).position(), 3U);
  EXPECT_EQ(page.calls(0).call().call_id(), "late");
  EXPECT_EQ(page.next_page_token(), "");
}

TEST_F(QueueCallsTest, WhoWaitsIsToldAsItChangesUntilTheQueueIsGone) {
  Waits("c1", 0);
  grpc::ClientContext context;
  context.AddMetadata("authorization", "Bearer viewer-token-0123456789");
  face_pb::WatchQueueCallsRequest request;
  request.set_queue_id(sales);
  auto reader = stub->WatchQueueCalls(&context, request);
  face_pb::WatchQueueCallsResponse message;
  ASSERT_TRUE(reader->Read(&message));
  ASSERT_EQ(message.calls_size(), 1);
  queue->Tell(Ticket("c0", -10));
  ASSERT_TRUE(reader->Read(&message));
  ASSERT_EQ(message.calls_size(), 2);
  EXPECT_EQ(message.calls(0).call().call_id(), "c0");
  auto gone = Ticket("c0", -10);
  gone.set_state(queue_pb::TICKET_STATE_ENDED);
  queue->Tell(gone);
  ASSERT_TRUE(reader->Read(&message));
  ASSERT_EQ(message.calls_size(), 1);
  EXPECT_EQ(message.calls(0).call().call_id(), "c1");
  queue->TellDeleted(sales);
  EXPECT_FALSE(reader->Read(&message));
  EXPECT_EQ(Reason(reader->Finish()), "QUEUE_NOT_FOUND");
}

TEST_F(QueueCallsTest, EventsTellAllWhoWaitAndEndWithTheQueue) {
  Waits("c1", 0);
  httplib::Client client("127.0.0.1", app->rest_port());
  client.set_read_timeout(10);
  std::string text;
  const auto result = client.Get("/api/v1/queues/" + sales + "/calls/watch",
                                 {{"Authorization", "Bearer viewer-token-0123456789"}},
                                 [&](const char* data, std::size_t length) {
                                   const bool first = text.find("\"c1\"") == std::string::npos;
                                   text.append(data, length);
                                   if (first && text.find("\"c1\"") != std::string::npos) {
                                     queue->TellDeleted(sales);
                                   }
                                   return true;
                                 });
  ASSERT_TRUE(result);  // The server ended it.
  EXPECT_NE(text.find("event: snapshot"), std::string::npos) << text;
  EXPECT_EQ(As("viewer", "GET", "/queues/" + sales + "/calls").reason(), "QUEUE_NOT_FOUND");
}

TEST_F(QueueCallsTest, FiguresOfAllQueuesAreListedAndWatchedTheSameOverBothFaces) {
  queue_pb::QueueStats stats;
  stats.set_queue_id(sales);
  stats.set_waiting(3);
  stats.set_offered(10);
  stats.set_answered(4);
  stats.set_answered_in_threshold(4);
  stats.set_abandoned(2);
  stats.set_abandoned_in_threshold(2);
  stats.set_overflowed(4);
  stats.mutable_answered_wait()->set_seconds(20);
  stats.set_agents_ready(5);
  stats.set_agents_available(2);
  stats.mutable_expected_wait_low()->set_seconds(60);
  stats.mutable_expected_wait_high()->set_seconds(120);
  queue->Tell(stats);
  ASSERT_TRUE(
      Eventually([&] { return As("viewer", "GET", "/queues/stats").data()[0]["waiting"] == 3; }));
  const auto figures = As("viewer", "GET", "/queues/stats").data()[0];
  EXPECT_EQ(figures["name"], "sales");
  EXPECT_EQ(figures["serviceLevel"], 0.5);
  EXPECT_EQ(figures["serviceLevels"].size(), 4U);
  EXPECT_EQ(figures["averageWaitSeconds"], 5.0);
  EXPECT_EQ(figures["expectedWaitSeconds"], 90.0);
  EXPECT_EQ(figures["agentsBusy"], 3);
  face_pb::ListQueueStatsResponse listed;
  ASSERT_TRUE(By("viewer", [&](auto* c) { return stub->ListQueueStats(c, {}, &listed); }).ok());
  ASSERT_EQ(listed.queues_size(), 1);
  EXPECT_EQ(listed.queues(0).waiting(), 3U);
  EXPECT_EQ(listed.queues(0).service_level(), 0.5);
  EXPECT_EQ(listed.queues(0).expected_wait_seconds(), 90.0);
  EXPECT_EQ(listed.queues(0).agents_busy(), 3U);
  grpc::ClientContext context;
  context.AddMetadata("authorization", "Bearer viewer-token-0123456789");
  auto reader = stub->WatchQueueStats(&context, {});
  face_pb::WatchQueueStatsResponse message;
  ASSERT_TRUE(reader->Read(&message));
  EXPECT_TRUE(message.snapshot());
  EXPECT_EQ(message.queues(0).waiting(), 3U);
  queue->TellDeleted(sales);
  ASSERT_TRUE(reader->Read(&message));
  EXPECT_EQ(message.removed_queue_ids(0), sales);
  context.TryCancel();
}

TEST_F(QueueCallsTest, AWaitingCallIsGivenToANamedAgent) {
  Waits("c1", 0);
  Waits("c2", 1);
  const auto path = "/queues/" + sales + "/calls/c1/assign";
  const auto done =
      As("supervisor", "POST", path, {{"agentId", "Ann"}, {"override", true}, {"colour", "red"}});
  ASSERT_EQ(done.status, 200) << done.body;
  EXPECT_EQ(done.data()["id"], "c1");
  EXPECT_EQ(done.data()["agentName"], "Ann");
  EXPECT_EQ(done.body["ignored"][0], "colour");
  ASSERT_EQ(queue->forced.size(), 1U);
  EXPECT_EQ(queue->forced[0].ticket_id(), "t-c1");
  EXPECT_EQ(queue->forced[0].agent_id(), ann);
  EXPECT_TRUE(queue->forced[0].override());
  face_pb::AssignCallResponse response;
  ASSERT_TRUE(Assign("supervisor", AssignRequest("c2", "Ann"), &response).ok());
  EXPECT_EQ(response.call().agent_id(), ann);
  EXPECT_FALSE(queue->forced[1].override());
  auto gone = Ticket("c2", 1);
  gone.set_state(queue_pb::TICKET_STATE_ENDED);
  queue->Tell(gone);
  ASSERT_TRUE(Eventually([&] { return Calls().find("\"c2\"") == std::string::npos; }));
  // A repeat goes to the same ticket with the same request id, which the queue answers as before.
  ASSERT_TRUE(Assign("supervisor", AssignRequest("c2", "Ann"), &response).ok());
  EXPECT_EQ(queue->forced[2].request_id(), queue->forced[1].request_id());
}

TEST_F(QueueCallsTest, WhoMayNotWhatIsUnknownAndWhatTheQueueRefusesIsTold) {
  Waits("c1", 0);
  LiveCall("direct", callfleet::common::v1::UNIT_KIND_UNSPECIFIED);
  const std::string calls = "/queues/" + sales + "/calls/";
  const Json to_ann{{"agentId", "Ann"}};
  EXPECT_EQ(As("viewer", "POST", calls + "c1/assign", to_ann).status, 403);
  EXPECT_EQ(As("supervisor", "POST", calls + "nope/assign", to_ann).reason(), "CALL_NOT_FOUND");
  EXPECT_EQ(As("supervisor", "POST", "/queues/nope/calls/c1/assign", to_ann).reason(),
            "QUEUE_NOT_FOUND");
  EXPECT_EQ(As("supervisor", "POST", calls + "c1/assign", {{"agentId", "Bob"}}).reason(),
            "AGENT_NOT_FOUND");
  EXPECT_EQ(As("supervisor", "POST", calls + "c1/assign", Json::object()).field(), "agentId");
  EXPECT_EQ(As("supervisor", "POST", calls + "direct/assign", to_ann).reason(), "CALL_NOT_QUEUED");
  face_pb::AssignCallResponse response;
  EXPECT_EQ(Reason(Assign("viewer", AssignRequest("c1", "Ann"), &response)), "ROLE_TOO_LOW");
  EXPECT_EQ(Reason(Assign("supervisor", AssignRequest("nope", "Ann"), &response)),
            "CALL_NOT_FOUND");
  EXPECT_EQ(Reason(Assign("supervisor", AssignRequest("c1", "Bob"), &response)), "AGENT_NOT_FOUND");
  auto nameless = AssignRequest("c1", "Ann");
  nameless.clear_request_id();
  EXPECT_EQ(Assign("supervisor", nameless, &response).error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_TRUE(queue->forced.empty());
  queue->refuse = "FULL";
  EXPECT_EQ(As("supervisor", "POST", calls + "c1/assign", to_ann).reason(), "FULL");
  EXPECT_EQ(Reason(Assign("supervisor", AssignRequest("c1", "Ann"), &response)), "FULL");
  face_pb::ListQueueCallsRequest request;
  request.set_queue_id("nope");
  face_pb::ListQueueCallsResponse page;
  EXPECT_EQ(Reason(By("viewer", [&](auto* c) { return stub->ListQueueCalls(c, request, &page); })),
            "QUEUE_NOT_FOUND");
}

TEST_F(QueueCallsTest, AnActionGoesToTheOwnerOfTheCall) {
  LiveCall("of-queue", callfleet::common::v1::UNIT_KIND_QUEUE);
  LiveCall("of-campaign", callfleet::common::v1::UNIT_KIND_CAMPAIGN);
  LiveCall("of-nobody", callfleet::common::v1::UNIT_KIND_UNSPECIFIED);
  face_pb::SteerCallRequest request;
  request.set_request_id("r1");
  request.set_call_id("of-queue");
  EXPECT_EQ(ReasonOfSteer(request), "INVALID_ARGUMENT");  // No action.
  request.mutable_action()->mutable_transfer()->mutable_target()->set_agent_id("Ann");
  EXPECT_EQ(ReasonOfSteer(request, "viewer"), "ROLE_TOO_LOW");
  EXPECT_EQ(ReasonOfSteer(request), "OK");
  EXPECT_EQ(As("supervisor", "POST", "/calls/of-queue/transfer", {{"agentId", "Ann"}}).status, 200);
  ASSERT_EQ(queue->steered.size(), 2U);
  EXPECT_EQ(queue->steered[0].request_id(), "r1");
  for (const auto& steered : queue->steered) {
    EXPECT_EQ(steered.action().transfer().target().agent_id(), ann);
  }
  request.set_call_id("of-campaign");
  request.set_agent_id("Ann");
  EXPECT_EQ(ReasonOfSteer(request), "OK");
  ASSERT_EQ(dialer->steered.size(), 1U);
  EXPECT_EQ(dialer->steered[0].agent_id(), ann);
  request.mutable_action()->mutable_transfer()->mutable_target()->set_agent_id("Bob");
  EXPECT_EQ(ReasonOfSteer(request), "AGENT_NOT_FOUND");
  request.mutable_action()->mutable_hang_up();
  request.set_call_id("of-nobody");
  EXPECT_EQ(ReasonOfSteer(request), "CALL_UNOWNED");
  request.set_call_id("nope");
  EXPECT_EQ(ReasonOfSteer(request), "CALL_NOT_FOUND");
  EXPECT_EQ(As("supervisor", "POST", "/calls/nope/hold").reason(), "CALL_NOT_FOUND");
  queue->refuse = "NOT_BRIDGED";
  request.set_call_id("of-queue");
  request.clear_agent_id();
  EXPECT_EQ(ReasonOfSteer(request), "NOT_BRIDGED");
  EXPECT_EQ(As("supervisor", "POST", "/calls/of-queue/hold").reason(), "NOT_BRIDGED");
}

}  // namespace
}  // namespace callfleet::supervisor::test
