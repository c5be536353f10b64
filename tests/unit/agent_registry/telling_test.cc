// What an agent's steps tell the readers of the outbox.
#include <gtest/gtest.h>

#include "services/agent_registry/domain/agent.h"

namespace callfleet::agent_registry {
namespace {

using std::chrono::seconds;
using namespace std::chrono_literals;

class TellingTest : public ::testing::Test {
 protected:
  TellingTest() {
    auto profile = std::make_shared<AgentProfile>();
    profile->id = AgentId("anna");
    profile->pool = PoolId("default");
    profile->sip_user = "anna";
    profile->wrap_up = 5s;
    agent.emplace(std::move(profile), AgentRules{});
    Keep(agent->OnReachability({EdgeId("e"), true, "sip:x"}, now));
    told.clear();
  }
  // One word for each line that is told.
  void Keep(const AgentStep& step) {
    for (const AgentWrite& write : step.writes) {
      if (const auto* line = std::get_if<AgentTold>(&write)) {
        told += (told.empty() ? "" : " ") + std::visit(Word{}, *line);
        if (const auto* ended = std::get_if<ReservationEnded>(line)) last = *ended;
      }
    }
  }
  struct Word {
    std::string operator()(const PresenceTold& l) const { return "presence:" + l.reason; }
    std::string operator()(const ReservationBegan& l) const {
      return l.adopted ? "adopted" : "began";
    }
    std::string operator()(const OfferEnded& l) const {
      return "offer" + std::to_string(static_cast<int>(l.end));
    }
    std::string operator()(const SlotChanged& l) const {
      return (l.from ? std::string(SlotMachine::Name(*l.from)) : "-") + ">" +
             std::string(SlotMachine::Name(l.to));
    }
    std::string operator()(const ReservationEnded& l) const { return "ended:" + l.reason; }
    std::string operator()(const Repair& l) const { return std::string(Name(l.kind)); }
    std::string operator()(const DispositionTold& l) const {
      return "disposition:" + l.disposition;
    }
  };
  void After(seconds time) {
    now.mono += time;
    now.wall += time;
  }
  AgentLeg Leg(LegPhase phase) const {
    return {EdgeId("e"),
            CallId("call"),
            LegId("leg"),
            ToWire(key, PoolId("default")).str(),
            phase,
            false,
            {}};
  }
  void Ask() {
    AskSlot ask;
    ask.key = key;
    ask.unit = std::make_shared<const Unit>(Unit{UnitKind::kCampaign, "c"});
    Keep(agent->OnAsk(ask, now));
  }

