// What legs hear of our own, and how owners learn that it is over.
#include <gtest/gtest.h>

#include <algorithm>

#include "services/sip_edge/domain/call_switch.h"
#include "tests/support/counted_ids.h"

namespace callfleet::sip_edge {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class SoundsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    calls.KnowPrompts({"hold-music", "safe-message", "hello", "1", "2", "seller"});
  }
  CommandContext Context() {
    return {.request = RequestId("q" + std::to_string(++request_)),
            .unit = {{UnitKind::kCampaign, "c"}, 1}};
  }
  LegHandle Place(const char* leg, const char* with = "", WhatFollows follows = {}) {
    OriginateCommand command{.context = Context(), .call = CallId("call"), .leg = LegId(leg)};
    command.target.to = LegTarget::Uri{"sip:x@192.0.2.1"};
    command.follows = std::move(follows);
    command.follows.bridge_with = LegId(with);
    EXPECT_TRUE(calls.Originate(command, now));
    Acts();
    return placed;
  }
  LegHandle PlaceAndAnswer(const char* leg, const char* with = "", WhatFollows follows = {}) {
    const LegHandle handle = Place(leg, with, std::move(follows));
    calls.Answered(handle, now);
    Acts();
    return handle;
  }
  void Acts() {
    for (const auto& act : calls.TakeActs()) {
      if (const auto* place = std::get_if<act::PlaceLeg>(&act)) placed = place->leg;
      if (const auto* timer = std::get_if<act::StartTimer>(&act)) timers.push_back(timer->key);
      if (const auto* play = std::get_if<act::Play>(&act)) played.push_back(*play);
      if (const auto* row = std::get_if<act::SetRow>(&act)) rows.push_back(row->listener);
      if (std::get_if<act::StopSound>(&act)) ++stops;
      if (std::get_if<act::ByeLeg>(&act)) ++byes;
    }
  }
  CallSwitch::RecordResult Play(const char* leg, Sound sound, PlayTo to = PlayTo::kFreeLeg) {
    auto result = calls.Play({.context = Context(),
                              .call = CallId("call"),
                              .leg = LegId(leg),
                              .sound = std::move(sound),
                              .to = to},
                             now);
    Acts();
    return result;
  }
  std::vector<std::string> HeardOn(std::size_t play) const {
    std::vector<std::string> names;
    for (const auto& part : played.at(play).sound.parts) names.push_back(part.prompt);
    return names;
  }
  void Fire(SwitchTimer timer) {
    for (const auto& key : timers) {
      if (key.timer == timer) calls.OnTimer(key, now);
    }
    Acts();
  }
  const LegRecord& Leg(std::size_t index) {
    record_ = *calls.Get(CallId("call"));
    return record_->legs.at(index);
  }

  Instant now{MonoTime(seconds(1000)), WallTime(seconds(5000))};
  TrunkBook trunks;
  LocationTable locations;
  test::CountedIds ids;
  CallSwitch calls{SwitchConfig{.safe_message = "safe-message", .hold_music = "hold-music"}, trunks,
                   locations, ids};
  std::vector<SwitchTimerKey> timers;
  std::vector<act::Play> played;
  std::vector<LegHandle> rows;  // Whose was set, in order.
  LegHandle placed = 0;
  int stops = 0;
  int byes = 0;

 private:
  int request_ = 0;
  std::shared_ptr<const CallRecord> record_;
};

TEST_F(SoundsTest, OwnerLearnsThatItsPromptWasHeard) {
  const LegHandle leg = PlaceAndAnswer("a");
  ASSERT_TRUE(Play("a", Sound::Of("hello")));
  EXPECT_EQ(Leg(0).playback->request, RequestId("q2"));
  EXPECT_FALSE(Leg(0).playback->end);
  calls.SoundDone(leg, played[0].number, true, now);
  EXPECT_EQ(Leg(0).playback->how, PlaybackEnd::kFinished);
  EXPECT_TRUE(Leg(0).playback->end);
}

