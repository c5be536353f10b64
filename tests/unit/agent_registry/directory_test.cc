#include "services/agent_registry/domain/directory.h"

#include <gtest/gtest.h>

#include <set>

#include "services/agent_registry/domain/reservation_key.h"

namespace callfleet::agent_registry {
namespace {

class DirectoryTest : public ::testing::Test {
 protected:
  Result<Directory::Created> Create(const NewAgent& wish, const std::string& request = "") {
    const std::string n = std::to_string(++made);
    return directory.Create(request, wish, {AgentId("id" + n), "user" + n, "secret" + n, {}});
  }
  ProfileRef Make(const std::string& name) { return Create({.name = name}).value().profile; }
  std::set<std::string> FieldsOf(const Error& error) {
    std::set<std::string> fields;
    for (const auto& f : error.fields) fields.insert(f.field);
    return fields;
  }
  static Unit Spring() { return {UnitKind::kCampaign, "spring"}; }
  Directory directory;
  int made = 0;
};

TEST_F(DirectoryTest, KindIsDecidedAtCreation) {
  EXPECT_EQ(Make("a")->kind, AgentKind::kHuman);
  EXPECT_EQ(Make("b")->max_concurrent_calls, 1);
  EXPECT_EQ(Create({.name = "c", .contact_uri = "sip:c@h"})->profile->kind, AgentKind::kAi);
  EXPECT_EQ(Create({.name = "d", .contact_uri = "sip:d@h"})->profile->max_concurrent_calls, 3);
  EXPECT_EQ(Create({.name = "e", .max_concurrent_calls = 5})->profile->kind, AgentKind::kAi);
  EXPECT_EQ(
      Create({.name = "f", .kind = AgentKind::kHuman, .max_concurrent_calls = 2})->profile->kind,
      AgentKind::kHuman);
}

TEST_F(DirectoryTest, AnUpdateNeverChangesTheKind) {
  const auto anna = Make("anna");
  const auto updated = directory.Update(anna->id, {.max_concurrent_calls = 4});
  ASSERT_TRUE(updated);
  EXPECT_EQ((*updated)->kind, AgentKind::kHuman);
  EXPECT_EQ((*updated)->max_concurrent_calls, 4);
}

TEST_F(DirectoryTest, TheSipUserIsTheGivenOneElseTheNameElseGenerated) {
  EXPECT_EQ(Create({.name = "A b", .sip_user = "ab"})->profile->sip_user, "ab");
  EXPECT_EQ(Make("anna")->sip_user, "anna");
  EXPECT_EQ(Make("Agent Nr. 3")->sip_user, "user3");
  EXPECT_EQ(Create({.name = "x", .sip_user = "anna"}).error().reason, "SIP_USER_TAKEN");
  EXPECT_EQ(Make("ab")->sip_user, "user5");  // Its name is somebody's user.
}

TEST_F(DirectoryTest, EveryFaultyFieldIsNamed) {
  const auto refused = Create({.name = std::string(65, 'x'),
                               .max_concurrent_calls = 101,
                               .skills = {{"", 1}, {"german", 11}},
                               .sip_user = "white space",
                               .sip_secret = "short",
                               .wrap_up = std::chrono::hours(2)});
  ASSERT_FALSE(refused);
  EXPECT_EQ(FieldsOf(refused.error()),
            (std::set<std::string>{"name", "max_concurrent_calls", "skills[0].name",
                                   "skills[1].level", "sip_user", "sip_secret", "wrap_up"}));
  EXPECT_TRUE(directory.all().empty());
}

TEST_F(DirectoryTest, AFixedContactNamesAPlaceThatMayExist) {
  for (const char* good : {"sip:bot@192.0.2.1", "sip:bot@host.example:5080;transport=tcp",
                           "sips:[2001:db8::1]:5061", "sip:host?X-A=b"}) {
    EXPECT_TRUE(Create({.name = good, .contact_uri = good})) << good;
  }
  for (const char* bad : {"sip:bot@", "sip:bot@:5060", "sip:bot@host:0", "sip:bot@host:65536",
                          "sip:bot@host:50x", "sip:bot@ho_st!", "sip:bot@[::1", "sip:bot@[host]",
                          "sip:bot@[::1]5060", "tel:+14155550100"}) {
    const auto refused = Create({.name = bad, .contact_uri = bad});
    ASSERT_FALSE(refused) << bad;
    EXPECT_EQ(FieldsOf(refused.error()), std::set<std::string>{"contact_uri"}) << bad;
  }
}

TEST_F(DirectoryTest, NamesAreUniqueAlsoAfterARename) {
  const auto anna = Make("anna");
  Make("bert");
  EXPECT_EQ(directory.Update(anna->id, {.name = "bert"}).error().reason, "AGENT_NAME_TAKEN");
  ASSERT_TRUE(directory.Update(anna->id, {.name = "carla"}));
  EXPECT_EQ(Create({.name = "anna"}).value().profile->name, "anna");
  EXPECT_EQ((*directory.Find("carla"))->id, anna->id);
}

TEST_F(DirectoryTest, ARepeatedRequestIsAnsweredWithTheFirstAgent) {
  const auto first = Create({.name = "anna"}, "r1");
  const auto again = Create({.name = "anna"}, "r1");
  EXPECT_TRUE(again->repeat);
  EXPECT_EQ(again->profile->id, first->profile->id);
}

TEST_F(DirectoryTest, AnAgentIsInManyCampaignsAndTheOtherWayRound) {
  Make("anna");
  Make("bert");
  ASSERT_TRUE(directory.SetMembers(Spring(), {{"anna", true}, {"bert", false}}, false));
  ASSERT_TRUE(directory.SetMembers({UnitKind::kQueue, "sales"}, {{"anna", false}}, false));
  EXPECT_EQ(directory.MemberCount(Spring()), 2);
  EXPECT_EQ((*directory.Find("anna"))->memberships.size(), 2u);
  EXPECT_TRUE((*directory.Find("anna"))->memberships[1].primary);
}

TEST_F(DirectoryTest, AnUnknownMemberRefusesTheWholeCall) {
  Make("anna");
  const auto refused = directory.SetMembers(Spring(), {{"anna", false}, {"nobody", false}}, false);
  EXPECT_EQ(refused.error().reason, "AGENT_NOT_FOUND");
  EXPECT_EQ(directory.MemberCount(Spring()), 0);
}

TEST_F(DirectoryTest, ReplacingTakesOutWhoIsNotNamedAndRemovingEverybodyEmptiesIt) {
  Make("anna");
  Make("bert");
  ASSERT_TRUE(directory.SetMembers(Spring(), {{"anna", false}, {"bert", false}}, false));
  ASSERT_TRUE(directory.SetMembers(Spring(), {{"bert", true}}, true));
  EXPECT_EQ(directory.MemberCount(Spring()), 1);
  ASSERT_TRUE(directory.RemoveMembers(Spring(), {}));
  EXPECT_EQ(directory.MemberCount(Spring()), 0);
}

TEST_F(DirectoryTest, AnErasedAgentFreesItsNameUserAndSeats) {
  const auto anna = Make("anna");
  ASSERT_TRUE(directory.SetMembers(Spring(), {{"anna", false}}, false));
  directory.Erase(anna->id);
  EXPECT_EQ(directory.MemberCount(Spring()), 0);
  EXPECT_EQ(Make("anna")->sip_user, "anna");
}

TEST(ReservationKey, GoesOverTheWireAndBackAndForeignTextsAreNone) {
  const ReservationKey key = MakeReservationKey(7, 123456);
  const PoolId pool("site-1");
  EXPECT_EQ(FromWire(ToWire(key, pool).str(), pool), key);
  for (const char* text : {"", "r-", "r-zzzzzzzzzzzzzzzz-site-1", "r-0000000000000000-site-1",
                           "r-0000000000000001-site-2", "something else"}) {
    EXPECT_FALSE(FromWire(text, pool)) << text;
  }
}

}  // namespace
}  // namespace callfleet::agent_registry
