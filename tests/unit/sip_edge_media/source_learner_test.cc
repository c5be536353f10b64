// Every state of source learning against every event, and the stories that the table is for.
#include "services/sip_edge/domain/media/source_learner.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace callfleet::sip_edge::media {
namespace {

using S = SourceState;
using E = SourceEvent;

// What the table says with and without the lock's guard; nullopt: refused.
std::optional<S> Next(S from, E on, bool lockable) {
  const auto* row =
      fsm::Find<SourceMachine>(kSourceRows, from, on, [&](SourceGuard) { return lockable; });
  if (row == nullptr) return std::nullopt;
  return row->to;
}

TEST(SourceMachine, EveryPairGoesWhereItShouldOrIsRefused) {
  // In the order of kEvents: set, gone, current, signalled, allowed, stranger, silence.
  const std::optional<S> no = std::nullopt;
  const std::map<S, std::array<std::optional<S>, 7>> expected{
      {S::kNoRemote, {S::kSearching, S::kNoRemote, no, no, no, S::kNoRemote, S::kNoRemote}},
      {S::kSearching,
       {S::kSearching, S::kNoRemote, no, S::kLearned, S::kLearned, S::kSearching, S::kSearching}},
      {S::kLearned,
       {S::kSearching, S::kNoRemote, S::kLearned, S::kLearned, S::kLearned, S::kLearned,
        S::kSearching}},
      {S::kLocked,
       {S::kSearching, S::kNoRemote, S::kLocked, S::kLocked, S::kLocked, S::kLocked,
        S::kSearching}}};
  for (const auto state : SourceMachine::kStates) {
    for (std::size_t i = 0; i < SourceMachine::kEvents.size(); ++i) {
      EXPECT_EQ(Next(state, SourceMachine::kEvents[i], false), expected.at(state)[i])
          << SourceMachine::Name(state) << " x " << SourceMachine::Name(SourceMachine::kEvents[i]);
    }
  }
  EXPECT_EQ(Next(S::kLearned, E::kPacketCurrent, true), S::kLocked);
}

TEST(SourceMachine, LeavingTheLockAlwaysDisconnects) {
  for (const auto& row : kSourceRows) {
    if (row.from != S::kLocked || row.to == S::kLocked) continue;
    EXPECT_EQ(*row.effects.begin(), SourceEffect::kDisconnect) << SourceMachine::Name(row.on);
  }
}

class SourceLearnerTest : public testing::Test {
 protected:
  static MediaAddress At(std::uint8_t host, std::uint16_t port) {
    return {IpAddress::V4(192, 0, 2, host), port};
  }
  void Rules(const MediaAddress& signalled, bool answered, bool symmetric = false) {
    SourceRules rules{.signalled = signalled, .symmetric = symmetric};
    rules.networks[0] = {IpAddress::V4(192, 0, 2, 128), 96 + 25};
    rules.network_count = 1;
    last_ = learner_.SetRules(rules, answered);
  }
  const SourceLearner::Acts& Packet(const MediaAddress& from) {
    last_ = learner_.OnPacket(from);
    return last_;
  }
  void Lock(const MediaAddress& from) {
    for (int i = 0; i < 5; ++i) Packet(from);
    ASSERT_EQ(learner_.state(), S::kLocked);
  }

