#pragma once
// A call with a customer and agents, and what of it is recorded, told step by step.
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "services/sip_edge/domain/call_switch.h"
#include "tests/support/counted_ids.h"

namespace callfleet::sip_edge {

using std::chrono::seconds;

constexpr auto kAll = RecordingMode::kAll;

class RecordingsTest : public ::testing::Test {
 protected:
  explicit RecordingsTest(SwitchConfig config = {.hold_music = "music", .can_record = true})
      : calls(std::move(config), trunks, locations, ids) {}
  void SetUp() override { calls.KnowPrompts({"consent", "music"}); }
  CommandContext Context(UnitKind kind = UnitKind::kCampaign) {
    return {.request = RequestId("q" + std::to_string(++request_)), .unit = {{kind, "c"}, 1}};
  }
  LegHandle Customer(std::optional<RecordingPolicy> policy = {}, const char* call = "call",
                     const char* leg = "customer") {
    OriginateCommand command{.context = Context(), .call = CallId(call), .leg = LegId(leg)};
    command.target.to = LegTarget::Uri{"sip:x@192.0.2.1"};
    command.follows.recording = std::move(policy);
    EXPECT_TRUE(calls.Originate(command, now));
    return Up();
  }
  LegHandle Agent(const char* leg = "agent", std::optional<RecordingPolicy> policy = {}) {
    RingCommand command{
        .context = Context(), .call = CallId("call"), .leg = LegId(leg), .agent = AgentId("ann")};
    command.target.to = LegTarget::Uri{"sip:ann@192.0.2.2"};
    command.follows.recording = std::move(policy);
    EXPECT_TRUE(calls.Ring(command, now));
    return Up();
  }
  LegHandle Up() {
    Acts();
    calls.Answered(placed_, now);
    Acts();
    return placed_;
  }
  void Bridge(const char* agent = "agent") {
    ASSERT_TRUE(calls.Bridge({.context = Context(),
                              .call = CallId("call"),
                              .leg = LegId("customer"),
                              .with = LegId(agent)},
                             now));
    Acts();
  }
  void Hold(const char* leg, bool held) {
    ASSERT_TRUE(calls.SetHold(
        {.context = Context(), .call = CallId("call"), .leg = LegId(leg), .held = held}, now));
    Acts();
  }
  CallSwitch::RecordResult Record(RecordAction action, UnitKind kind = UnitKind::kCampaign) {
    auto result =
        calls.Record({.context = Context(kind), .call = CallId("call"), .action = action}, now);
    Acts();
    return result;
  }
  void Acts() {
    for (const auto& act : calls.TakeActs()) {
      if (const auto* place = std::get_if<act::PlaceLeg>(&act)) placed_ = place->leg;
      if (const auto* play = std::get_if<act::Play>(&act)) played.push_back(*play);
      if (const auto* tap = std::get_if<act::Tap>(&act)) taps[tap->leg] = *tap;
      if (std::get_if<act::OpenRecording>(&act)) ++opened;
      if (std::get_if<act::CloseRecording>(&act)) ++closed;
      if (const auto* close = std::get_if<act::CloseLeg>(&act)) calls.SetQuality(close->leg, {});
    }
  }
  bool IsTapped(LegHandle leg) const {
    const auto found = taps.find(leg);
    return found != taps.end() && found->second.recording != 0;
  }
  const RecordingInfo& Info() {
    record_ = *calls.Get(CallId("call"));
    return record_->recordings.back();
  }

  Instant now{MonoTime(seconds(1000)), WallTime(seconds(5000))};
  TrunkBook trunks;
  LocationTable locations;
  test::CountedIds ids;
  CallSwitch calls;
  std::vector<act::Play> played;
  std::map<LegHandle, act::Tap> taps;
  int opened = 0;
  int closed = 0;

 private:
  LegHandle placed_ = 0;
  int request_ = 0;
  std::shared_ptr<const CallRecord> record_;
};

}  // namespace callfleet::sip_edge
