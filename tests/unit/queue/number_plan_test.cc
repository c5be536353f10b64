// Where a dialled number leads, and when.
#include "services/queue/domain/number_plan.h"

#include <gtest/gtest.h>

namespace callfleet::queue {
namespace {

// Clocks that show what the test says; two zones, six hours apart.
class FakeZones final : public ZoneRules {
 public:
  std::optional<LocalTime> LocalAt(const std::string& zone, WallTime) const override {
    if (zone == "Europe/Berlin") return local;
    return std::nullopt;
  }
  LocalTime local{.year = 2026, .month = 11, .day = 26, .weekday = 4, .minute = 600};
};

Route To(const std::string& number, RouteMatch match, const std::string& queue) {
  return {.number = number, .match = match, .destination = ToQueue{QueueId(queue)}};
}
std::string QueueOf(const Decision& decision) {
  const auto* to = std::get_if<ToQueue>(&decision.destination);
  return to == nullptr ? "" : to->queue.str();
}

class NumberPlanTest : public ::testing::Test {
 protected:
  Decision Decide(const std::string& number) { return plan.Decide(number, zones, {}); }
  Schedule NineToFive() {
    return {.zone = "Europe/Berlin",
            .hours = {{.days = {1, 2, 3, 4, 5}, .span = {540, 1020}}},
            .holidays = {{.date = "12-25", .name = "Christmas"},
                         {.date = "2026-12-24", .span = {540, 720}}},
            .closed = ToAnnouncement{.prompt = "closed"}};
  }
  NumberPlan plan;
  FakeZones zones;
};

TEST_F(NumberPlanTest, TheExactNumberGoesBeforeEveryPrefixAndTheLongestPrefixBeforeTheOthers) {
  plan.Set(To("+4930", RouteMatch::kPrefix, "berlin"));
  plan.Set(To("+49", RouteMatch::kPrefix, "germany"));
  plan.Set(To("+4930123", RouteMatch::kExact, "sales"));
  EXPECT_EQ(QueueOf(Decide("+4930123")), "sales");
  EXPECT_EQ(QueueOf(Decide("+49301234")), "berlin");
  EXPECT_EQ(QueueOf(Decide("+4989")), "germany");
}

TEST_F(NumberPlanTest, OfTwoQueuesForOneNumberTheOneThatWasSetLastHasIt) {
  plan.Set(To("100", RouteMatch::kExact, "sales"));
  plan.Set(To("100", RouteMatch::kExact, "support"));
  EXPECT_EQ(QueueOf(Decide("100")), "support");
  EXPECT_FALSE(plan.LeadsTo(QueueId("sales")));
  EXPECT_EQ(plan.List("", 10).routes.size(), 1U);
}

TEST_F(NumberPlanTest, AnUnknownNumberIsAnswered404) {
  const auto decision = Decide("+1");
  EXPECT_EQ(decision.reason, "unknown");
  EXPECT_EQ(std::get<ToRejection>(decision.destination).sip_code, 404);
}

TEST_F(NumberPlanTest, OutsideItsHoursANumberLeadsToTheAlternative) {
  auto route = To("100", RouteMatch::kExact, "sales");
  route.schedule = NineToFive();
  plan.Set(route);
  EXPECT_EQ(QueueOf(Decide("100")), "sales");
  zones.local.minute = 1020;
  EXPECT_EQ(Decide("100").reason, "closed");
  zones.local.minute = 600;
  zones.local.weekday = 6;
  EXPECT_EQ(Decide("100").reason, "closed");
}

TEST_F(NumberPlanTest, AHolidayHasHoursOfItsOwnOrNone) {
  auto route = To("100", RouteMatch::kExact, "sales");
  route.schedule = NineToFive();
  plan.Set(route);
  zones.local = {.year = 2027, .month = 12, .day = 25, .weekday = 6, .minute = 600};
  EXPECT_EQ(Decide("100").reason, "holiday");
  zones.local = {.year = 2026, .month = 12, .day = 24, .weekday = 4, .minute = 600};
  EXPECT_EQ(QueueOf(Decide("100")), "sales");
  zones.local.minute = 720;
  EXPECT_EQ(Decide("100").reason, "holiday");
}

TEST_F(NumberPlanTest, HoursMayGoOverMidnight) {
  auto route = To("100", RouteMatch::kExact, "night");
  route.schedule = NineToFive();
  route.schedule->hours = {{.days = {5}, .span = {1320, 360}}};
  plan.Set(route);
  zones.local.weekday = 5;
  zones.local.minute = 1400;
  EXPECT_EQ(QueueOf(Decide("100")), "night");
  zones.local.weekday = 6;
  zones.local.minute = 359;
  EXPECT_EQ(QueueOf(Decide("100")), "night");
  zones.local.minute = 360;
  EXPECT_EQ(Decide("100").reason, "closed");
}

TEST_F(NumberPlanTest, EveryFaultyFieldIsNamed) {
  auto route = To("12 34", RouteMatch::kExact, "");
  route.priority = 101;
  route.schedule = NineToFive();
  route.schedule->zone = "Europe/Atlantis";
  route.schedule->hours[0].days = {8};
  route.schedule->holidays[0].date = "13-01";
  route.schedule->closed = ToRejection{.sip_code = 200};
  const auto may = plan.MaySet(route, zones);
  ASSERT_FALSE(may);
  std::vector<std::string> fields;
  for (const auto& fault : may.error().fields) fields.push_back(fault.field);
  EXPECT_EQ(fields,
            (std::vector<std::string>{
                "route.number", "route.priority", "route.destination.queue_id",
                "route.schedule.time_zone", "route.schedule.hours[0].days",
                "route.schedule.holidays[0].date", "route.schedule.closed.rejection.sip_code"}));
}

TEST_F(NumberPlanTest, PagesGoThroughAllRoutesOnce) {
  for (int i = 0; i < 5; ++i) {
    plan.Set(To("+49" + std::to_string(i), RouteMatch::kExact, "q"));
    plan.Set(To("+49" + std::to_string(i), RouteMatch::kPrefix, "q"));
  }
  std::size_t seen = 0;
  std::string after;
  do {
    const auto page = plan.List(after, 3);
    seen += page.routes.size();
    after = page.next;
  } while (!after.empty());
  EXPECT_EQ(seen, 10U);
}

TEST_F(NumberPlanTest, AQueueIsInUseAlsoThroughTheClosedHours) {
  auto route = To("100", RouteMatch::kExact, "sales");
  route.schedule = NineToFive();
  route.schedule->closed = ToQueue{QueueId("night")};
  plan.Set(route);
  EXPECT_TRUE(plan.LeadsTo(QueueId("night")));
  plan.Remove("100", RouteMatch::kExact);
  EXPECT_FALSE(plan.LeadsTo(QueueId("night")));
}

}  // namespace
}  // namespace callfleet::queue
