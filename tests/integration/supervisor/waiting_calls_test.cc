// S8, S10: what a supervisor may do with those who wait, over REST.
#include "services/supervisor/rest/json_values.h"
#include "tests/integration/supervisor/audit_reader.h"
#include "tests/integration/supervisor/house.h"

namespace callfleet::supervisor::test {
namespace {

class WaitingCallsTest : public House {
 protected:
  void SetUp() override {
    House::SetUp();
    StartSupervisor(
        "viewer-token-0123456789 viewer vera\n"
        "supervisor-token-0123456789 supervisor sue\n"
        "admin-token-0123456789 admin adam\n");
    sales = As("admin", "POST", "/queues", {{"name", "sales"}}).data()["id"].get<std::string>();
    support = As("admin", "POST", "/queues", {{"name", "support"}}).data()["id"].get<std::string>();
    calls = "/queues/" + sales + "/calls/";
    callbacks = "/queues/" + sales + "/callbacks";
  }
  Answer As(const std::string& role, const std::string& method, const std::string& path,
            const Json& body = nullptr, const std::string& key = "") const {
    httplib::Headers headers{{"Authorization", "Bearer " + role + "-token-0123456789"}};
    if (!key.empty()) headers.emplace("Idempotency-Key", key);
    return Ask(method, path, body.is_null() ? "" : body.dump(), headers);
  }
  Answer Order(const std::string& method, const std::string& path, const Json& body = nullptr,
               const std::string& key = "") const {
    return As("supervisor", method, path, body, key);
  }
  queue_pb::Ticket Ticket(const std::string& call) const {
    queue_pb::Ticket ticket;
    ticket.set_ticket_id("t-" + call);
    ticket.set_queue_id(sales);
    ticket.set_call_id(call);
    ticket.set_caller("+14155550001");
    ticket.set_position(1);
    ticket.set_state(queue_pb::TICKET_STATE_WAITING);
    ticket.mutable_enqueue_time()->set_seconds(1'767'607'200);
    return ticket;
  }
  void Waits(const queue_pb::Ticket& ticket) {
    queue->Tell(ticket);
    const std::string id = "\"" + ticket.ticket_id() + "\"";
    ASSERT_TRUE(Eventually([&] { return Listed().find(id) != std::string::npos; }));
  }
  void Leaves(queue_pb::Ticket ticket) {
    ticket.set_state(queue_pb::TICKET_STATE_ENDED);
    queue->Tell(ticket);
    const std::string id = "\"" + ticket.ticket_id() + "\"";
    ASSERT_TRUE(Eventually([&] { return Listed().find(id) == std::string::npos; }));
  }
  std::string Listed() const {
    return As("viewer", "GET", "/queues/" + sales + "/calls").body.dump();
  }
  // RFC 3339, from now.
  static std::string In(std::chrono::seconds time) {
    const auto at = std::chrono::time_point_cast<std::chrono::microseconds>(
        std::chrono::system_clock::now() + time);
    return rest::TimeJson(std::optional<WallTime>(at)).get<std::string>();
  }

  std::string sales;
  std::string support;
  std::string calls;      // "/queues/<sales>/calls/".
  std::string callbacks;  // "/queues/<sales>/callbacks".
  AuditReader log;
};

TEST_F(WaitingCallsTest, ACallerHasANewPriorityAndIsToldWithTheNewPlace) {
  Waits(Ticket("c1"));
  const auto done = Order("PATCH", calls + "c1", {{"priority", 7}, {"colour", "red"}});
  ASSERT_EQ(done.status, 200) << done.body;
  EXPECT_EQ(done.data()["id"], "t-c1");
  EXPECT_EQ(done.data()["callId"], "c1");
  EXPECT_EQ(done.data()["queueId"], sales);
  EXPECT_EQ(done.data()["priority"], 7);
  EXPECT_EQ(done.data()["position"], 1);
  EXPECT_EQ(done.body["ignored"][0], "colour");
  ASSERT_EQ(queue->prioritised.size(), 1U);
  EXPECT_EQ(queue->prioritised[0].ticket_id(), "t-c1");
  EXPECT_EQ(queue->prioritised[0].priority(), 7);
}

TEST_F(WaitingCallsTest, ACallerGoesBackToTheOldPlaceOrIntoAnotherQueue) {
  Waits(Ticket("c1"));
  const auto back = Order("POST", calls + "c1/requeue");
  ASSERT_EQ(back.status, 200) << back.body;
  EXPECT_EQ(back.data()["id"], "c1");
  const auto moved = Order("POST", calls + "c1/requeue", {{"queueId", support}, {"priority", -3}});
  ASSERT_EQ(moved.status, 200) << moved.body;
  EXPECT_EQ(moved.data()["priority"], -3);
  ASSERT_EQ(queue->requeued.size(), 2U);
  EXPECT_EQ(queue->requeued[0].ticket_id(), "t-c1");
  EXPECT_EQ(queue->requeued[0].queue_id(), "");
  EXPECT_FALSE(queue->requeued[0].has_priority());
  EXPECT_EQ(queue->requeued[1].queue_id(), support);
  EXPECT_EQ(queue->requeued[1].priority(), -3);
  EXPECT_NE(queue->requeued[1].request_id(), queue->requeued[0].request_id());
}

TEST_F(WaitingCallsTest, ACallerIsTakenOutAndATalkIsNotEndedSo) {
  Waits(Ticket("c1"));
  const auto done = Order("DELETE", calls + "c1");
  ASSERT_EQ(done.status, 200) << done.body;
  EXPECT_EQ(done.data()["id"], "c1");
  EXPECT_EQ(queue->removed, std::vector<std::string>{"t-c1"});
  auto talks = Ticket("c2");
  talks.set_state(queue_pb::TICKET_STATE_CONNECTED);
  talks.set_position(0);
  queue->Tell(talks);
  Waits(Ticket("c3"));  // Told later, so the view has heard of the talk.
  const auto refused = Order("DELETE", calls + "c2");
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(refused.reason(), "WRONG_STATE");
  EXPECT_EQ(refused.body["error"]["details"]["state"], "connected");
  EXPECT_EQ(queue->removed.size(), 1U);
}

TEST_F(WaitingCallsTest, ACallbackIsAskedForAndForgottenByItsOwnId) {
  const auto done = Order(
      "POST", callbacks,
      {{"number", "+14155550111"}, {"priority", 5}, {"notBefore", In(std::chrono::hours(1))}});
  ASSERT_EQ(done.status, 201) << done.body;
  EXPECT_EQ(done.data()["callId"], nullptr);
  EXPECT_EQ(done.data()["caller"], "+14155550111");
  EXPECT_EQ(done.data()["state"], "callback");
  EXPECT_EQ(done.data()["priority"], 5);
  EXPECT_EQ(done.data()["position"], 0);
  ASSERT_EQ(queue->callbacks.size(), 1U);
  EXPECT_EQ(queue->callbacks[0].queue_id(), sales);
  EXPECT_EQ(queue->callbacks[0].ticket_id(), "");
  const auto ahead = std::chrono::seconds(queue->callbacks[0].not_before().seconds()) -
                     std::chrono::system_clock::now().time_since_epoch();
  EXPECT_GT(ahead, std::chrono::minutes(55));
  EXPECT_LT(ahead, std::chrono::minutes(61));
  // The view has not heard of it yet.
  const auto id = done.data()["id"].get<std::string>();
  ASSERT_EQ(Order("DELETE", calls + id).status, 200);
  EXPECT_EQ(queue->removed, std::vector<std::string>{id});
}

TEST_F(WaitingCallsTest, CallbacksThatAreNotDueAreListedWithTheirMomentsAndCancelled) {
  Waits(Ticket("c1"));
  const auto made = Order("POST", callbacks,
                          {{"number", "+14155550111"}, {"notBefore", In(std::chrono::hours(20))}});
  ASSERT_EQ(made.status, 201) << made.body;
  const auto id = made.data()["id"].get<std::string>();
  const auto list = As("viewer", "GET", callbacks + "?pageSize=7");
  ASSERT_EQ(list.status, 200) << list.body;
  ASSERT_EQ(list.data().size(), 1U) << list.body;
  const Json& callback = list.data()[0];
  EXPECT_EQ(callback["id"], id);
  EXPECT_EQ(callback["callId"], nullptr);
  EXPECT_EQ(callback["number"], "+14155550111");
  EXPECT_EQ(callback["state"], "callback");
  EXPECT_EQ(callback["position"], 0);
  EXPECT_FALSE(callback["notBefore"].is_null());
  ASSERT_EQ(queue->listed.size(), 1U);
  EXPECT_EQ(queue->listed[0].page_size(), 7);
  EXPECT_EQ(queue->listed[0].states_size(), 3);
  EXPECT_EQ(As("viewer", "GET", "/queues/nope/callbacks").reason(), "QUEUE_NOT_FOUND");
  EXPECT_EQ(Order("DELETE", calls + id).status, 200);
  EXPECT_TRUE(As("viewer", "GET", callbacks).data().empty());
}

TEST_F(WaitingCallsTest, ACallbackWithoutACallGoesByItsTicket) {
  auto ticket = Ticket("cb");
  ticket.clear_call_id();
  ticket.set_state(queue_pb::TICKET_STATE_CALLBACK);
  Waits(ticket);
  EXPECT_EQ(Order("PATCH", calls + "t-cb", {{"priority", 1}}).status, 200);
  ASSERT_EQ(queue->prioritised.size(), 1U);
  EXPECT_EQ(queue->prioritised[0].ticket_id(), "t-cb");
  EXPECT_EQ(Order("PATCH", "/queues/" + support + "/calls/t-cb", {{"priority", 1}}).reason(),
            "CALL_NOT_FOUND");
}

TEST_F(WaitingCallsTest, ARepeatIsAnsweredAsTheFirstTimeAndDoneOnce) {
  Waits(Ticket("c1"));
  const Json number{{"number", "+14155550112"}};
  const auto first = Order("POST", callbacks, number, "once-callback");
  ASSERT_EQ(first.status, 201) << first.body;
  EXPECT_EQ(Order("POST", callbacks, number, "once-callback").data()["id"], first.data()["id"]);
  EXPECT_EQ(queue->callbacks.size(), 1U);
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(Order("PATCH", calls + "c1", {{"priority", 7}}, "once-patch").status, 200);
    EXPECT_EQ(Order("POST", calls + "c1/requeue", nullptr, "once-requeue").status, 200);
    EXPECT_EQ(Order("DELETE", calls + "c1", nullptr, "once-delete").status, 200);
    Leaves(Ticket("c1"));
  }
  EXPECT_EQ(queue->prioritised.size(), 1U);
  EXPECT_EQ(queue->requeued.size(), 1U);
  EXPECT_EQ(queue->removed.size(), 1U);
  EXPECT_EQ(Order("PATCH", calls + "c1", {{"priority", 8}}, "once-patch").reason(),
            "IDEMPOTENCY_KEY_REUSED");
}

TEST_F(WaitingCallsTest, WhoMayNotAndWhatIsUnknownOrRefusedIsTold) {
  Waits(Ticket("c1"));
  const Json seven{{"priority", 7}};
  const Json number{{"number", "+14155550113"}};
  EXPECT_EQ(As("viewer", "PATCH", calls + "c1", seven).status, 403);
  EXPECT_EQ(As("viewer", "POST", calls + "c1/requeue").status, 403);
  EXPECT_EQ(As("viewer", "DELETE", calls + "c1").status, 403);
  EXPECT_EQ(As("viewer", "POST", callbacks, number).status, 403);
  EXPECT_EQ(Order("PATCH", calls + "nope", seven).reason(), "CALL_NOT_FOUND");
  EXPECT_EQ(Order("POST", calls + "nope/requeue").reason(), "CALL_NOT_FOUND");
  EXPECT_EQ(Order("DELETE", calls + "nope").reason(), "CALL_NOT_FOUND");
  EXPECT_EQ(Order("DELETE", "/queues/nope/calls/c1").reason(), "QUEUE_NOT_FOUND");
  EXPECT_EQ(Order("POST", "/queues/nope/callbacks", number).reason(), "QUEUE_NOT_FOUND");
  const auto elsewhere = Order("DELETE", "/queues/" + support + "/calls/c1");
  EXPECT_EQ(elsewhere.reason(), "CALL_NOT_QUEUED");
  EXPECT_EQ(elsewhere.body["error"]["details"]["queue_id"], sales);
  const auto target = Order("POST", calls + "c1/requeue", {{"queueId", "nope"}});
  EXPECT_EQ(target.reason(), "QUEUE_NOT_FOUND");
  EXPECT_EQ(target.field(), "queueId");
  queue->refuse = "NO_CALLBACKS";
  EXPECT_EQ(Order("POST", callbacks, number).reason(), "NO_CALLBACKS");
  queue->refuse = "WRONG_STATE";
  EXPECT_EQ(Order("PATCH", calls + "c1", seven).reason(), "WRONG_STATE");
  EXPECT_EQ(Order("POST", calls + "c1/requeue").reason(), "WRONG_STATE");
  EXPECT_EQ(Order("DELETE", calls + "c1").reason(), "WRONG_STATE");
}

TEST_F(WaitingCallsTest, AFaultyFieldIsNamed) {
  Waits(Ticket("c1"));
  for (const Json& body : {Json::object(), Json{{"priority", 101}}, Json{{"priority", -101}},
                           Json{{"priority", "high"}}, Json{{"priority", nullptr}}}) {
    EXPECT_EQ(Order("PATCH", calls + "c1", body).field(), "priority") << body;
  }
  EXPECT_EQ(Order("POST", calls + "c1/requeue", {{"priority", 101}}).field(), "priority");
  EXPECT_EQ(Order("POST", calls + "c1/requeue", {{"queueId", ""}}).field(), "queueId");
  EXPECT_EQ(Order("POST", callbacks, Json::object()).field(), "number");
  for (const auto& time : {std::string("soon"), In(std::chrono::hours(24 * 8))}) {
    const Json body{{"number", "+14155550114"}, {"notBefore", time}};
    EXPECT_EQ(Order("POST", callbacks, body).field(), "notBefore") << time;
  }
  EXPECT_TRUE(queue->prioritised.empty());
  EXPECT_TRUE(queue->requeued.empty());
  EXPECT_TRUE(queue->callbacks.empty());
}

TEST_F(WaitingCallsTest, EachIsKeptInTheAuditLogWithWhomItWasAbout) {
  Waits(Ticket("audited"));
  const std::string path = "/api/v1/queues/:id/calls/:callId";
  const auto kept = [&](const std::string& key) {
    std::optional<Audited> entry;
    EXPECT_TRUE(Eventually([&] { return (entry = log.OfRequest(key)).has_value(); })) << key;
    return entry.value_or(Audited{});
  };
  Order("PATCH", calls + "audited", {{"priority", 7}}, "audit-patch");
  EXPECT_EQ(kept("audit-patch").what, "PATCH " + path + " id=" + sales + " priority=7");
  EXPECT_EQ(kept("audit-patch").target, "audited");
  Order("POST", calls + "audited/requeue", {{"queueId", support}}, "audit-requeue");
  EXPECT_EQ(kept("audit-requeue").what,
            "POST " + path + "/requeue id=" + sales + " queueId=" + support + " priority=7");
  Order("DELETE", calls + "audited", nullptr, "audit-delete");
  EXPECT_EQ(kept("audit-delete").what, "DELETE " + path + " id=" + sales);
  EXPECT_EQ(kept("audit-delete").target, "audited");
  const auto made = Order("POST", callbacks, {{"number", "+14155550115"}}, "audit-callback");
  EXPECT_EQ(kept("audit-callback").what,
            "POST /api/v1/queues/:id/callbacks number=+14155550115 id=" +
                made.data()["id"].get<std::string>());
  EXPECT_EQ(kept("audit-callback").target, sales);
  queue->refuse = "NO_CALLBACKS";
  Order("POST", callbacks, {{"number", "+14155550115"}}, "audit-refused");
  EXPECT_EQ(kept("audit-refused").result, "NO_CALLBACKS");
}

}  // namespace
}  // namespace callfleet::supervisor::test
