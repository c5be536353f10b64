// What operators order of tickets: done once, however often it is asked for, also by a successor;
// and what is faulty is refused by its field.
#include <chrono>
#include <limits>
#include <thread>

#include "tests/integration/queue/queue_app.h"

namespace callfleet::queue {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

class QueueOrders : public test::QueueApp {
 protected:
  std::string Sales() {
    v1::Queue wanted;
    wanted.set_name("sales");
    wanted.mutable_callback()->set_trunk_id("carrier");
    return Create(wanted)->queue_id();
  }
  // The ticket's id, else the reason and the field.
  std::string CallBack(const v1::CreateCallbackRequest& request) {
    grpc::ClientContext context;
    v1::CreateCallbackResponse response;
    const auto status = stub->CreateCallback(&context, request, &response);
    return status.ok() ? response.ticket().ticket_id() : ReasonOf(status);
  }
  v1::CreateCallbackRequest Callback(const std::string& request_id, const std::string& number) {
    v1::CreateCallbackRequest request;
    request.set_request_id(request_id);
    request.set_queue_id(sales);
    request.set_number(number);
    return request;
  }
  std::string Requeue(const std::string& request_id, const std::string& ticket) {
    grpc::ClientContext context;
    v1::RequeueTicketRequest request;
    request.set_request_id(request_id);
    request.set_ticket_id(ticket);
    request.set_priority(5);
    v1::RequeueTicketResponse response;
    const auto status = stub->RequeueTicket(&context, request, &response);
    return status.ok() ? response.ticket().ticket_id() : ReasonOf(status);
  }
  std::string Remove(const std::string& ticket) {
    grpc::ClientContext context;
    v1::RemoveTicketRequest request;
    request.set_ticket_id(ticket);
    v1::RemoveTicketResponse response;
    return ReasonOf(stub->RemoveTicket(&context, request, &response));
  }
  v1::Ticket Get(const std::string& ticket) {
    grpc::ClientContext context;
    v1::GetTicketRequest request;
    request.set_ticket_id(ticket);
    v1::GetTicketResponse response;
    EXPECT_TRUE(stub->GetTicket(&context, request, &response).ok()) << ticket;
    return response.ticket();
  }
  int Steps(const std::string& ticket, v1::TicketStepKind kind) {
    const v1::Ticket got = Get(ticket);
    int count = 0;
    for (const auto& step : got.steps()) count += step.kind() == kind ? 1 : 0;
    return count;
  }
  // A successor, once it has read the queue, which has so many tickets.
  std::unique_ptr<App> Restarted(std::unique_ptr<App> app, std::size_t tickets) {
    app.reset();
    app = Start();
    for (int i = 0; i < 200 && Tickets(sales).size() != tickets; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(25));
    }
    EXPECT_EQ(Tickets(sales).size(), tickets);
    return app;
  }
  static std::int64_t In(seconds time) {
    const auto at = std::chrono::system_clock::now().time_since_epoch() + time;
    return std::chrono::duration_cast<seconds>(at).count();
  }

  std::string sales;
};

TEST_F(QueueOrders, ACallbackIsMadeOnceHoweverOftenItIsAskedFor) {
  auto app = Start();
  sales = Sales();
  const auto one = Callback("one", "+14155550101");
  EXPECT_EQ(CallBack(one), "cb-one");
  EXPECT_EQ(CallBack(one), "cb-one");
  EXPECT_EQ(CallBack(Callback("one", "+14155550102")), "IDEMPOTENCY_KEY_REUSED request_id");
  EXPECT_EQ(Tickets(sales).size(), 1U);
  EXPECT_EQ(CallBack(Callback("two", "+14155550102")), "cb-two");
  EXPECT_EQ(Tickets(sales).size(), 2U);
}

TEST_F(QueueOrders, ANumberHasOneCallbackAndSuccessorsAnswerWithItToo) {
  auto app = Start();
  sales = Sales();
  EXPECT_EQ(CallBack(Callback("one", "+14155550101")), "cb-one");
  const auto two = Callback("two", "+14155550101");
  EXPECT_EQ(CallBack(two), "cb-one");
  EXPECT_EQ(Tickets(sales).size(), 1U);
  app = Restarted(std::move(app), 1);
  EXPECT_EQ(CallBack(two), "cb-one");
  EXPECT_EQ(Remove("cb-one"), "OK");
  EXPECT_EQ(CallBack(two), "cb-one") << "it is over, and was the answer";
  EXPECT_TRUE(Tickets(sales).empty());
}