TEST_F(SoundsTest, ACallerWhoIsAnsweredToAPhoneThatIsUpHearsThatPhoneAndNoSound) {
  calls.Arrived({.caller = "+15550001", .called = "200"}, now);
  const CallId call("id-1");
  const LegId caller("id-2");
  ASSERT_TRUE(calls.Claim({.context = Context(), .call = call}, now));
  OriginateCommand phone{.context = Context(), .call = call, .leg = LegId("phone")};
  phone.target.to = LegTarget::Uri{"sip:x@192.0.2.1"};
  phone.follows.bridge_with = caller;
  ASSERT_TRUE(calls.Originate(phone, now));
  Acts();
  calls.Answered(placed, now);
  ASSERT_TRUE(calls.Answer(
      {.context = Context(), .call = call, .sound = Sound::Of("hold-music", true)}, now));
  Acts();
  EXPECT_TRUE((*calls.Get(call))->bridged);
  EXPECT_TRUE(played.empty());
}

// The commands of the queue may overtake each other: the number is dialled, then the ringback
// begins.
TEST_F(SoundsTest, ABridgeEndsTheRingbackThatBeganAfterTheDial) {
  calls.Arrived({.caller = "alice", .called = "+15550001"}, now);
  const CallId call("id-1");
  ASSERT_TRUE(calls.Claim({.context = Context(), .call = call}, now));
  OriginateCommand dial{.context = Context(), .call = call, .leg = LegId("way-out")};
  dial.target.to = LegTarget::Uri{"sip:x@192.0.2.1"};
  dial.follows.bridge_with = LegId("id-2");
  ASSERT_TRUE(calls.Originate(dial, now));
  Acts();
  ASSERT_TRUE(calls.Answer(
      {.context = Context(), .call = call, .sound = Sound::Of(Tone::kRingback, true)}, now));
  Acts();
  ASSERT_EQ(played.size(), 1U);
  rows.clear();
  calls.Answered(placed, now);
  Acts();
  EXPECT_TRUE((*calls.Get(call))->bridged);
  EXPECT_EQ(std::ranges::count(rows, played[0].leg), 1);
}

TEST_F(SoundsTest, EndOfAnOlderSoundSaysNothingAboutTheNewOne) {
  const LegHandle leg = PlaceAndAnswer("a");
  ASSERT_TRUE(Play("a", Sound::Of("hello")));
  ASSERT_TRUE(Play("a", Sound::Of("hold-music", true)));
  calls.SoundDone(leg, played[0].number, false, now);
  EXPECT_EQ(Leg(0).playback->request, RequestId("q3"));
  EXPECT_FALSE(Leg(0).playback->end);
}

TEST_F(SoundsTest, EndOfASoundThatNobodyAskedForIsNothing) {
  const LegHandle leg = PlaceAndAnswer("a");
  const auto before = calls.Get(CallId("call")).value()->version;
  calls.SoundDone(leg, 0, true, now);
  EXPECT_EQ(calls.Get(CallId("call")).value()->version, before);
}

TEST_F(SoundsTest, NumbersAreSpokenAndMusicFollows) {
  PlaceAndAnswer("a");
  ASSERT_TRUE(
      Play("a", {{{.prompt = "hello"}, {.prompt = "12"}, {.prompt = "hold-music", .loop = true}}}));
  EXPECT_EQ(HeardOn(0), (std::vector<std::string>{"hello", "1", "2", "hold-music"}));
}

TEST_F(SoundsTest, PromptThatDoesNotExistIsNamedAndNothingIsPlayed) {
  PlaceAndAnswer("a");
  const auto refused = Play("a", Sound::Of("absent"));
  EXPECT_EQ(refused.error().reason, "PROMPT_UNKNOWN");
  EXPECT_EQ(refused.error().metadata.at("field"), "sound.prompt");
  EXPECT_EQ(Play("a", {{{.prompt = "hello", .loop = true}, {.prompt = "hello"}}}).error().reason,
            "INVALID_ARGUMENT");
  EXPECT_TRUE(played.empty());
  EXPECT_FALSE(Leg(0).playback);
}

TEST_F(SoundsTest, WholeBridgeHearsAnAnnouncementButNoLoop) {
  PlaceAndAnswer("a");
  PlaceAndAnswer("b", "a");
  EXPECT_EQ(Play("a", Sound::Of("hello")).error().reason, "LEG_BRIDGED");
  EXPECT_FALSE(Play("a", Sound::Of("hello", true), PlayTo::kBridge));
  ASSERT_TRUE(Play("a", Sound::Of("hello"), PlayTo::kBridge));
  ASSERT_EQ(played.size(), 2U);
  EXPECT_TRUE(played[0].over_row && played[1].over_row);
  EXPECT_NE(played[0].leg, played[1].leg);
}

