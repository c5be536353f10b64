// Which codec a leg's record names.
#include <gtest/gtest.h>

#include "services/sip_edge/domain/call_switch.h"
#include "tests/support/counted_ids.h"

namespace callfleet::sip_edge {
namespace {

class LegCodec : public ::testing::Test {
 protected:
  CommandContext Context() {
    return {.request = RequestId("q" + std::to_string(++request_)),
            .unit = {{UnitKind::kCampaign, "c"}, 1}};
  }
  LegHandle Placed() {
    LegHandle placed = 0;
    for (const auto& act : calls.TakeActs()) {
      if (const auto* place = std::get_if<act::PlaceLeg>(&act)) placed = place->leg;
    }
    return placed;
  }
  LegHandle PlaceTo(const char* call, const char* leg) {
    OriginateCommand command{.context = Context(), .call = CallId(call), .leg = LegId(leg)};
    command.target.to = LegTarget::Uri{"sip:x@192.0.2.1"};
    EXPECT_TRUE(calls.Originate(command, now));
    return Placed();
  }
  LegHandle DedicatedLine() {
    RingCommand dial{.context = Context(), .leg = LegId("line"), .agent = AgentId("amy")};
    dial.target.to = LegTarget::Uri{"sip:amy@192.0.2.2"};
    EXPECT_TRUE(calls.Ring(dial, now));
    const LegHandle line = Placed();
    calls.AgreedOn(line, AudioCodec::kPcma);
    calls.Answered(line, now);
    return line;
  }
  void AttachViewTo(const char* call) {
    RingCommand attach{.context = Context(), .call = CallId(call), .leg = LegId("view")};
    attach.target.to = LegTarget::DedicatedLeg{LegId("line")};
    ASSERT_TRUE(calls.Ring(attach, now));
  }
  std::shared_ptr<const CallRecord> Record(const char* call) { return *calls.Get(CallId(call)); }

  Instant now{MonoTime(std::chrono::seconds(1000)), WallTime(std::chrono::seconds(5000))};
  TrunkBook trunks;
  LocationTable locations;
  test::CountedIds ids;
  CallSwitch calls{SwitchConfig{.boot = BootId("boot")}, trunks, locations, ids};
  int request_ = 0;
};

TEST_F(LegCodec, IsUnknownBeforeAnyAnswer) {
  const LegHandle leg = PlaceTo("call", "leg");
  calls.Progress(leg, now);
  EXPECT_FALSE(Record("call")->legs[0].codec);
}

TEST_F(LegCodec, IsTheOneThatWasAgreedOnLastAndStaysAfterTheEnd) {
  const LegHandle leg = PlaceTo("call", "leg");
  calls.AgreedOn(leg, AudioCodec::kPcmu);
  calls.Answered(leg, now);
  EXPECT_EQ(Record("call")->legs[0].codec, AudioCodec::kPcmu);
  calls.AgreedOn(leg, AudioCodec::kPcma);
  calls.RemoteEnd(leg, {}, EdgeReason::kNone, now);
  EXPECT_EQ(Record("call")->legs[0].codec, AudioCodec::kPcma);
}

TEST_F(LegCodec, IsToldAsAChangeOfMediaAndOnlyOnce) {
  const LegHandle leg = PlaceTo("call", "leg");
  calls.TakeUpdates();
  calls.AgreedOn(leg, AudioCodec::kPcma);
  const auto updates = calls.TakeUpdates();
  ASSERT_EQ(updates.size(), 1u);
  EXPECT_EQ(updates[0].changes, std::vector{CallChange::kMedia});
  calls.AgreedOn(leg, AudioCodec::kPcma);
  EXPECT_FALSE(calls.has_updates());
}

TEST_F(LegCodec, OfAViewIsItsLines) {
  const LegHandle line = DedicatedLine();
  AttachViewTo("call");
  EXPECT_EQ(Record("call")->legs[0].codec, AudioCodec::kPcma);
  calls.AgreedOn(line, AudioCodec::kPcmu);
  EXPECT_EQ(Record("call")->legs[0].codec, AudioCodec::kPcmu);
  EXPECT_EQ(Record("line")->legs[0].codec, AudioCodec::kPcmu);
}

}  // namespace
}  // namespace callfleet::sip_edge