TEST_F(QueueOrders, ARequestThatJoinedIsToldFromOneWithAnotherNumberBySuccessorsToo) {
  auto app = Start();
  sales = Sales();
  EXPECT_EQ(CallBack(Callback("one", "+14155550101")), "cb-one");
  EXPECT_EQ(CallBack(Callback("two", "+14155550101")), "cb-one");
  EXPECT_EQ(CallBack(Callback("three", "+14155550103")), "cb-three");
  app = Restarted(std::move(app), 2);
  EXPECT_EQ(CallBack(Callback("two", "+14155550102")), "IDEMPOTENCY_KEY_REUSED request_id");
  EXPECT_EQ(Remove("cb-one"), "OK");
  app = Restarted(std::move(app), 1);
  EXPECT_EQ(CallBack(Callback("two", "+14155550102")), "IDEMPOTENCY_KEY_REUSED request_id");
  EXPECT_EQ(Tickets(sales).size(), 1U);
}

TEST_F(QueueOrders, ASuccessorMakesNoSecondCallbackOfTheSameRequest) {
  auto app = Start();
  sales = Sales();
  const auto one = Callback("one", "+14155550101");
  EXPECT_EQ(CallBack(one), "cb-one");
  EXPECT_EQ(CallBack(Callback("two", "+14155550102")), "cb-two");
  app = Restarted(std::move(app), 2);
  EXPECT_EQ(CallBack(one), "cb-one");
  EXPECT_EQ(CallBack(Callback("two", "+14155550199")), "IDEMPOTENCY_KEY_REUSED request_id");
  EXPECT_EQ(Tickets(sales).size(), 2U);

  EXPECT_EQ(Remove("cb-one"), "OK");
  EXPECT_EQ(CallBack(one), "cb-one") << "it is over, and was made";
  app = Restarted(std::move(app), 1);
  EXPECT_EQ(CallBack(one), "cb-one");
  EXPECT_EQ(Tickets(sales).size(), 1U);
  EXPECT_EQ(Get("cb-one").end(), v1::TICKET_END_REMOVED);
}

TEST_F(QueueOrders, ACallerIsPutBackAndCalledBackOnceBySuccessorsToo) {
  auto app = Start();
  sales = Sales();
  ASSERT_TRUE(Route("100", sales));
  edge.CallArrives("call-1");
  edge.WaitForCommands(2);
  const auto ticket = Tickets(sales).at(0).ticket_id();
  for (int i = 0; i < 2; ++i) EXPECT_EQ(Requeue("back", ticket), ticket);
  app = Restarted(std::move(app), 1);
  EXPECT_EQ(Requeue("back", ticket), ticket);
  EXPECT_EQ(Steps(ticket, v1::TICKET_STEP_KIND_REQUEUED), 1);
  EXPECT_EQ(Requeue("again", ticket), ticket);
  EXPECT_EQ(Steps(ticket, v1::TICKET_STEP_KIND_REQUEUED), 2);

  auto later = Callback("later", "");
  later.clear_queue_id();
  later.set_ticket_id(ticket);
  for (int i = 0; i < 2; ++i) EXPECT_EQ(CallBack(later), ticket);
  app = Restarted(std::move(app), 1);
  EXPECT_EQ(CallBack(later), ticket);
  EXPECT_EQ(Steps(ticket, v1::TICKET_STEP_KIND_CALLBACK), 1);
}

TEST_F(QueueOrders, CallbacksThatAreNotDueAreListedByWhenTheyAre) {
  auto app = Start();
  sales = Sales();
  auto late = Callback("late", "+14155550101");
  late.mutable_not_before()->set_seconds(In(hours(20)));
  auto soon = Callback("soon", "+14155550102");
  soon.mutable_not_before()->set_seconds(In(hours(10)));
  EXPECT_EQ(CallBack(late), "cb-late");
  EXPECT_EQ(CallBack(soon), "cb-soon");
  v1::ListTicketsRequest request;
  request.set_queue_id(sales);
  request.set_callbacks(true);
  request.add_states(v1::TICKET_STATE_CALLBACK);
  const auto listed = Tickets(request);
  ASSERT_EQ(listed.size(), 2U);
  EXPECT_EQ(listed[0].ticket_id(), "cb-soon");
  EXPECT_EQ(listed[0].position(), 0U);
  EXPECT_EQ(listed[0].callback_not_before().seconds(), soon.not_before().seconds());
  request.set_states(0, v1::TICKET_STATE_WAITING);
  EXPECT_TRUE(Tickets(request).empty());
  grpc::ClientContext context;
  v1::GetQueueStatsRequest ask;
  ask.set_queue_id(sales);
  v1::GetQueueStatsResponse stats;
  ASSERT_TRUE(stub->GetQueueStats(&context, ask, &stats).ok());
  EXPECT_EQ(stats.stats().waiting(), 0U);
  EXPECT_EQ(stats.stats().callbacks_waiting(), 2U);

  grpc::ClientContext again;
  request.set_states(0, static_cast<v1::TicketState>(99));
  v1::ListTicketsResponse none;
  EXPECT_EQ(ReasonOf(stub->ListTickets(&again, request, &none)), "INVALID_ARGUMENT states[0]");
}

