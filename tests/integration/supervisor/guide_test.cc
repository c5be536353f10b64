// Every call of the guide, with its own bodies, some by the real curl.
#include "tests/integration/supervisor/house.h"
#include "tests/support/private_postgres.h"

namespace callfleet::supervisor::test {
namespace {

class GuideTest : public House {
 protected:
  void SetUp() override {
    House::SetUp();
    StartSupervisor();
  }
  std::string Agent(const std::string& name, int capacity) {
    return Post("/agents", {{"name", name}, {"maxConcurrentCalls", capacity}})
        .data()["id"]
        .get<std::string>();
  }
  std::string Campaign() {
    return Post("/campaigns", {{"name", "Spring"}, {"maxConcurrent", 5}}).data()["id"];
  }
  void Upload(const std::string& id) {
    Ask("POST", "/campaigns/" + id + "/leads/upload", "name,number\na,+14155550100\n",
        {{"Content-Type", "text/csv"}});
  }
};

TEST_F(GuideTest, PostAgentsAnswers201WithIdAndSipAccount) {
  const auto answer = Curl(
      "-X POST {url}/agents -H 'Content-Type: application/json' -d '{\"name\": \"Ann\", "
      "\"description\": \"Sales\", \"isActive\": true, \"maxConcurrentCalls\": 3}'");
  EXPECT_EQ(answer.status, 201);
  EXPECT_EQ(answer.body["success"], true);
  EXPECT_FALSE(answer.data()["id"].get<std::string>().empty());
  EXPECT_EQ(answer.data()["sipUser"], "Ann");
  EXPECT_EQ(answer.data()["sipSecret"], "generated-secret");
  EXPECT_EQ(answer.data()["maxConcurrentCalls"], 3);
  EXPECT_EQ(answer.data()["description"], "Sales");
}

TEST_F(GuideTest, TheSecretIsToldOnlyOnce) {
  const auto id = Agent("Ann", 1);
  EXPECT_FALSE(Get("/agents/" + id).data().contains("sipSecret"));
}

TEST_F(GuideTest, AnAgentIsListedAtOnceAfterItsCreation) {
  const auto id = Agent("Ann", 2);
  const auto list = Get("/agents");
  ASSERT_EQ(list.data().size(), 1U);
  const Json& agent = list.data()[0];
  EXPECT_EQ(agent["id"], id);
  EXPECT_EQ(agent["performanceScore"], nullptr);
  EXPECT_EQ(agent["samples"], 0);
  EXPECT_EQ(agent["state"], "available");
  EXPECT_EQ(agent["currentCalls"], Json::array());
  EXPECT_EQ(Get("/agents/Ann").data()["id"], id);
}

TEST_F(GuideTest, PostDeactivateWithoutABodyAnswersAtOnce) {
  const auto id = Agent("Ann", 1);
  const auto before = std::chrono::steady_clock::now();
  const auto answer = Curl("-X POST {url}/agents/" + id + "/deactivate");
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(4));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.data()["isActive"], false);
  EXPECT_EQ(Post("/agents/" + id + "/activate").data()["isActive"], true);
}

TEST_F(GuideTest, PostCampaignsTakesATrunkThatIsNotThereYet) {
  const auto answer = Curl(
      "-X POST {url}/campaigns -H 'Content-Type: application/json' -d '{\"name\": \"Spring\", "
      "\"maxConcurrent\": 5, \"sipTrunkId\": \"ST_YOUR_TRUNK_ID\", \"callerIdNumber\": "
      "\"+14155550123\"}'");
  EXPECT_EQ(answer.status, 201);
  EXPECT_FALSE(answer.data()["id"].get<std::string>().empty());
  EXPECT_EQ(answer.data()["sipTrunkId"], "ST_YOUR_TRUNK_ID");
  EXPECT_EQ(answer.data()["state"], "stopped");
}

TEST_F(GuideTest, AgentsJoinACampaignByIdOrName) {
  const auto campaign = Campaign();
  const auto first = Agent("Ann", 1);
  Agent("Bob", 1);
  const auto answer = Post("/campaigns/" + campaign + "/agents",
                           {{"agentIds", {first, "Bob"}}, {"primaryAgentIds", {"Bob"}}});
  EXPECT_EQ(answer.status, 200);
  const auto members = Get("/campaigns/" + campaign + "/agents").data();
  ASSERT_EQ(members.size(), 2U);
  EXPECT_EQ(members[0]["isPrimary"], false);
  EXPECT_EQ(members[1]["isPrimary"], true);
  EXPECT_EQ(Post("/campaigns/none/agents", {{"agentIds", {first}}}).status, 404);
  EXPECT_EQ(Post("/campaigns/" + campaign + "/agents", {{"agentIds", {"nobody"}}}).reason(),
            "AGENT_NOT_FOUND");
}

TEST_F(GuideTest, LeadsAreUploadedAsAForm) {
  const auto campaign = Campaign();
  const auto answer =
      Curl("-X POST {url}/campaigns/" + campaign +
           "/leads/upload -F 'file=@-;filename=leads.csv' <<'END'\nname,number\na,1\nb,2\nEND");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.data()["accepted"], 2);
  EXPECT_EQ(answer.data()["duplicates"], 1);
  EXPECT_EQ(answer.data()["rejected"], Json::parse(R"([{"line":3,"reason":"number: is none"}])"));
  EXPECT_EQ(dialer->last_head(), "name,number\na,1\nb,2\n");
}

