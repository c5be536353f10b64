#include "services/sip_edge/domain/location_table.h"

#include <gtest/gtest.h>

#include "services/sip_edge/domain/nonce_store.h"

namespace callfleet::sip_edge {
namespace {

using std::chrono::seconds;

Instant At(int s) { return {MonoTime(seconds(1000 + s)), WallTime(seconds(5000 + s))}; }

class Locations : public ::testing::Test {
 protected:
  Locations() {
    table.Apply({.replaces_all = true, .accounts = {{"amy", "s", AgentId("a")}}}, At(0));
  }
  RegisterRequest Request(const char* uri, std::uint32_t cseq, const char* call = "r1") {
    RegisterRequest r{.sip_user = "amy", .source = "192.0.2.1:5060"};
    r.contacts = {{.uri = uri, .q = 1.0, .expires_s = 60}};
    r.call_id = call;
    r.cseq = cseq;
    return r;
  }
  LocationTable table;
};

TEST_F(Locations, GrantsAtMostTwoMinutes) {
  auto request = Request("sip:amy@1", 1);
  request.contacts[0].expires_s = 3600;
  const auto reply = table.Register(request, At(0));
  EXPECT_EQ(reply.contacts[0].expires, At(120).wall);
}

TEST_F(Locations, TooShortAnExpiryGetsFourTwentyThree) {
  auto request = Request("sip:amy@1", 1);
  request.contacts[0].expires_s = 5;
  const auto reply = table.Register(request, At(0));
  EXPECT_EQ(reply.sip_code, 423);
  EXPECT_EQ(reply.min_expires_s, 30u);
}

TEST_F(Locations, AFixedContactIsRungOnlyWhileItAnswersAndNeverExpires) {
  table.Apply({.accounts = {{.sip_user = "fixed.b",
                             .agent = AgentId("b"),
                             .fixed_contact = "sip:bot@192.0.2.7"}}},
              At(0));
  EXPECT_TRUE(table.Reachable("fixed.b", At(0).wall).empty());
  table.OnOptionsResult("fixed.b", "sip:bot@192.0.2.7", true);
  table.Expire(At(100'000).wall);
  EXPECT_EQ(table.Reachable("fixed.b", At(100'000).wall).size(), 1u);
  table.OnOptionsResult("fixed.b", "sip:bot@192.0.2.7", false);
  EXPECT_EQ(table.Reachable("fixed.b", At(0).wall).size(), 1u);
  table.OnOptionsResult("fixed.b", "sip:bot@192.0.2.7", false);
  EXPECT_TRUE(table.Reachable("fixed.b", At(0).wall).empty());
  EXPECT_EQ(table.Record("fixed.b")->contacts.size(), 1u);
  table.OnOptionsResult("fixed.b", "sip:bot@192.0.2.7", true);
  EXPECT_EQ(table.Reachable("fixed.b", At(0).wall).size(), 1u);
}

TEST_F(Locations, AnotherFixedContactMustAnswerAnewAndNobodyRegistersForIt) {
  const Account first{.sip_user = "fixed.b", .agent = AgentId("b"), .fixed_contact = "sip:b@1"};
  Account second = first;
  second.fixed_contact = "sip:b@2";
  table.Apply({.accounts = {first}}, At(0));
  table.OnOptionsResult("fixed.b", "sip:b@1", true);
  table.Apply({.accounts = {first}}, At(1));  // The same again changes nothing.
  EXPECT_EQ(table.Reachable("fixed.b", At(1).wall).size(), 1u);
  table.Apply({.accounts = {second}}, At(1));
  EXPECT_TRUE(table.Reachable("fixed.b", At(1).wall).empty());
  auto request = Request("sip:thief@3", 1);
  request.sip_user = "fixed.b";
  EXPECT_EQ(table.Register(request, At(1)).sip_code, 403);
}

TEST_F(Locations, OlderCseqOfTheSameRegistrationChangesNothing) {
  ASSERT_EQ(table.Register(Request("sip:amy@1", 5), At(0)).sip_code, 200);
  auto late = Request("sip:amy@1", 4);
  late.contacts[0].expires_s = 0;
  EXPECT_EQ(table.Register(late, At(1)).sip_code, 500);
  EXPECT_EQ(table.Reachable("amy", At(1).wall).size(), 1u);
}

TEST_F(Locations, StarWithExpiresZeroRemovesAllContacts) {
  table.Register(Request("sip:amy@1", 1, "r1"), At(0));
  table.Register(Request("sip:amy@2", 1, "r2"), At(0));
  RegisterRequest star{.sip_user = "amy", .wildcard = true};
  star.call_id = "r3";
  EXPECT_EQ(table.Register(star, At(1)).sip_code, 400);
  star.expires_s = 0;
  EXPECT_EQ(table.Register(star, At(1)).sip_code, 200);
  EXPECT_TRUE(table.Reachable("amy", At(1).wall).empty());
}

TEST_F(Locations, ContactsRingByTheirQ) {
  auto low = Request("sip:amy@low", 1, "r1");
  low.contacts[0].q = 0.1;
  table.Register(low, At(0));
  table.Register(Request("sip:amy@high", 1, "r2"), At(0));
  EXPECT_EQ(table.Reachable("amy", At(0).wall)[0].uri, "sip:amy@high");
}

TEST_F(Locations, ExpiredContactsAreGone) {
  table.Register(Request("sip:amy@1", 1), At(0));
  table.TakeChanged();
  table.Expire(At(61).wall);
  EXPECT_EQ(table.TakeChanged(), std::vector<std::string>{"amy"});
  EXPECT_EQ(table.contacts(), 0u);
}

TEST_F(Locations, RestoredContactCountsOnlyAfterItAnswered) {
  Contact old{.uri = "sip:amy@1", .source = "192.0.2.1:5060"};
  old.expires = At(100).wall;
  Contact tcp = old;
  tcp.uri = "sip:amy@2";
  tcp.transport = Transport::kTcp;
  RegistrationRecord last{.sip_user = "amy"};
  last.contacts = {old, tcp};
  table.Apply({.accounts = {{"amy", "s", AgentId("a")}}, .last_contacts = {last}}, At(0));
  EXPECT_TRUE(table.Reachable("amy", At(1).wall).empty());
  table.OnOptionsResult("amy", "sip:amy@1", true);
  EXPECT_EQ(table.Reachable("amy", At(1).wall).size(), 1u);
}

TEST_F(Locations, TwoLostOptionsRemoveAContact) {
  table.Register(Request("sip:amy@1", 1), At(0));
  table.OnOptionsResult("amy", "sip:amy@1", false);
  EXPECT_EQ(table.contacts(), 1u);
  table.OnOptionsResult("amy", "sip:amy@1", false);
  EXPECT_EQ(table.contacts(), 0u);
}

TEST_F(Locations, DisabledAccountLosesItsContacts) {
  table.Register(Request("sip:amy@1", 1), At(0));
  table.Apply({.accounts = {{"amy", "s", AgentId("a"), false}}}, At(1));
  EXPECT_EQ(table.contacts(), 0u);
  EXPECT_EQ(table.Register(Request("sip:amy@1", 2), At(2)).sip_code, 403);
}

TEST_F(Locations, WholePushRemovesWhoIsNotInIt) {
  table.Apply({.replaces_all = true, .accounts = {{"bob", "s", AgentId("b")}}}, At(0));
  EXPECT_EQ(table.FindAccount("amy"), nullptr);
  EXPECT_NE(table.FindAccount("bob"), nullptr);
}

TEST(NonceStore, CountMustRiseAndTheNonceGrowsStale) {
  NonceStore nonces;
  nonces.Add("n", "192.0.2.1", At(0).mono);
  EXPECT_EQ(nonces.Use("n", 1, At(1).mono), NonceVerdict::kFresh);
  EXPECT_EQ(nonces.Use("n", 1, At(1).mono), NonceVerdict::kReplayed);
  EXPECT_EQ(nonces.Use("n", 2, At(299).mono), NonceVerdict::kFresh);
  EXPECT_EQ(nonces.Use("n", 3, At(300).mono), NonceVerdict::kStale);
}

TEST(NonceStore, KnowsWhoWasGivenIt) {
  NonceStore nonces;
  nonces.Add("n", "192.0.2.1", At(0).mono);
  EXPECT_TRUE(nonces.GivenTo("n", "192.0.2.1", At(299).mono));
  EXPECT_FALSE(nonces.GivenTo("n", "192.0.2.2", At(1).mono));
  EXPECT_FALSE(nonces.GivenTo("made up", "192.0.2.1", At(1).mono));
  EXPECT_FALSE(nonces.GivenTo("n", "192.0.2.1", At(300).mono));
}

TEST(SourceBackoff, GuessersWaitLongerEachTime) {
  SourceBackoff backoff;
  for (int i = 0; i < 10; ++i) backoff.Failed("x", "amy", At(0).mono);
  EXPECT_FALSE(backoff.Blocked("x", "amy", At(0).mono));
  backoff.Failed("x", "amy", At(0).mono);
  EXPECT_TRUE(backoff.Blocked("x", "amy", At(0).mono));
  EXPECT_FALSE(backoff.Blocked("x", "amy", At(1).mono));
  backoff.Failed("x", "amy", At(1).mono);
  EXPECT_TRUE(backoff.Blocked("x", "amy", At(2).mono));
  backoff.Succeeded("x", "amy");
  EXPECT_FALSE(backoff.Blocked("x", "amy", At(2).mono));
}

TEST(SourceBackoff, ConcernsThatUserFromThatSourceAlone) {
  SourceBackoff backoff;
  for (int i = 0; i < 11; ++i) backoff.Failed("x", "amy", At(0).mono);
  EXPECT_FALSE(backoff.Blocked("x", "bob", At(0).mono));
  EXPECT_FALSE(backoff.Blocked("y", "amy", At(0).mono));
  backoff.Succeeded("x", "bob");
  EXPECT_TRUE(backoff.Blocked("x", "amy", At(0).mono));
}

TEST(SourceBackoff, AFullTableStillCountsAndForgetsTheOldest) {
  SourceBackoff backoff;
  for (int i = 0; i < 11; ++i) backoff.Failed("old", "amy", At(0).mono);
  for (std::size_t i = 0; i < SourceBackoff::kMost; ++i) {
    backoff.Failed(std::to_string(i), "amy", At(0).mono);
  }
  EXPECT_EQ(backoff.size(), SourceBackoff::kMost);
  EXPECT_FALSE(backoff.Blocked("old", "amy", At(0).mono));
  for (int i = 0; i < 11; ++i) backoff.Failed("new", "amy", At(0).mono);
  EXPECT_TRUE(backoff.Blocked("new", "amy", At(0).mono));
  EXPECT_EQ(backoff.size(), SourceBackoff::kMost);
}

}  // namespace
}  // namespace callfleet::sip_edge