TEST_F(SoundsTest, HeldLegHearsMusic) {
  PlaceAndAnswer("a");
  PlaceAndAnswer("b", "a", {.hold_music = "seller"});
  ASSERT_TRUE(
      calls.SetHold({.context = Context(), .call = CallId("call"), .leg = LegId("b")}, now));
  Acts();
  EXPECT_EQ(HeardOn(0), std::vector<std::string>{"seller"});
  EXPECT_TRUE(played[0].sound.parts[0].loop);
}

TEST_F(SoundsTest, LegThatIsKeptHearsMusic) {
  const LegHandle a = PlaceAndAnswer("a");
  PlaceAndAnswer("b", "a", {.on_peer_end = OnPeerEnd::kKeepWithMusic});
  calls.RemoteEnd(a, {}, EdgeReason::kNone, now);
  Acts();
  EXPECT_EQ(HeardOn(0), std::vector<std::string>{"hold-music"});
}

TEST_F(SoundsTest, PersonWithoutAnAgentHearsTheSafeMessageBeforeTheEnd) {
  const LegHandle leg = PlaceAndAnswer("a", "", {.not_bridged_within = milliseconds(2000)});
  Fire(SwitchTimer::kAbandon);
  EXPECT_EQ(HeardOn(0), std::vector<std::string>{"safe-message"});
  EXPECT_EQ(byes, 0);
  calls.SoundDone(leg, played[0].number, true, now);
  Acts();
  EXPECT_EQ(byes, 1);
  EXPECT_TRUE(calls.DialogOver(leg, now));
  EXPECT_EQ(Leg(0).end.edge_reason, EdgeReason::kAbandoned);
}

TEST_F(SoundsTest, CampaignsOwnSafeMessageNamesTheSeller) {
  PlaceAndAnswer("a", "", {.not_bridged_within = milliseconds(2000), .safe_message = "seller"});
  Fire(SwitchTimer::kAbandon);
  EXPECT_EQ(HeardOn(0), std::vector<std::string>{"seller"});
}

TEST_F(SoundsTest, SafeMessageThatNeverEndsIsCutAtTheLimit) {
  PlaceAndAnswer("a", "", {.not_bridged_within = milliseconds(2000)});
  Fire(SwitchTimer::kAbandon);
  Fire(SwitchTimer::kFarewell);
  EXPECT_EQ(byes, 1);
}

TEST_F(SoundsTest, SafeMessageThatCannotBePlayedStillLeadsToTheEnd) {
  const LegHandle leg = PlaceAndAnswer("a", "", {.not_bridged_within = milliseconds(2000)});
  Fire(SwitchTimer::kAbandon);
  calls.SoundDone(leg, played[0].number, false, now);
  Acts();
  EXPECT_EQ(byes, 1);
}

TEST_F(SoundsTest, LateBridgeDoesNotReachALegThatHearsTheSafeMessage) {
  PlaceAndAnswer("a", "", {.not_bridged_within = milliseconds(2000)});
  PlaceAndAnswer("b");
  Fire(SwitchTimer::kAbandon);
  const auto late = calls.Bridge(
      {.context = Context(), .call = CallId("call"), .leg = LegId("a"), .with = LegId("b")}, now);
  EXPECT_EQ(late.error().reason, "TOO_LATE");
}

TEST_F(SoundsTest, PersonWhoAnswersACancelledCallHearsTheSafeMessage) {
  const LegHandle leg = Place("a");
  ASSERT_TRUE(calls.HangUp({.context = Context(), .call = CallId("call"), .leg = LegId("a")}, now));
  calls.Answered(leg, now);
  Acts();
  EXPECT_EQ(HeardOn(0), std::vector<std::string>{"safe-message"});
  calls.SoundDone(leg, played[0].number, true, now);
  Acts();
  EXPECT_TRUE(calls.DialogOver(leg, now));
  EXPECT_EQ(Leg(0).end.edge_reason, EdgeReason::kAnsweredAfterCancel);
}

TEST_F(SoundsTest, SoundEndsWithItsLeg) {
  const LegHandle leg = PlaceAndAnswer("a");
  ASSERT_TRUE(Play("a", Sound::Of("hold-music", true)));
  calls.RemoteEnd(leg, {}, EdgeReason::kNone, now);
  EXPECT_EQ(Leg(0).playback->how, PlaybackEnd::kLegEnded);
}

}  // namespace
}  // namespace callfleet::sip_edge