TEST_F(QueueOrders, AMomentThatNoClockShowsAndOneAfterTheEndAreRefusedByTheirField) {
  auto app = Start();
  sales = Sales();
  for (const std::int64_t at : {std::numeric_limits<std::int64_t>::max(), In(hours(25))}) {
    auto far = Callback("far " + std::to_string(at), "+14155550101");
    far.mutable_not_before()->set_seconds(at);
    EXPECT_EQ(CallBack(far), "INVALID_ARGUMENT not_before");
  }
  EXPECT_EQ(CallBack(Callback("", "+14155550101")), "INVALID_ARGUMENT request_id");
  EXPECT_EQ(CallBack(Callback("one\ntwo", "+14155550101")), "INVALID_ARGUMENT request_id");
  EXPECT_TRUE(Tickets(sales).empty());
}

// Two ids that the database keeps as one: its constraint would end the process.
TEST_F(QueueOrders, ARequestIdThatCannotBeKeptAsItIsEndsNothing) {
  auto app = Start();
  const auto create = [&](const std::string& request_id, const char* name) {
    grpc::ClientContext context;
    v1::CreateQueueRequest request;
    request.set_request_id(request_id);
    request.mutable_queue()->set_name(name);
    v1::CreateQueueResponse response;
    return ReasonOf(stub->CreateQueue(&context, request, &response));
  };
  EXPECT_EQ(create("a\xEF\xBF\xBD", "one"), "OK");
  EXPECT_EQ(create(std::string("a\0", 2), "two"), "INVALID_ARGUMENT request_id");
  EXPECT_EQ(create("direct", "three"), "INVALID_ARGUMENT request_id");
  EXPECT_EQ(create("b", "four"), "OK");
  EXPECT_FALSE(app->lost());
}

TEST_F(QueueOrders, AWordThatIsNotKnownIsRefusedByItsField) {
  auto app = Start();
  v1::Queue wanted;
  wanted.set_name("sales");
  wanted.set_strategy(static_cast<v1::QueueStrategy>(99));
  auto refused = Create(wanted);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fields.at(0).field, "queue.strategy");
  wanted.set_strategy(v1::QUEUE_STRATEGY_RANDOM);
  wanted.set_stay_needs(static_cast<v1::Staffing>(99));
  refused = Create(wanted);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fields.at(0).field, "queue.stay_needs");
  grpc::ClientContext context;
  v1::SetRouteRequest request;
  request.mutable_route()->set_number("100");
  request.mutable_route()->set_match(static_cast<v1::RouteMatch>(99));
  v1::SetRouteResponse response;
  EXPECT_EQ(ReasonOf(stub->SetRoute(&context, request, &response)), "INVALID_ARGUMENT route.match");
  EXPECT_TRUE(List().empty());
}

// gRPC's limit of trailers: an answer that names all of them does not arrive.
TEST_F(QueueOrders, HundredsOfFaultyFieldsAreToldAsFarAsAnAnswerCan) {
  auto app = Start();
  grpc::ClientContext context;
  v1::SetRouteRequest request;
  auto* route = request.mutable_route();
  route->set_number("100");
  route->mutable_destination()->mutable_rejection();
  route->mutable_schedule()->set_time_zone("Europe/Berlin");
  route->mutable_schedule()->mutable_closed()->mutable_rejection();
  for (int i = 0; i < 400; ++i) route->mutable_schedule()->add_holidays()->set_date("soon");
  v1::SetRouteResponse response;
  const auto status = stub->SetRoute(&context, request, &response);
  const Error error = grpc_server::FromGrpcStatus(status).error();
  EXPECT_EQ(error.reason, "INVALID_ARGUMENT");
  EXPECT_EQ(error.fields.size(), 32U);
  EXPECT_EQ(error.metadata.at("faults"), "400");
}

}  // namespace
}  // namespace callfleet::queue
