// What comes from outside is held against its limits, and named by its field; nothing is changed.
#include "common/text/utf8.h"
#include "services/queue/domain/directory.h"
#include "services/queue/domain/number_plan.h"
#include "tests/unit/queue/queue_world.h"

namespace callfleet::queue {
namespace {

class Limits : public test::QueueWorld {
 protected:
  static std::vector<FieldViolation> FaultsOf(const QueueSettings& wanted) {
    const auto checked = Check(wanted);
    return checked ? std::vector<FieldViolation>() : checked.error().fields;
  }
};

class AnyZone final : public ZoneRules {
 public:
  std::optional<LocalTime> LocalAt(const std::string&, WallTime) const override {
    return LocalTime{};
  }
};

// There may be a million of them: to name each would take the memory of the process.
TEST_F(Limits, OfAListThatIsTooLongOnlyTheListIsNamed) {
  QueueSettings wanted{.name = "q"};
  wanted.skills.resize(65);
  wanted.relaxations.resize(17);
  wanted.exits.resize(13);
  const auto faults = FaultsOf(wanted);
  ASSERT_EQ(faults.size(), 3U);
  EXPECT_EQ(faults[0].field, "queue.skills");
  EXPECT_EQ(faults[1].field, "queue.relaxations");
  EXPECT_EQ(faults[2].field, "queue.exits");
}

TEST_F(Limits, OfAScheduleThatIsTooLongOnlyTheListsAreNamed) {
  Schedule schedule{.zone = "any", .hours = {}, .holidays = {}, .closed = ToRejection{}};
  schedule.hours.resize(51);
  schedule.holidays.resize(401);
  std::vector<FieldViolation> faults;
  Check(schedule, AnyZone(), "s", &faults);
  ASSERT_EQ(faults.size(), 2U);
  EXPECT_EQ(faults[0].field, "s.hours");
  EXPECT_EQ(faults[1].field, "s.holidays");
}

TEST_F(Limits, AWeekHasSevenDays) {
  Schedule schedule{.zone = "any", .hours = {}, .holidays = {}, .closed = ToRejection{}};
  schedule.hours.push_back({.days = std::vector<int>(8, 1), .span = {540, 1020}});
  std::vector<FieldViolation> faults;
  Check(schedule, AnyZone(), "s", &faults);
  ASSERT_EQ(faults.size(), 1U);
  EXPECT_EQ(faults[0].field, "s.hours[0].days");
}

TEST_F(Limits, TheNumberThatAQueueShowsIsOneOfTheWorld) {
  QueueSettings wanted{.name = "q"};
  wanted.caller_id = "+4930\r\nX: y";
  const auto faults = FaultsOf(wanted);
  ASSERT_EQ(faults.size(), 1U);
  EXPECT_EQ(faults[0].field, "queue.caller_id");
  wanted.caller_id = "+4930123";
  EXPECT_TRUE(FaultsOf(wanted).empty());
}

// A queue that somebody else made with it would be taken for the one of direct calls.
TEST_F(Limits, TheRequestOfTheQueueOfDirectCallsIsNobodysElse) {
  Directory directory;
  const QueueSettings wanted{.name = "q"};
  const auto refused = directory.Create(DirectRequest(), wanted, QueueId("q"), {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fields.at(0).field, "request_id");
  EXPECT_TRUE(directory.Create(DirectRequest(), wanted, DirectQueue(), {}));
}

TEST_F(Limits, ARequestIdThatIsNotKeptAsItIsMakesNoQueue) {
  Directory directory;
  const auto refused =
      directory.Create(RequestId(std::string("a\0", 2)), {.name = "q"}, QueueId("q"), {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fields.at(0).field, "request_id");
}

// A record with half a character in it is one that nobody can read: its caller would be lost.
TEST_F(Limits, ALongDetailIsNeverCutWithinACharacter) {
  std::string why = "x";
  for (int i = 0; i < 100; ++i) why += "\xC3\xBC";
  Tell(CallComing{.call = CallId("c"), .incoming = {.why = why}});
  const auto ticket = Caller("c");
  const std::string& detail = At(ticket).notes.front().detail;
  EXPECT_LE(detail.size(), 128U);
  EXPECT_GT(detail.size(), 100U);
  EXPECT_TRUE(IsUtf8(detail));
}

// The rule against circles is for rules: a person who moves a caller has decided.
TEST_F(Limits, ACallerWhoCameThroughManyQueuesIsMovedAndNotHungUp) {
  Tell(CallComing{.call = CallId("c"), .incoming = {.hops = 8}});
  const auto ticket = Caller("c");
  QueueStepper stepper(model, now, ids);
  ASSERT_TRUE(stepper.Requeue({.ticket = ticket, .to = QueueId("b")}));
  Take(stepper.Finish());
  ASSERT_EQ(All<HandOver>().size(), 1U);
  EXPECT_EQ(All<HandOver>()[0].with.hops, 1);
  EXPECT_TRUE(All<HangUpCall>().empty());
}

}  // namespace
}  // namespace callfleet::queue
