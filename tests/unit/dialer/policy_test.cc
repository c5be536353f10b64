#include <gtest/gtest.h>

#include "services/dialer/domain/attempt_machine.h"
#include "services/dialer/domain/campaign_machine.h"
#include "services/dialer/domain/lead.h"
#include "services/dialer/domain/lead_machine.h"
#include "services/dialer/domain/outcome.h"
#include "services/dialer/domain/retry_policy.h"

namespace callfleet::dialer {
namespace {

using namespace std::chrono_literals;

Outcome Unanswered(int sip_code, int q850 = 0, bool progressed = true) {
  return OutcomeOf({.placed = true, .progressed = progressed, .sip_code = sip_code, .q850 = q850});
}

TEST(OutcomeOfACall, FollowsTheSipCode) {
  EXPECT_EQ(Unanswered(486), Outcome::kBusy);
  EXPECT_EQ(Unanswered(600), Outcome::kBusy);
  EXPECT_EQ(Unanswered(480), Outcome::kNoAnswer);
  EXPECT_EQ(Unanswered(480, 0, false), Outcome::kUnreachable);
  EXPECT_EQ(Unanswered(408), Outcome::kNoAnswer);
  EXPECT_EQ(Unanswered(603), Outcome::kDeclined);
  for (int code : {404, 410, 484, 604}) EXPECT_EQ(Unanswered(code), Outcome::kInvalidNumber);
  for (int code : {607, 608}) EXPECT_EQ(Unanswered(code), Outcome::kBlocked);
  for (int code : {401, 403, 407, 488, 500, 503}) {
    EXPECT_EQ(Unanswered(code), Outcome::kTrunkFault) << code;
  }
}

TEST(OutcomeOfACall, TheReasonHeaderGoesBeforeTheSipCode) {
  EXPECT_EQ(Unanswered(480, 17), Outcome::kBusy);
  EXPECT_EQ(Unanswered(480, 18), Outcome::kNoAnswer);
  EXPECT_EQ(Unanswered(486, 20), Outcome::kUnreachable);
  EXPECT_EQ(Unanswered(480, 21), Outcome::kDeclined);
  for (int cause : {1, 22, 28}) EXPECT_EQ(Unanswered(480, cause), Outcome::kInvalidNumber);
  for (int cause : {34, 38, 41, 42, 47}) EXPECT_EQ(Unanswered(486, cause), Outcome::kTrunkFault);
  EXPECT_EQ(Unanswered(486, 16), Outcome::kBusy);
}

TEST(OutcomeOfACall, WithoutAnyReplyTheTrunkIsAtFault) {
  EXPECT_EQ(OutcomeOf({.placed = true, .cause = EndCause::kTransport}), Outcome::kTrunkFault);
  EXPECT_EQ(OutcomeOf({.placed = true, .cause = EndCause::kSetupTimeout, .sip_code = 408}),
            Outcome::kTrunkFault);
}

TEST(OutcomeOfACall, APersonWhoHeardNobodyWasAbandoned) {
  EXPECT_EQ(OutcomeOf({.placed = true, .answered = true, .cause = EndCause::kNotBridged}),
            Outcome::kAbandoned);
  EXPECT_EQ(OutcomeOf({.placed = true, .answered_after_cancel = true}), Outcome::kAbandoned);
  EXPECT_EQ(OutcomeOf({.placed = true, .answered = true}), Outcome::kAbandoned);
}

TEST(OutcomeOfACall, ATalkThatDiesWithItsEdgeIsInterruptedAndNobodyIsCalledAgain) {
  const EndFacts talk{.placed = true, .answered = true, .bridged = true};
  EXPECT_EQ(OutcomeOf(talk), Outcome::kCompleted);
  EndFacts cut = talk;
  cut.cause = EndCause::kEdgeRestart;
  EXPECT_EQ(OutcomeOf(cut), Outcome::kInterrupted);
  EXPECT_TRUE(CountsAsAttempt(Outcome::kInterrupted, true));
  const auto next =
      Decide(RetryPolicy::Default(), Outcome::kInterrupted,
             {.attempts = 1, .with_this_outcome = 1, .counted = true, .was_answered = true},
             WallTime{12h});
  EXPECT_EQ(next.verdict, Verdict::kFail);
}

TEST(OutcomeOfACall, NeverPlacedIsNeverCounted) {
  for (auto cause : {EndCause::kPeer, EndCause::kLocal, EndCause::kEdgeRestart}) {
    EXPECT_FALSE(CountsAsAttempt(OutcomeOf({.cause = cause}), false));
  }
}

TEST(OutcomeOfACall, EveryNameIsReadBack) {
  for (Outcome outcome : kOutcomes) EXPECT_EQ(OutcomeByName(Name(outcome)), outcome);
}

const WallTime kNoon{12h};
Disposition After(Outcome outcome, int with_this, int attempts, bool answered = false) {
  return Decide(RetryPolicy::Default(), outcome,
                {.attempts = attempts,
                 .with_this_outcome = with_this,
                 .counted = true,
                 .was_answered = answered},
                kNoon);
}

// The mistake: immediate blind retries, the same for busy, no answer, wrong number.
TEST(Retries, EachOutcomeHasItsOwnDelay) {
  EXPECT_EQ(After(Outcome::kBusy, 1, 1).due, kNoon + 5min);
  EXPECT_EQ(After(Outcome::kNoAnswer, 1, 1).due, kNoon + 60min);
  EXPECT_EQ(After(Outcome::kInvalidNumber, 1, 1).verdict, Verdict::kFail);
  EXPECT_EQ(After(Outcome::kDeclined, 1, 1).verdict, Verdict::kFail);
  EXPECT_EQ(After(Outcome::kBlocked, 1, 1).verdict, Verdict::kFail);
}

TEST(Retries, EndAtTheTotal) {
  EXPECT_EQ(After(Outcome::kBusy, 1, 2).verdict, Verdict::kRetry);
  EXPECT_EQ(After(Outcome::kBusy, 1, 3).verdict, Verdict::kFail);
  EXPECT_EQ(After(Outcome::kBusy, 1, 3).reason, "max_attempts");
}

TEST(Retries, EndAtTheMaximumOfTheOutcome) {
  EXPECT_EQ(After(Outcome::kAbandoned, 1, 1).verdict, Verdict::kRetry);
  EXPECT_EQ(After(Outcome::kAbandoned, 2, 2).verdict, Verdict::kFail);
}

TEST(Retries, WhatWasNotCountedKeepsThePlace) {
  EXPECT_EQ(Decide(RetryPolicy::Default(), Outcome::kTrunkFault, {}, kNoon).verdict,
            Verdict::kKeepPlace);
}

TEST(Skills, AreReadWithLevels) {
  std::vector<SkillNeed> skills;
  ASSERT_TRUE(ParseSkills("sales:3 | english", skills));
  EXPECT_EQ(skills, (std::vector<SkillNeed>{{"sales", 3}, {"english", 1}}));
  EXPECT_FALSE(ParseSkills("sales:11", skills));
  EXPECT_FALSE(ParseSkills(":3", skills));
  EXPECT_TRUE(ParseSkills("", skills));
}

template <class Machine>
void EveryPairIsListedOrRefused(std::span<const fsm::Row<Machine>> rows, std::size_t listed) {
  std::size_t found = 0;
  for (auto state : Machine::kStates) {
    for (auto event : Machine::kEvents) {
      found += fsm::Find<Machine>(rows, state, event, [](auto) { return true; }) != nullptr;
      EXPECT_NE(Machine::Name(state), "?");
      EXPECT_NE(Machine::Name(event), "?");
    }
  }
  EXPECT_EQ(found, listed);
}

TEST(Machines, EveryPairIsListedOrRefused) {
  EveryPairIsListedOrRefused<CampaignMachine>(kCampaignRows, 13);
  EveryPairIsListedOrRefused<LeadMachine>(kLeadRows, 8);
  EveryPairIsListedOrRefused<AttemptMachine>(kAttemptRows, 44);
}

}  // namespace
}  // namespace callfleet::dialer
