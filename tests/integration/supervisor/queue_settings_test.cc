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

TEST_F(QueueSettingsTest, RelaxationsAndStickyAgentsAreSetChangedClearedAndReplaced) {
  const Json steps = Json::array({{{"afterSeconds", 20}, {"skill", "german"}, {"minLevel", 2}},
                                  {{"afterSeconds", 40}, {"skill", "german"}, {"minLevel", 0}}});
  const auto id = Made({{"name", "sales"},
                        {"poolId", "default"},
                        {"maxSize", 7},
                        {"ringTimeoutSeconds", 15},
                        {"serviceLevelSeconds", 20},
                        {"relaxations", steps},
                        {"stickyPatienceSeconds", 15},
                        {"stickyWindowSeconds", 3600},
                        {"shortAbandonSeconds", 3}});
  const Json made = Get("/queues/" + id).data();
  EXPECT_EQ(made["relaxations"], steps);
  EXPECT_EQ(made["stickyPatienceSeconds"], 15);
  EXPECT_EQ(made["stickyWindowSeconds"], 3600);
  EXPECT_EQ(made["shortAbandonSeconds"], 3);
  EXPECT_EQ(Patch("/queues/" + id, made).data(), made);
  const Json changed =
      Patch("/queues/" + id, {{"relaxations", Json::array()}, {"stickyPatienceSeconds", 0}}).data();
  EXPECT_EQ(changed["relaxations"], Json::array());
  EXPECT_EQ(changed["stickyPatienceSeconds"], 0);
  EXPECT_EQ(changed["stickyWindowSeconds"], 3600);
  Patch("/queues/" + id, {{"relaxations", steps}});
  const Json replaced = Put("/queues/" + id, {{"name", "sales"}}).data();
  EXPECT_EQ(replaced["relaxations"], Json::array());
  EXPECT_EQ(replaced["shortAbandonSeconds"], 0);  // Not told: the queue's own.
}

TEST_F(QueueSettingsTest, ABadRelaxationNamesItsPlaceAndChangesNothing) {
  const auto id = Made();
  const Json good{{"afterSeconds", 5}, {"skill", "german"}};
  const Json bad{{"afterSeconds", 0.5}, {"skill", "german"}};
  const auto refused = Patch("/queues/" + id, {{"relaxations", {good, good, bad}}});
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(refused.field(), "relaxations[2].afterSeconds");
  EXPECT_EQ(Get("/queues/" + id).data()["relaxations"], Json::array());
  EXPECT_EQ(Put("/queues/none", {{"name", "sales"}}).reason(), "QUEUE_NOT_FOUND");
}

TEST_F(QueueSettingsTest, PatchWithNullMakesItWhatNullIsInTheAnswer) {
  const Json reject{{"rejection", {{"sipCode", 486}}}};
  const auto id = Made({{"name", "sales"},
                        {"poolId", "default"},
                        {"maxSize", 7},
                        {"ringTimeoutSeconds", 15},
                        {"serviceLevelSeconds", 20},
                        {"callerId", "+14155550100"},
                        {"overflowQueueId", "other"},
                        {"stickyWindowSeconds", 3600},
                        {"wrapUpSeconds", 9},
                        {"onMaxWait", reject},
                        {"onFull", reject},
                        {"onNoAgents", reject},
                        {"onClosed", reject},
                        {"callback", {{"trunkId", "carrier"}}},
                        {"recording", {{"mode", "all"}}}});
  for (const char* name : {"callerId", "overflowQueueId", "wrapUpSeconds", "onMaxWait", "onFull",
                           "onNoAgents", "onClosed", "callback", "recording"}) {
    ASSERT_NE(Get("/queues/" + id).data()[name], nullptr) << name;
    const auto cleared = Patch("/queues/" + id, {{name, nullptr}});
    ASSERT_EQ(cleared.status, 200) << name << cleared.body;
    EXPECT_EQ(cleared.data()[name], nullptr) << name;
  }
  EXPECT_EQ(Get("/queues/" + id).data()["maxSize"], 7);
  const Json whole = Get("/queues/" + id).data();
  const auto sent_back = Patch("/queues/" + id, whole);
  ASSERT_EQ(sent_back.status, 200) << sent_back.body;
  EXPECT_EQ(sent_back.data(), whole);
}

TEST_F(QueueSettingsTest, PatchWithNullForWhatIsNeverNullNamesTheField) {
  const auto id = Made();
  for (const char* name : {"name", "maxSize", "description", "exits", "sound", "relaxations",
                           "stickyWindowSeconds", "shortAbandonSeconds"}) {
    EXPECT_EQ(Patch("/queues/" + id, {{name, nullptr}}).field(), name);
  }
  EXPECT_EQ(Put("/queues/" + id, {{"name", "sales"}, {"maxSize", nullptr}}).status, 200);
}

TEST_F(QueueSettingsTest, PatchOfACampaignOrAnAgentTakesNullInTheSameWay) {
  const auto id = Post("/campaigns", {{"name", "Spring"},
                                      {"maxConcurrent", 5},
                                      {"sipTrunkId", "t"},
                                      {"callerIdNumber", "+14155550100"},
                                      {"timezone", "Europe/Berlin"},
                                      {"wrapUpSeconds", 5},
                                      {"amd", {{"enabled", true}}},
                                      {"recording", {{"mode", "all"}}}})
                      .data()["id"]
                      .get<std::string>();
  for (const char* name :
       {"sipTrunkId", "callerIdNumber", "timezone", "wrapUpSeconds", "amd", "recording"}) {
    ASSERT_NE(Get("/campaigns/" + id).data()[name], nullptr) << name;
    const auto cleared = Patch("/campaigns/" + id, {{name, nullptr}});
    ASSERT_EQ(cleared.status, 200) << name << cleared.body;
    EXPECT_EQ(cleared.data()[name], nullptr) << name;
  }
  EXPECT_EQ(Patch("/campaigns/" + id, {{"maxConcurrent", nullptr}}).field(), "maxConcurrent");
  Post("/agents", {{"name", "Ann"}});
  EXPECT_EQ(Patch("/agents/Ann", {{"description", nullptr}}).field(), "description");
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
  EXPECT_EQ(Patch("/queues/" + id, {{"exits", {{{"digit", "1"}}}}}).field(), "exits[0].to");
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
