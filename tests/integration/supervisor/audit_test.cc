// No command is done without its entry in the audit log.
#include "tests/integration/supervisor/audit_reader.h"
#include "tests/integration/supervisor/house.h"

namespace callfleet::supervisor::test {
namespace {

class AuditTest : public House {
 protected:
  std::optional<Audited> Entry(const std::string& request_id) {
    std::optional<Audited> entry;
    EXPECT_TRUE(Eventually([&] { return (entry = log.OfRequest(request_id)).has_value(); }))
        << request_id;
    return entry;
  }
  // `log` has to be made after the supervisor has made the schema.
  void SetUp() override {
    House::SetUp();
    StartSupervisor(
        "supervisor-token-0123456789 supervisor s\xff"
        "ue\n");
  }
  Answer Command(const std::string& path, const Json& body, const std::string& key) const {
    return Ask("POST", path, body.dump(),
               {{"Authorization", "Bearer supervisor-token-0123456789"}, {"Idempotency-Key", key}});
  }
  AuditReader log;
};

TEST_F(AuditTest, AKeyThatTheLogCannotHoldIsRefusedAndNothingIsDone) {
  for (const std::string key : {"\xff"
                                "1",
                                "a\tb", "\xc3\xbc", "\x7f"}) {
    const auto answer = Command("/agents", {{"name", "Ann"}}, key);
    EXPECT_EQ(answer.status, 400) << key;
    EXPECT_EQ(answer.field(), "Idempotency-Key") << key;
  }
  EXPECT_EQ(Command("/agents", {{"name", "Ann"}}, std::string(65, 'k')).field(), "Idempotency-Key");
  EXPECT_EQ(Command("/agents", {{"name", "Ann"}}, "audit: a key (1)~").status, 201);
  EXPECT_EQ(Entry("audit: a key (1)~")->result, "OK");
}

TEST_F(AuditTest, WhatIsNoTextIsMadeTextAndKept) {
  ASSERT_EQ(Command("/agents", {{"name", "Ben"}}, "made-text").status, 201);
  const auto entry = Entry("made-text");
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->who, "s\xEF\xBF\xBDue");
}

// Where a command makes something, the entry names it.
TEST_F(AuditTest, ACreationIsKeptWithTheIdOfWhatItMade) {
  const std::vector<std::pair<std::string, Json>> creations{
      {"/agents", {{"name", "Cid"}}},
      {"/campaigns", {{"name", "Spring"}, {"maxConcurrent", 1}}},
      {"/alert-rules", {{"name", "Audited"}, {"figure", "queue_depth"}, {"threshold", 1}}}};
  for (const auto& [path, body] : creations) {
    const auto made = Command(path, body, "made" + path);
    ASSERT_EQ(made.status, 201) << made.body;
    EXPECT_EQ(Entry("made" + path)->target, made.data()["id"]) << path;
  }
}

TEST_F(AuditTest, ACreationThatIsRefusedIsKeptWithTheNameItAskedFor) {
  Command("/agents", {{"name", "Dan"}}, "first");
  EXPECT_EQ(Command("/agents", {{"name", "Dan"}}, "name-taken").status, 409);
  EXPECT_EQ(Entry("name-taken")->target, "Dan");
}

TEST_F(AuditTest, AllThatThePathNamesIsKept) {
  const auto ann = Command("/agents", {{"name", "Eve"}}, "eve").data()["id"].get<std::string>();
  Ask("DELETE", "/campaigns/audited-campaign/agents/" + ann, "",
      {{"Authorization", "Bearer supervisor-token-0123456789"}, {"Idempotency-Key", "taken-out"}});
  const auto entry = Entry("taken-out");
  EXPECT_EQ(entry->target, "audited-campaign");
  EXPECT_EQ(entry->what, "DELETE /api/v1/campaigns/:id/agents/:agentId agentId=" + ann);
}

}  // namespace
}  // namespace callfleet::supervisor::test
