// Nothing is recorded before the customer has heard the whole consent prompt.
#include <algorithm>

#include "tests/unit/sip_edge/recording_story.h"

namespace callfleet::sip_edge {
namespace {

class ConsentTest : public RecordingsTest {
 protected:
  // The customer talks with the agent; both hear the prompt.
  void Begin() {
    customer = Customer(RecordingPolicy{.mode = kAll, .consent_prompt = "consent"});
    agent = Agent();
    Bridge();
    ASSERT_EQ(HeardBy(customer), "consent");
    first = Number(customer);
  }
  const act::Play* Newest(LegHandle leg) const {
    const auto found = std::find_if(played.rbegin(), played.rend(),
                                    [&](const act::Play& play) { return play.leg == leg; });
    return found == played.rend() ? nullptr : &*found;
  }
  std::string HeardBy(LegHandle leg) const {
    const act::Play* play = Newest(leg);
    return play == nullptr ? "" : play->sound.parts.at(0).prompt;
  }
  std::uint32_t Number(LegHandle leg) const {
    const act::Play* play = Newest(leg);
    return play == nullptr ? 0 : play->number;
  }
  void Over(std::uint32_t number, bool finished) {
    calls.SoundDone(customer, number, finished, now);
    Acts();
  }
  void ExpectThatItIsPlayedAgain() {
    EXPECT_EQ(opened, 0);
    EXPECT_EQ(Info().state, RecordingState::kConsent);
    ASSERT_EQ(HeardBy(customer), "consent");
    ASSERT_NE(Number(customer), first);
    Over(Number(customer), true);
    EXPECT_EQ(opened, 1);
    EXPECT_TRUE(IsTapped(customer));
  }

  LegHandle customer = 0;
  LegHandle agent = 0;
  std::uint32_t first = 0;  // The prompt's sound to the customer, at the bridge.
};

TEST_F(ConsentTest, PromptThatMusicHasCutIsHeardAgainAfterTheHold) {
  Begin();
  Hold("customer", true);
  ASSERT_EQ(HeardBy(customer), "music");
  Over(first, false);
  EXPECT_EQ(opened, 0);
  Hold("customer", false);
  ExpectThatItIsPlayedAgain();
}

TEST_F(ConsentTest, HoldThatIsOverBeforeTheCutIsToldMakesNoDifference) {
  Begin();
  Hold("customer", true);
  Hold("customer", false);
  Over(first, false);
  ExpectThatItIsPlayedAgain();
}

TEST_F(ConsentTest, PromptThatAHoldOfTheAgentsPhoneHasCutIsHeardAgain) {
  Begin();
  calls.HeldByPeer(agent, true, now);
  Acts();
  ASSERT_EQ(HeardBy(customer), "music");
  Over(first, false);
  calls.HeldByPeer(agent, false, now);
  Acts();
  ExpectThatItIsPlayedAgain();
}

TEST_F(ConsentTest, PromptThatWasStoppedIsHeardAgainAtTheNextBridge) {
  Begin();
  Over(first, false);
  EXPECT_EQ(opened, 0);
  EXPECT_EQ(Number(customer), first);
  Agent("other");
  Bridge("other");
  ExpectThatItIsPlayedAgain();
}

TEST_F(ConsentTest, ConsultationAsksNobodyTheTalkAfterItDoes) {
  Begin();
  RingCommand ring{.context = Context(), .call = CallId("call"), .leg = LegId("target")};
  ring.target.to = LegTarget::Uri{"sip:bob@192.0.2.3"};
  ring.follows.transfer =
      TransferTo{.id = "x1", .kind = TransferKind::kConsult, .referrer = LegId("agent")};
  ASSERT_TRUE(calls.Ring(ring, now));
  Acts();
  Over(first, false);
  const LegHandle target = Up();
  EXPECT_EQ(HeardBy(target), "");
  ASSERT_TRUE(calls.SteerTransfer({.context = Context(),
                                   .call = CallId("call"),
                                   .transfer = "x1",
                                   .verb = TransferVerb::kCancel},
                                  now));
  Acts();
  ExpectThatItIsPlayedAgain();
}

TEST_F(ConsentTest, PromptThatIsGoneMeansThatNothingIsRecorded) {
  Customer(RecordingPolicy{.mode = kAll, .consent_prompt = "consent"});
  Agent();
  calls.KnowPrompts({"music"});
  Bridge();
  EXPECT_EQ(opened, 0);
  EXPECT_EQ(Info().state, RecordingState::kFailed);
  EXPECT_EQ(Info().reason, "CONSENT_UNKNOWN");
  EXPECT_EQ(calls.Get(CallId("call")).value()->state, CallState::kBridged);
}

TEST_F(ConsentTest, PromptThatCannotBePlayedMeansThatNothingIsRecorded) {
  Begin();
  calls.SoundUnheard(agent, Number(agent), now);  // It is not the agent's that counts.
  EXPECT_EQ(Info().state, RecordingState::kConsent);
  calls.SoundUnheard(customer, first, now);
  Acts();
  EXPECT_EQ(Info().state, RecordingState::kFailed);
  EXPECT_EQ(Info().reason, "CONSENT_UNKNOWN");
  EXPECT_EQ(calls.Get(CallId("call")).value()->state, CallState::kBridged);
  const std::size_t heard = played.size();
  Agent("other");
  Bridge("other");
  EXPECT_EQ(opened, 0);
  EXPECT_EQ(played.size(), heard);
}

TEST_F(ConsentTest, CommandWithAPromptThatDoesNotExistIsRefused) {
  const RecordingPolicy policy{.mode = kAll, .consent_prompt = "absent"};
  OriginateCommand dial{.context = Context(), .call = CallId("call"), .leg = LegId("customer")};
  dial.target.to = LegTarget::Uri{"sip:x@192.0.2.1"};
  dial.follows.recording = policy;
  const auto refused = calls.Originate(dial, now);
  EXPECT_EQ(refused.error().reason, "PROMPT_UNKNOWN");
  EXPECT_EQ(refused.error().metadata.at("field"), "what_follows.recording.consent_prompt");
  Customer();
  Agent();
  const auto bridged = calls.Bridge({.context = Context(),
                                     .call = CallId("call"),
                                     .leg = LegId("customer"),
                                     .with = LegId("agent"),
                                     .recording = policy},
                                    now);
  EXPECT_EQ(bridged.error().reason, "PROMPT_UNKNOWN");
  EXPECT_EQ(bridged.error().metadata.at("field"), "recording.consent_prompt");
}

}  // namespace
}  // namespace callfleet::sip_edge
