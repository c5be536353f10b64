// What a machine can take is not known beforehand: it shows in what is not done in time.
#include <gtest/gtest.h>

#include "services/sip_edge/domain/call_switch.h"
#include "tests/support/counted_ids.h"

namespace callfleet::sip_edge {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class LateClaims : public ::testing::Test {
 protected:
  void Arrive(int callers) {
    for (int i = 0; i < callers; ++i)
      ASSERT_NE(calls.Arrived({.caller = "+1", .called = "+2"}, now), 0U);
  }
  void ClaimOldest(int callers) {
    auto all = calls.Snapshot();
    std::ranges::sort(all, {}, [](const auto& record) { return record->id; });
    for (const auto& record : all) {
      if (record->controller || callers-- <= 0) continue;
      const ClaimCommand claim{.context = {.request = RequestId("claim-" + record->id.str()),
                                           .unit = {{UnitKind::kRouting, ""}, 1}},
                               .call = record->id};
      ASSERT_TRUE(calls.Claim(claim, now));
    }
  }
  void Pass(milliseconds time) { now.mono += time; }
  bool Late() { return calls.ClaimsAreLate(now.mono); }

  Instant now{MonoTime(seconds(1000)), WallTime(seconds(5000))};
  TrunkBook trunks;
  LocationTable locations;
  test::CountedIds ids;
  CallSwitch calls{SwitchConfig{.boot = BootId("boot")}, trunks, locations, ids};
};

TEST_F(LateClaims, ManyAtOnceAreNotLate) {
  Arrive(400);
  Pass(milliseconds(999));
  EXPECT_FALSE(Late());
}

TEST_F(LateClaims, ManyForHalfOfWhatTheyLiveAre) {
  Arrive(32);
  Pass(milliseconds(1000));
  EXPECT_TRUE(Late());
}

TEST_F(LateClaims, AFewWaitForAServiceThatStartsAnew) {
  Arrive(31);
  Pass(milliseconds(1999));
  EXPECT_FALSE(Late());
}

TEST_F(LateClaims, WhoIsClaimedOrGoneDoesNotCount) {
  Arrive(40);
  Pass(milliseconds(1000));
  ClaimOldest(9);
  EXPECT_FALSE(Late());  // 31 are left.
  Arrive(20);
  EXPECT_TRUE(Late());
  ClaimOldest(31);
  EXPECT_FALSE(Late());  // The oldest has only just come.
}

}  // namespace
}  // namespace callfleet::sip_edge
