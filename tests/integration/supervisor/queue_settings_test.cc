// Queues over REST: their settings are shown, changed and replaced; queues go when nobody is in
// them.
#include "tests/integration/supervisor/house.h"

namespace callfleet::supervisor::test {
namespace {

class QueueSettingsTest : public House {
 protected:
  void SetUp() override {
    House::SetUp();
    StartSupervisor();
  }
  Answer Patch(const std::string& path, const Json& body) {
    return Ask("PATCH", path, body.dump());
  }
  Answer Put(const std::string& path, const Json& body) { return Ask("PUT", path, body.dump()); }
  Answer Delete(const std::string& path) { return Ask("DELETE", path); }
  std::string Made(const Json& body = {{"name", "sales"}}) {
    return Post("/queues", body).data()["id"].get<std::string>();
  }
};

TEST_F(QueueSettingsTest, SoundAndRulesAreSetAndShown) {
  const auto support = Made({{"name", "support"}});
  const Json sound{{"music", "waltz"}, {"periodSeconds", 30}, {"position", true}};
  const auto made = Post("/queues", {{"name", "sales"},
                                     {"sound", sound},
                                     {"onMaxWait", {{"queueId", support}}},
                                     {"onFull", {{"rejection", {{"sipCode", 600}}}}},
                                     {"onClosed", {{"announcement", {{"prompt", "closed"}}}}},
                                     {"joinNeeds", "ready"},
                                     {"exits", {{{"digit", "1"}, {"callback", true}}}},
                                     {"callback", {{"trunkId", "carrier"}}},
                                     {"recording", {{"mode", "sampled"}, {"samplePercent", 5}}}});
  ASSERT_EQ(made.status, 201);
  const Json queue = Get("/queues/" + made.data()["id"].get<std::string>()).data();
  EXPECT_EQ(queue["sound"]["music"], "waltz");
  EXPECT_EQ(queue["sound"]["periodSeconds"], 30);
  EXPECT_EQ(queue["sound"]["position"], true);
  EXPECT_EQ(queue["onMaxWait"]["queueId"], support);
  EXPECT_EQ(queue["onFull"]["rejection"]["sipCode"], 600);
  EXPECT_EQ(queue["onClosed"]["announcement"]["prompt"], "closed");
  EXPECT_EQ(queue["onNoAgents"], nullptr);
  EXPECT_EQ(queue["joinNeeds"], "ready");
  EXPECT_EQ(queue["exits"][0]["callback"], true);
  EXPECT_EQ(queue["callback"]["trunkId"], "carrier");
  EXPECT_EQ(queue["recording"]["mode"], "sampled");
  EXPECT_EQ(queue["recording"]["samplePercent"], 5);
}

TEST_F(QueueSettingsTest, PatchChangesWhatIsGivenAndLeavesTheRest) {
  const auto id = Made({{"name", "sales"}, {"maxSize", 7}, {"sound", {{"music", "waltz"}}}});
  const auto changed = Patch("/queues/" + id, {{"onFull", {{"rejection", {{"sipCode", 486}}}}}});
  ASSERT_EQ(changed.status, 200);
  EXPECT_EQ(changed.data()["name"], "sales");
  EXPECT_EQ(changed.data()["maxSize"], 7);
  EXPECT_EQ(changed.data()["sound"]["music"], "waltz");
  EXPECT_EQ(changed.data()["onFull"]["rejection"]["sipCode"], 486);
}

TEST_F(QueueSettingsTest, PutReplacesThemAndARuleThatIsNotGivenIsGone) {
  const auto id = Made({{"name", "sales"}, {"onFull", {{"rejection", {{"sipCode", 486}}}}}});
  const auto replaced = Put("/queues/" + id, {{"name", "sales two"}});
  ASSERT_EQ(replaced.status, 200);
  EXPECT_EQ(replaced.data()["name"], "sales two");
  EXPECT_EQ(replaced.data()["onFull"], nullptr);
  EXPECT_EQ(Put("/queues/" + id, Json::object()).field(), "name");
}

TEST_F(QueueSettingsTest, ABadRuleNamesItsFieldAndChangesNothing) {
  const auto id = Made();
  const Json both{{"queueId", "a"}, {"agentId", "b"}};
  EXPECT_EQ(Patch("/queues/" + id, {{"onMaxWait", both}}).field(), "onMaxWait");
  EXPECT_EQ(Patch("/queues/" + id, {{"exits", {{{"digit", "1"}}}}}).field(), "exits.to");
  EXPECT_EQ(Patch("/queues/" + id, {{"joinNeeds", "all"}}).field(), "joinNeeds");
  EXPECT_EQ(Get("/queues/" + id).data()["onMaxWait"], nullptr);
  EXPECT_EQ(Patch("/queues/none", {{"maxSize", 3}}).status, 404);
}

TEST_F(QueueSettingsTest, AQueueOpensAndCloses) {
  const auto id = Made();
  EXPECT_EQ(Post("/queues/" + id + "/close").data()["state"], "closed");
  EXPECT_EQ(Post("/queues/" + id + "/open").data()["state"], "open");
}

TEST_F(QueueSettingsTest, AQueueWithCallersIsNotDeletedOneWithoutIs) {
  const auto full = Made();
  const auto empty = Made({{"name", "empty"}});
  queue_pb::Ticket ticket;
  ticket.set_ticket_id("t");
  ticket.set_queue_id(full);
  queue->Tell(ticket);
  const auto refused = Delete("/queues/" + full);
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(refused.reason(), "QUEUE_IN_USE");
  EXPECT_EQ(Get("/queues/" + full).status, 200);
  EXPECT_EQ(Delete("/queues/" + empty).status, 200);
  EXPECT_EQ(Get("/queues/" + empty).status, 404);
  EXPECT_EQ(Delete("/queues/" + empty).reason(), "QUEUE_NOT_FOUND");
}

}  // namespace
}  // namespace callfleet::supervisor::test