TEST_F(GuideTest, StartWithoutLeadsIsRefusedAndWithLeadsRuns) {
  const auto campaign = Campaign();
  const auto refused = Curl("-X POST {url}/campaigns/" + campaign + "/start");
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(refused.reason(), "NO_LEADS");
  Upload(campaign);
  EXPECT_EQ(Post("/campaigns/" + campaign + "/start").data()["state"], "running");
  EXPECT_EQ(Post("/campaigns/" + campaign + "/pause").data()["state"], "paused");
}

TEST_F(GuideTest, AgentStatsHaveExactlyTheGuidesBody) {
  const auto campaign = Campaign();
  Agent("Ann", 3);
  registry->Load("Ann", 2);
  Post("/campaigns/" + campaign + "/agents", {{"agentIds", {"Ann"}}});
  EXPECT_EQ(Get("/campaigns/" + campaign + "/agent-stats").status, 404);
  Upload(campaign);
  Post("/campaigns/" + campaign + "/start");
  const auto answer = Get("/campaigns/" + campaign + "/agent-stats");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.data(), Json::parse(R"([{"name":"Ann","isActive":true,"activeCalls":2,
      "maxConcurrent":3,"utilization":"66.7%","available":true}])"));
}

TEST_F(GuideTest, CampaignStatsTellTheAgentOfEachCall) {
  const auto campaign = Campaign();
  const auto stats = Get("/campaigns/" + campaign + "/stats");
  EXPECT_EQ(stats.data()["calls"][0]["agentName"], "Ann");
  EXPECT_EQ(stats.data()["waitReason"], "waiting_agents");
  EXPECT_EQ(Get("/campaigns/none/stats").reason(), "CAMPAIGN_NOT_FOUND");
}

TEST_F(GuideTest, TrunksAreCreatedReadReplacedAndRemoved) {
  const Json trunk{{"id", "ST_YOUR_TRUNK_ID"}, {"host", "127.0.0.1"}, {"port", 5070}};
  EXPECT_EQ(Post("/trunks", trunk).status, 201);
  EXPECT_EQ(Post("/trunks", trunk).status, 409);
  EXPECT_EQ(Get("/trunks").data()[0]["routes"][0]["port"], 5070);
  const auto put = Ask("PUT", "/trunks/ST_YOUR_TRUNK_ID", R"({"host":"10.0.0.1","maxChannels":7})");
  EXPECT_EQ(put.data()["maxChannels"], 7);
  EXPECT_EQ(Ask("DELETE", "/trunks/ST_YOUR_TRUNK_ID").status, 200);
  EXPECT_EQ(Get("/trunks/ST_YOUR_TRUNK_ID").reason(), "TRUNK_UNKNOWN");
}

TEST_F(GuideTest, QueuesAreCreatedAndListed) {
  const auto created = Post("/queues", {{"name", "Sales"}});
  EXPECT_EQ(created.status, 201);
  EXPECT_EQ(Get("/queues").data()[0]["id"], created.data()["id"]);
  EXPECT_EQ(Get("/queues/" + created.data()["id"].get<std::string>() + "/calls").data().size(), 0U);
}

TEST_F(GuideTest, ARepeatWithTheSameKeyCarriesTheSameRequestId) {
  Ask("POST", "/agents", R"({"name":"Ann"})", {{"Idempotency-Key", "key-1"}});
  EXPECT_EQ(registry->last_request_id(), "key-1");
  const auto other = Ask("POST", "/agents", R"({"name":"Bob"})", {{"Idempotency-Key", "key-1"}});
  EXPECT_EQ(other.status, 409);
  EXPECT_EQ(other.reason(), "IDEMPOTENCY_KEY_REUSED");
  EXPECT_NE(Ask("POST", "/agents", R"({"name":"Ann"})", {{"Idempotency-Key", "key-1"}}).reason(),
            "IDEMPOTENCY_KEY_REUSED");
}

TEST_F(GuideTest, CommandsAreAudited) {
  Agent("Ann", 1);
  Post("/campaigns/none/start");
  pg::Session database(
      {.conninfo = callfleet::test::PrivatePostgres::Shared().conninfo(), .schema = "supervisor"});
  static constexpr pg::Statement kCount{
      "count", "SELECT count(*) AS n FROM audit_log WHERE what = $1 AND result = $2"};
  std::int64_t written = 0;
  const auto count = [&](const char* what, const char* result) {
    const auto done = database.Transact(
        [&](pg::Transaction& transaction) -> Status {
          written = transaction.Exec(kCount, {what, result})[0].Int("n");
          return {};
        },
        std::chrono::steady_clock::now() + std::chrono::seconds(5));
    return done ? written : -1;
  };
  EXPECT_TRUE(Eventually([&] { return count("POST /api/v1/agents", "OK") > 0; }));
  EXPECT_TRUE(Eventually(
      [&] { return count("POST /api/v1/campaigns/:id/start", "CAMPAIGN_NOT_FOUND") > 0; }));
}

}  // namespace
}  // namespace callfleet::supervisor::test