  const MediaAddress signalled_ = At(1, 4000);
  const MediaAddress allowed_ = At(200, 5000);
  const MediaAddress stranger_ = At(9, 4000);
  SourceLearner learner_;
  SourceLearner::Acts last_;
};

TEST_F(SourceLearnerTest, TheThirdPacketAfterTheAnswerLocks) {
  Rules(signalled_, true);
  EXPECT_TRUE(Packet(signalled_).accept);
  EXPECT_FALSE(Packet(signalled_).connect);
  EXPECT_TRUE(Packet(signalled_).connect);
  EXPECT_TRUE(last_.accept);
}

TEST_F(SourceLearnerTest, BeforeTheAnswerNothingLocksAndThenTheNextPacketDoes) {
  Rules(signalled_, false);
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(Packet(signalled_).connect);
  Rules(signalled_, true);
  EXPECT_TRUE(Packet(signalled_).connect);
}

TEST_F(SourceLearnerTest, WithoutAnSdpEveryPacketIsAStrangers) {
  EXPECT_TRUE(Packet(signalled_).stranger);
  EXPECT_FALSE(last_.accept);
}

TEST_F(SourceLearnerTest, NotSymmetricMeansTheSignalledAddressAlone) {
  Rules(signalled_, true);
  EXPECT_TRUE(Packet(allowed_).stranger);
  EXPECT_TRUE(Packet(At(1, 4002)).stranger);
  EXPECT_TRUE(Packet(signalled_).accept);
}

TEST_F(SourceLearnerTest, SymmetricTakesAllowedNetworksAndTheSignalledHostOnly) {
  Rules(signalled_, true, true);
  EXPECT_TRUE(Packet(stranger_).stranger);
  EXPECT_EQ(learner_.destination(), signalled_);
  EXPECT_TRUE(Packet(At(1, 4002)).accept);
  Rules(At(2, 1), true, true);
  EXPECT_TRUE(Packet(allowed_).accept);
  EXPECT_EQ(learner_.destination(), allowed_);
}

TEST_F(SourceLearnerTest, TheSignalledAddressTakesOverFromAnAllowedOne) {
  Rules(signalled_, true, true);
  Packet(allowed_);
  EXPECT_TRUE(Packet(signalled_).source_changed);
  EXPECT_EQ(learner_.source(), signalled_);
  EXPECT_TRUE(Packet(allowed_).stranger);
  EXPECT_FALSE(Packet(signalled_).connect);  // Its count began anew.
  EXPECT_TRUE(Packet(signalled_).connect);
}

TEST_F(SourceLearnerTest, AnotherAddressInSdpUnlocksAndAimsThere) {
  Rules(signalled_, true);
  Lock(signalled_);
  Rules(At(3, 6000), true);
  EXPECT_TRUE(last_.disconnect);
  EXPECT_EQ(learner_.destination(), At(3, 6000));
  EXPECT_TRUE(Packet(signalled_).stranger);
  EXPECT_TRUE(Packet(At(3, 6000)).source_changed);
}

TEST_F(SourceLearnerTest, ThePortAloneIsAnotherAddress) {
  Rules(signalled_, true);
  Lock(signalled_);
  Rules(At(1, 4002), true);
  EXPECT_TRUE(last_.disconnect);
}

TEST_F(SourceLearnerTest, TheSameSdpAgainChangesNothing) {
  Rules(signalled_, true);
  Lock(signalled_);
  Rules(signalled_, true);
  EXPECT_FALSE(last_.disconnect);
  EXPECT_EQ(learner_.state(), S::kLocked);
}

TEST_F(SourceLearnerTest, AfterSilenceAnAllowedSourceIsTakenAndUntilThenTheOldOneIsSentTo) {
  Rules(signalled_, true, true);
  Lock(signalled_);
  const auto acts = learner_.OnSilence();
  EXPECT_TRUE(acts.disconnect);
  EXPECT_EQ(learner_.destination(), signalled_);
  EXPECT_TRUE(Packet(stranger_).stranger);
  EXPECT_TRUE(Packet(allowed_).source_changed);
  EXPECT_EQ(learner_.destination(), allowed_);
}

TEST_F(SourceLearnerTest, ThePeerThatFallsSilentAndComesBackIsNoChange) {
  Rules(signalled_, true);
  Lock(signalled_);
  learner_.OnSilence();
  EXPECT_TRUE(Packet(signalled_).accept);
  EXPECT_FALSE(last_.source_changed);
  Packet(signalled_);
  EXPECT_TRUE(Packet(signalled_).connect);
}

TEST_F(SourceLearnerTest, TheOldHoldAddressStopsSendingAndAccepting) {
  Rules(signalled_, true);
  Lock(signalled_);
  Rules({IpAddress::V4(0, 0, 0, 0), 4000}, true);
  EXPECT_TRUE(last_.disconnect);
  EXPECT_FALSE(learner_.destination().IsSet());
  EXPECT_TRUE(Packet(signalled_).stranger);
  Rules(signalled_, true);
  EXPECT_TRUE(Packet(signalled_).accept);
}

TEST(Subnet, ContainsByPrefixInBothFamilies) {
  const Subnet v4{IpAddress::V4(10, 1, 0, 0), 96 + 15};
  EXPECT_TRUE(v4.Contains(IpAddress::V4(10, 0, 255, 1)));
  EXPECT_FALSE(v4.Contains(IpAddress::V4(10, 2, 0, 1)));
  const Subnet host{IpAddress::V4(10, 1, 0, 7), 128};
  EXPECT_TRUE(host.Contains(IpAddress::V4(10, 1, 0, 7)));
  EXPECT_FALSE(host.Contains(IpAddress::V4(10, 1, 0, 6)));
  EXPECT_TRUE((Subnet{{}, 0}).Contains(IpAddress::V4(1, 2, 3, 4)));
}

TEST(MediaAddress, PrintsBothFamilies) {
  EXPECT_EQ(ToString({IpAddress::V4(192, 0, 2, 1), 4000}), "192.0.2.1:4000");
  IpAddress v6;
  v6.bytes = {0x20, 0x01, 0x0d, 0xb8};
  v6.bytes[15] = 1;
  EXPECT_EQ(ToString({v6, 4000}), "[2001:db8:0:0:0:0:0:1]:4000");
}

}  // namespace
}  // namespace callfleet::sip_edge::media
