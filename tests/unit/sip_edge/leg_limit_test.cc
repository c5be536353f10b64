// How many phones one caller may be offered to.
#include <gtest/gtest.h>

#include <string>

#include "services/sip_edge/domain/call_switch.h"
#include "tests/support/counted_ids.h"

namespace callfleet::sip_edge {
namespace {

class LegLimits : public ::testing::Test {
 protected:
  // The leg of the last PlaceLeg; media tells its figures at once.
  LegHandle Acts() {
    LegHandle placed = 0;
    for (const auto& act : calls.TakeActs()) {
      if (const auto* place = std::get_if<act::PlaceLeg>(&act)) placed = place->leg;
      if (const auto* close = std::get_if<act::CloseLeg>(&act)) calls.SetQuality(close->leg, {});
    }
    return placed;
  }
  LegHandle Ring(int n) {
    RingCommand ring{.context = {.request = RequestId("ring" + std::to_string(n)),
                                 .unit = {{UnitKind::kQueue, "q"}, 1}},
                     .call = CallId("call"),
                     .leg = LegId("agent" + std::to_string(n)),
                     .agent = AgentId("anna"),
                     .reservation = ReservationId("r" + std::to_string(n))};
    ring.target.to = LegTarget::Uri{"sip:x@192.0.2.1"};
    EXPECT_TRUE(calls.Ring(ring, now)) << n;
    const LegHandle leg = Acts();
    calls.Placed(leg, "sip", now);
    return leg;
  }

  Instant now{MonoTime(std::chrono::seconds(1000)), WallTime(std::chrono::seconds(5000))};
  TrunkBook trunks;
  LocationTable locations;
  test::CountedIds ids;
  CallSwitch calls{SwitchConfig{.boot = BootId("boot")}, trunks, locations, ids};
};

TEST_F(LegLimits, ACallerMayBeOfferedToAnyNumberOfPhonesOneAfterTheOther) {
  const LegHandle first = Ring(0);
  calls.Answered(first, now);
  for (int n = 1; n <= 200; ++n) {
    calls.Rejected(Ring(n), {.sip_code = 486}, EdgeReason::kNone, true, now);
    Acts();
  }
  const auto record = *calls.Get(CallId("call"));
  EXPECT_EQ(record->legs.size(), 64u);
  EXPECT_EQ(record->legs.front().id, LegId("agent0"));  // Who is still there stays.
  EXPECT_EQ(record->legs.back().id, LegId("agent200"));
  calls.Answered(Ring(201), now);
  EXPECT_EQ((*calls.Get(CallId("call")))->legs.back().phase, LegPhase::kUp);
}

}  // namespace
}  // namespace callfleet::sip_edge