  Instant now{MonoTime(1h), WallTime(seconds(1'700'000'000))};
  ReservationKey key{7};
  std::optional<Agent> agent;
  std::string told;
  ReservationEnded last;
};

TEST_F(TellingTest, ADispositionIsToldOfTheWorkAnsweredLastAndMayEndItsWrapUp) {
  EXPECT_EQ(agent->OnDisposition({.disposition = "sale"}, now).error().reason, "NO_WORK");
  Ask();
  Keep(agent->OnLeg(Leg(LegPhase::kAnswered), now));
  Keep(agent->OnLeg(Leg(LegPhase::kEnded), now));
  Keep(agent->OnComplete({.key = key, .outcome = "completed", .talk = 3s}, now));
  told.clear();
  auto first = agent->OnDisposition({.disposition = "sale", .note = "two of them"}, now);
  ASSERT_TRUE(first);
  Keep(*first);
  EXPECT_EQ(told, "disposition:sale");
  EXPECT_EQ(agent->slots()[0].disposition, "sale");
  ASSERT_TRUE(agent->OnDisposition({.key = key, .disposition = "none", .end_wrap_up = true}, now));
  EXPECT_TRUE(agent->slots().empty());
}

TEST_F(TellingTest, ACallTellsEachStateWithItsTimesAndTheSums) {
  Ask();
  Keep(agent->OnLeg(Leg(LegPhase::kRinging), now));
  After(3s);
  Keep(agent->OnLeg(Leg(LegPhase::kAnswered), now));
  After(20s);
  Keep(agent->OnLeg(Leg(LegPhase::kHeld), now));
  After(4s);
  Keep(agent->OnLeg(Leg(LegPhase::kAnswered), now));
  After(10s);
  Keep(agent->OnLeg(Leg(LegPhase::kEnded), now));
  Keep(agent->OnComplete({key, "completed", 34s, std::nullopt}, now));
  After(2s);
  Keep(agent->OnWrapUpWish(key, 0ms, now).value());
  EXPECT_EQ(told,
            "began Reserved>Ringing offer0 Ringing>Connected Connected>Held Held>Connected "
            "Connected>WrapUp WrapUp>Free ended:wrap_up_over");
  EXPECT_TRUE(last.answered);
  EXPECT_EQ(last.talk, 30s);
  EXPECT_EQ(last.hold, 4s);
  EXPECT_EQ(last.wrap_up, 2s);
  EXPECT_EQ(last.wrap_up_limit, 5s);
  EXPECT_EQ(last.load, 0U);
}

// Its owner died after it had said so, and its successor says it again.
TEST_F(TellingTest, WorkThatIsCompletedTwiceIsTalkedOnce) {
  Ask();
  Keep(agent->OnLeg(Leg(LegPhase::kAnswered), now));
  Keep(agent->OnLeg(Leg(LegPhase::kEnded), now));
  for (int n = 0; n < 2; ++n) Keep(agent->OnComplete({key, "completed", 34s, std::nullopt}, now));
  EXPECT_EQ(agent->figures().talk, 34s);
}

TEST_F(TellingTest, AMissedOfferIsToldOnceWithItsKind) {
  Ask();
  Keep(agent->OnLeg(Leg(LegPhase::kRinging), now));
  Keep(agent->OnLeg(Leg(LegPhase::kEnded), now));
  Keep(agent->OnOfferEnd(key, OfferEnd::kNoAnswer, now));
  EXPECT_EQ(told,
            "began Reserved>Ringing Ringing>Reserved offer1 Reserved>Free ended:no_answer "
            "presence:no_answer");
}

TEST_F(TellingTest, ALapsedLeaseAndItsOrphanAreRepairs) {
  Ask();
  Keep(agent->OnLeg(Leg(LegPhase::kAnswered), now));
  told.clear();
  Keep(agent->OnLeaseLapsed({key, "lease_expired"}, now));
  After(6s);
  Keep(agent->OnLeg(Leg(LegPhase::kEnded), now));
  EXPECT_EQ(told, "lease_lapsed Connected>Orphaned slot_orphaned orphan_ended Orphaned>WrapUp");
}

// Two streams tell of a call's end, in either order.
TEST_F(TellingTest, ALegThatEndsAfterItsOwnerIsDoneIsNoRepair) {
  Ask();
  Keep(agent->OnLeg(Leg(LegPhase::kAnswered), now));
  told.clear();
  Keep(agent->OnComplete({key, "completed", 5s, std::nullopt}, now));
  Keep(agent->OnLeg(Leg(LegPhase::kEnded), now));
  EXPECT_EQ(told, "Connected>Orphaned Orphaned>WrapUp");
}

TEST_F(TellingTest, ALegThatNobodyKnowsAndOneThatIsGoneAreRepairs) {
  Keep(agent->OnLeg(Leg(LegPhase::kAnswered), now));
  EXPECT_EQ(told, "adopted leg_unknown Reserved>Orphaned");
  told.clear();
  Keep(agent->OnSnapshot({EdgeId("e"), {}}, now));
  EXPECT_EQ(told, "leg_ghost orphan_ended Orphaned>WrapUp");
}

TEST_F(TellingTest, AManualCallIsASlotWithoutAReservation) {
  AgentLeg manual = Leg(LegPhase::kAnswered);
  manual.reservation.clear();
  Keep(agent->OnLeg(manual, now));
  manual.phase = LegPhase::kEnded;
  Keep(agent->OnLeg(manual, now));
  EXPECT_EQ(told, "->Connected Connected>Free");
}

}  // namespace
}  // namespace callfleet::agent_registry
