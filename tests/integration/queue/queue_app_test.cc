// The whole service but for main: real PostgreSQL, real gRPC on both sides.
#include <thread>

#include "tests/integration/queue/queue_app.h"

namespace callfleet::queue {
namespace {

using test::QueueApp;

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

TEST_F(QueueApp, AWatchWithAMessageThatCannotBeReadBeginsAnew) {
  edge.SendNonsenseOnce();
  auto app = Start();
  edge.CallArrives("call-1");
  EXPECT_EQ(edge.WaitForCommands(3).size(), 3U);
}

TEST_F(QueueApp, ForcingAnUnknownTicketIsATypedError) {
  auto app = Start();
  ASSERT_TRUE(Create("sales"));
  const auto force = [&](const char* ticket, const char* agent) {
    grpc::ClientContext context;
    v1::ForceAssignRequest request;
    request.set_request_id("r");
    request.set_ticket_id(ticket);
    request.set_agent_id(agent);
    v1::ForceAssignResponse response;
    const auto status = stub->ForceAssign(&context, request, &response);
    return grpc_server::FromGrpcStatus(status).error().reason;
  };
  EXPECT_EQ(force("nobody", "a"), "TICKET_NOT_FOUND");
  EXPECT_EQ(force("nobody", "a"), "TICKET_NOT_FOUND");
  EXPECT_EQ(force("nobody", "b"), "IDEMPOTENCY_KEY_REUSED");
  EXPECT_EQ(force("other", "a"), "IDEMPOTENCY_KEY_REUSED");
}

TEST_F(QueueApp, ACallerIsHandedToItsQueueKeptAndAnswered) {
  auto app = Start();
  const auto queue = Create("sales");
  ASSERT_TRUE(Route("100", queue->queue_id()));
  edge.CallArrives("call-1");
  EXPECT_EQ(edge.WaitForCommands(2), (std::vector<std::string>{"claim call-1", "answer call-1"}));
  const auto tickets = Tickets(queue->queue_id());
  ASSERT_EQ(tickets.size(), 1U);
  EXPECT_EQ(tickets[0].state(), v1::TICKET_STATE_WAITING);
  EXPECT_EQ(tickets[0].position(), 1U);
  EXPECT_EQ(tickets[0].called(), "100");
}

TEST_F(QueueApp, AWaitingCallerSurvivesARestartInItsPlace) {
  auto app = Start();
  const auto queue = Create("sales");
  ASSERT_TRUE(Route("100", queue->queue_id()));
  edge.CallArrives("call-1");
  edge.WaitForCommands(2);
  const auto before = Tickets(queue->queue_id());
  ASSERT_EQ(before.size(), 1U);
  app.reset();
  app = Start();
  std::vector<v1::Ticket> after;
  for (int i = 0; i < 200 && after.empty(); ++i) {
    after = Tickets(queue->queue_id());
    if (after.empty()) std::this_thread::sleep_for(std::chrono::milliseconds(25));
  }
  ASSERT_EQ(after.size(), 1U);
  EXPECT_EQ(after[0].ticket_id(), before[0].ticket_id());
  EXPECT_EQ(after[0].enqueue_time().SerializeAsString(),
            before[0].enqueue_time().SerializeAsString());
}

// The claim is the edge's, the ticket ours: what was claimed and never kept is found by the record.
TEST_F(QueueApp, ACallerWhoWasClaimedAndHasNoTicketYetIsTakenInByTheSuccessor) {
  edge.FallSilentAfterClaims(1);
  auto app = Start();
  const auto queue = Create("sales");
  ASSERT_TRUE(Route("100", queue->queue_id()));
  edge.CallArrives("call-1");
  EXPECT_EQ(edge.WaitForCommands(1).back(), "claim call-1");  // By the queue.
  EXPECT_TRUE(Tickets(queue->queue_id()).empty());
  app.reset();
  app = Start();
  EXPECT_EQ(edge.WaitForCommands(2).back(), "answer call-1");
  const auto tickets = Tickets(queue->queue_id());
  ASSERT_EQ(tickets.size(), 1U);
  EXPECT_EQ(tickets[0].state(), v1::TICKET_STATE_WAITING);
}

TEST_F(QueueApp, ARequestIsAnsweredAsTheFirstTimeAfterARestart) {
  auto app = Start();
  const auto queue = Create("sales");
  ASSERT_TRUE(Route("100", queue->queue_id()));
  edge.CallArrives("call-1");
  edge.WaitForCommands(2);
  EXPECT_EQ(SteerReason("a", "call-1", [](auto* action) { action->mutable_hold(); }),
            "NOT_BRIDGED");
  app.reset();
  app = Start();
  const auto hang_up = [](auto* action) { action->mutable_hang_up(); };
  std::string answer;
  for (int i = 0; i < 200; ++i) {
    answer = SteerReason("a", "call-1", hang_up);
    // Until the edge is heard, then until the queue is read.
    if (answer != "CALL_NOT_FOUND" && answer != "QUEUE_LOADING") break;
    std::this_thread::sleep_for(std::chrono::milliseconds(25));
  }
  EXPECT_EQ(answer, "NOT_BRIDGED");
  EXPECT_EQ(SteerReason("b", "call-1", hang_up), "OK");
}

TEST_F(QueueApp, ACallerWhoLeavesIsKeptAsAbandonedAndAcknowledged) {
  auto app = Start();
  const auto queue = Create("sales");
  ASSERT_TRUE(Route("100", queue->queue_id()));
  edge.CallArrives("call-1");
  edge.WaitForCommands(2);
  const auto id = Tickets(queue->queue_id()).at(0).ticket_id();
  edge.CallerHangsUp();
  EXPECT_EQ(edge.WaitForCommands(3).back(), "acknowledge call-1");
  grpc::ClientContext context;
  v1::GetTicketRequest request;
  request.set_ticket_id(id);
  v1::GetTicketResponse response;
  ASSERT_TRUE(stub->GetTicket(&context, request, &response).ok());
  EXPECT_EQ(response.ticket().end(), v1::TICKET_END_ABANDONED);
}

TEST_F(QueueApp, ACallIsSteeredByWhoeverOwnsItAndOnlyAsFarAsItIs) {
  auto app = Start();
  const auto queue = Create("sales");
  ASSERT_TRUE(Route("100", queue->queue_id()));
  EXPECT_EQ(SteerReason("a", "call-1", [](auto* action) { action->mutable_hold(); }),
            "CALL_NOT_FOUND");
  edge.CallArrives("call-1");
  edge.WaitForCommands(2);
  EXPECT_EQ(SteerReason("b", "call-1", [](auto* action) { action->mutable_hold(); }),
            "NOT_BRIDGED");
  EXPECT_EQ(SteerReason("c", "call-1", [](auto* action) { action->mutable_transfer(); }),
            "INVALID_ARGUMENT action.transfer.target");
  const auto to_nowhere = [](auto* action) {
    action->mutable_transfer()->mutable_target()->set_queue_id("none");
  };
  EXPECT_EQ(SteerReason("d", "call-1", to_nowhere), "QUEUE_NOT_FOUND");
  EXPECT_EQ(SteerReason("b", "call-1", [](auto* action) { action->mutable_hang_up(); }),
            "IDEMPOTENCY_KEY_REUSED request_id");
  EXPECT_EQ(SteerReason("e", "call-1", [](auto* action) { action->mutable_hang_up(); }), "OK");
  EXPECT_EQ(edge.WaitForCommands(4).at(2), "hang up call-1 480");
}

TEST_F(QueueApp, ANumberOfAnAgentIsKeptAndItsCallerRefusedWhileTheRegistryIsAway) {
  auto app = Start();
  grpc::ClientContext context;
  v1::SetRouteRequest request;
  request.mutable_route()->set_number("200");
  request.mutable_route()->mutable_destination()->set_agent_id("zoe");
  request.mutable_route()->mutable_otherwise()->mutable_rejection()->set_sip_code(603);
  v1::SetRouteResponse response;
  ASSERT_TRUE(stub->SetRoute(&context, request, &response).ok());
  app.reset();
  app = Start();
  const auto queues = List();
  ASSERT_EQ(queues.size(), 1U);
  EXPECT_EQ(queues[0].queue_id(), "direct");
  const auto open = [&] {
    grpc::ClientContext asking;
    v1::ListTicketsRequest tickets;
    tickets.set_queue_id("direct");
    v1::ListTicketsResponse found;
    return stub->ListTickets(&asking, tickets, &found).ok();
  };
  for (int i = 0; i < 200 && !open(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(25));
  }
  edge.CallArrives("call-1", "200");
  EXPECT_EQ(edge.WaitForCommands(2),
            (std::vector<std::string>{"claim call-1", "hang up call-1 603"}));
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
