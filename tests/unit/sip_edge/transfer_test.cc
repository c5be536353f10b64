// Every party leaves at every step of a transfer.
#include <ostream>

#include "tests/unit/sip_edge/transfer_story.h"

namespace callfleet::sip_edge {
namespace {

TEST_F(TransferTest, BlindTransferGivesTheCustomerToTheTargetAndEndsTheReferrer) {
  PlaceTarget(TransferKind::kBlind);
  EXPECT_TRUE(music[customer]);
  EXPECT_TRUE(Live(agent));  // Stays until the target answers.
  calls.Progress(target, now);
  calls.Answered(target, now);
  Run();
  EXPECT_TRUE(Talk(customer, target));
  EXPECT_FALSE(Live(agent));
  EXPECT_EQ(Transfer().end, TransferEnd::kCompleted);
  EXPECT_EQ(Record()->legs[1].end.edge_reason, EdgeReason::kTransferred);
  EXPECT_EQ(Record()->state, CallState::kBridged);
}

TEST_F(TransferTest, ReferrerHasTheCustomerBackWhenTheTargetFails) {
  PlaceTarget(TransferKind::kBlind);
  calls.Rejected(target, {.sip_code = 486}, EdgeReason::kNone, true, now);
  Run();
  EXPECT_TRUE(Talk(customer, agent));
  EXPECT_FALSE(music[customer]);
  EXPECT_EQ(Transfer().end, TransferEnd::kFailed);
  EXPECT_EQ(Transfer().sip_code, 486);
}

TEST_F(TransferTest, ConsultationIsPrivateAndCompleteGivesTheCustomerAway) {
  PlaceTarget(TransferKind::kConsult);
  calls.Answered(target, now);
  Run();
  EXPECT_TRUE(Talk(agent, target));
  EXPECT_TRUE(rows[customer].empty());
  EXPECT_TRUE(music[customer]);
  ASSERT_TRUE(Steer(TransferVerb::kComplete));
  EXPECT_TRUE(Talk(customer, target));
  EXPECT_FALSE(Live(agent));
}

TEST_F(TransferTest, CompleteBeforeTheAnswerIsABlindTransferFromThenOn) {
  PlaceTarget(TransferKind::kConsult);
  ASSERT_TRUE(Steer(TransferVerb::kComplete));
  EXPECT_TRUE(Live(agent));
  calls.Answered(target, now);
  Run();
  EXPECT_TRUE(Talk(customer, target));
  EXPECT_FALSE(Live(agent));
}

TEST_F(TransferTest, CancelGivesTheCustomerBack) {
  PlaceTarget(TransferKind::kConsult);
  calls.Answered(target, now);
  Run();
  ASSERT_TRUE(Steer(TransferVerb::kCancel));
  EXPECT_TRUE(Talk(customer, agent));
  EXPECT_FALSE(Live(target));
}

TEST_F(TransferTest, AllThreeHearEachOtherInAConferenceAndItsSpanIsItsOwn) {
  PlaceTarget(TransferKind::kConsult);
  calls.Answered(target, now);
  Run();
  ASSERT_TRUE(Steer(TransferVerb::kConference));
  EXPECT_TRUE(Talk(customer, agent));
  EXPECT_TRUE(Talk(customer, target));
  EXPECT_TRUE(Talk(agent, target));
  EXPECT_EQ(Record()->bridges.back().legs.size(), 3u);
  EXPECT_EQ(calls.counts().active_bridges, 1u);
}

// What is left when `who` hangs up at `step`.
enum class Step { kBlindCalling, kConsultCalling, kConsulting, kConference };
enum class Who { kCustomer, kAgent, kTarget };
struct Leaving {
  Step step;
  Who who;
  bool customer, agent, target;  // Live afterwards.
  TransferEnd end;
};
std::ostream& operator<<(std::ostream& out, const Leaving& l) {
  return out << "step " << static_cast<int>(l.step) << " leaver " << static_cast<int>(l.who);
}
class EachPartyLeaves : public TransferTest, public ::testing::WithParamInterface<Leaving> {};

TEST_P(EachPartyLeaves, TheOthersAreWhereTheTableSays) {
  const Leaving& p = GetParam();
  PlaceTarget(p.step == Step::kBlindCalling ? TransferKind::kBlind : TransferKind::kConsult);
  calls.Progress(target, now);
  if (p.step == Step::kConsulting || p.step == Step::kConference) calls.Answered(target, now);
  Run();
  if (p.step == Step::kConference) {
    ASSERT_TRUE(Steer(TransferVerb::kConference));
  }
  const LegHandle leaver = p.who == Who::kCustomer ? customer
                           : p.who == Who::kAgent  ? agent
                                                   : target;
  if (leaver == target && p.step <= Step::kConsultCalling) {
    calls.Rejected(target, {.sip_code = 603}, EdgeReason::kNone, true, now);
    Run();
  } else {
    Leave(leaver);
  }
  EXPECT_EQ(Live(customer), p.customer);
  EXPECT_EQ(Live(agent), p.agent);
  EXPECT_EQ(Live(target), p.target);
  EXPECT_EQ(Transfer().end, p.end);
  if (p.customer && p.agent) {
    EXPECT_TRUE(Talk(customer, agent));
  } else if (p.customer && p.target && p.end == TransferEnd::kCompleted) {
    EXPECT_TRUE(Talk(customer, target));
  } else if (p.customer) {
    EXPECT_TRUE(music[customer]);
  }
  if (!p.customer) {
    EXPECT_EQ(Record()->state, CallState::kEnded);  // No leg stays behind.
  }
  EXPECT_EQ(calls.counts().active_bridges, Record()->state == CallState::kBridged ? 1u : 0u);
}

INSTANTIATE_TEST_SUITE_P(
    Transfers, EachPartyLeaves,
    ::testing::Values(
        Leaving{Step::kBlindCalling, Who::kCustomer, false, false, false,
                TransferEnd::kCustomerLeft},
        Leaving{Step::kBlindCalling, Who::kAgent, true, false, true, TransferEnd::kNone},
        Leaving{Step::kBlindCalling, Who::kTarget, true, true, false, TransferEnd::kFailed},
        Leaving{Step::kConsultCalling, Who::kCustomer, false, false, false,
                TransferEnd::kCustomerLeft},
        Leaving{Step::kConsultCalling, Who::kAgent, true, false, true, TransferEnd::kNone},
        Leaving{Step::kConsultCalling, Who::kTarget, true, true, false, TransferEnd::kFailed},
        Leaving{Step::kConsulting, Who::kCustomer, false, false, false, TransferEnd::kCustomerLeft},
        Leaving{Step::kConsulting, Who::kAgent, true, false, true, TransferEnd::kCompleted},
        Leaving{Step::kConsulting, Who::kTarget, true, true, false, TransferEnd::kFailed},
        Leaving{Step::kConference, Who::kCustomer, false, false, false, TransferEnd::kCustomerLeft},
        Leaving{Step::kConference, Who::kAgent, true, false, true, TransferEnd::kCompleted},
        Leaving{Step::kConference, Who::kTarget, true, true, false, TransferEnd::kFailed}));

TEST_F(TransferTest, CustomerOfAReferrerWhoLeftGetsTheTargetAtItsAnswer) {
  PlaceTarget(TransferKind::kConsult);
  Leave(agent);
  calls.Answered(target, now);
  Run();
  EXPECT_TRUE(Talk(customer, target));
  EXPECT_EQ(Transfer().end, TransferEnd::kCompleted);
}

TEST_F(TransferTest, CustomerOfAReferrerWhoLeftKeepsMusicWhenTheTargetFails) {
  PlaceTarget(TransferKind::kBlind);
  Leave(agent);
  calls.Rejected(target, {.sip_code = 480}, EdgeReason::kNone, true, now);
  Run();
  EXPECT_TRUE(Live(customer));
  EXPECT_TRUE(music[customer]);
  EXPECT_EQ(Record()->state, CallState::kWaiting);
}

TEST_F(TransferTest, SecondTransferIsRefusedWhileOneIsUnderWay) {
  PlaceTarget(TransferKind::kConsult);
  LegTarget to;
  to.to = LegTarget::Uri{"sip:x@192.0.2.1"};
  const auto second =
      calls.Ring({.context = Context(),
                  .call = CallId("x"),
                  .leg = LegId("t2"),
                  .agent = AgentId("eve"),
                  .target = to,
                  .follows = {.transfer = TransferTo{.id = "t2", .referrer = LegId("a")}}},
                 now);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().reason, "TRANSFER_PENDING");
  EXPECT_EQ(Steer(TransferVerb::kConference).error().reason, "WRONG_STATE");
  EXPECT_EQ(Steer(TransferVerb::kCancel, "t9").error().reason, "TRANSFER_NOT_FOUND");
}

}  // namespace
}  // namespace callfleet::sip_edge
