// Figures against histories counted by hand.
#include <gtest/gtest.h>

#include "services/supervisor/domain/call_row.h"
#include "services/supervisor/domain/ratios.h"

namespace callfleet::supervisor {
namespace {

using std::chrono::seconds;

WallTime At(double second) {
  return WallTime(Micros(1'700'000'000'000'000 + static_cast<std::int64_t>(second * 1e6)));
}

class PerformanceTest : public ::testing::Test {
 protected:
  // Placed at `start`; picked up, with an agent and over so many seconds later; -1: never.
  static AttemptRecord Attempt(double start, double up, double bridged, double over) {
    const auto later = [&](double after) {
      return after < 0 ? std::nullopt : std::optional(At(start + after));
    };
    static int number = 0;
    return {.id = "attempt-" + std::to_string(++number),
            .call = "call",
            .campaign = "c1",
            .agent = "ann",
            .outcome = bridged >= 0 ? "completed"
                       : up >= 0    ? "abandoned"
                                    : "no_answer",
            .created = At(start),
            .placed = At(start),
            .picked_up = later(up),
            .bridged = later(bridged),
            .ended = later(over)};
  }
  static TicketRecord Ticket(double start, double answered, double over, TicketRecord::End end) {
    static int number = 0;
    return {.id = "ticket-" + std::to_string(++number),
            .queue = "q1",
            .agent = answered >= 0 ? "ben" : "",
            .end = end,
            .enqueued = At(start),
            .answered = answered < 0 ? std::nullopt : std::optional(At(start + answered)),
            .ended = At(start + over),
            .short_abandon = end == TicketRecord::End::kAbandoned && over <= 5};
  }
  static SpanRow Span(SpanState state, double from, double to, std::string agent = "ann") {
    return {.agent = std::move(agent),
            .unit = Unit{UnitKind::kCampaign, "c1"},
            .state = state,
            .start = At(from),
            .end = At(to)};
  }
  static SpanRow Presence(SpanState state, double from, double to, std::string reason = "") {
    return {.agent = "ann",
            .state = state,
            .reason = std::move(reason),
            .start = At(from),
            .end = At(to)};
  }
  PerformanceReport Report(PerformanceQuery query) {
    if (query.end == WallTime{}) query.end = At(3600);
    if (query.start == WallTime{}) query.start = At(0);
    return PerformanceReport(query);
  }
};

TEST_F(PerformanceTest, OutboundCallsAreCountedByWhatBecameOfThePerson) {
  auto report = Report({});
  report.Add(ToRow(Attempt(10, 5, 5.1, 65)));  // Answered at once, 59.9 s of talk.
  report.Add(ToRow(Attempt(20, 4, 6.5, 30)));  // 2.5 s without an agent: too late by law.
  report.Add(ToRow(Attempt(30, 3, -1, 5)));    // Left after 2 s: abandoned, no agent.
  report.Add(ToRow(Attempt(40, -1, -1, 25)));  // Rang in vain.
  auto unplaced = Attempt(50, -1, -1, 1);
  unplaced.placed.reset();
  report.Add(ToRow(unplaced));  // The trunk's fault: no call.
  const auto rows = std::move(report).Rows();
  ASSERT_EQ(rows.size(), 1U);
  const Figures& f = rows[0].figures;
  EXPECT_EQ(f.total, 4U);
  EXPECT_EQ(f.attempts, 4U);
  EXPECT_EQ(f.by_person, 3U);
  EXPECT_EQ(f.answered, 2U);
  EXPECT_EQ(f.abandoned, 1U);
  EXPECT_EQ(f.queued, 2U);
  EXPECT_EQ(f.outbound_abandoned, 2U);
  EXPECT_DOUBLE_EQ(*AnswerRate(f), 0.5);
  EXPECT_DOUBLE_EQ(*AbandonmentRate(f), 0.25);
  EXPECT_DOUBLE_EQ(*OutboundAbandonmentRate(f), 2.0 / 3.0);
  EXPECT_DOUBLE_EQ(*AverageWait(f), 1.3);  // (0.1 + 2.5) / 2.
}

TEST_F(PerformanceTest, AMachineIsNoPersonWhoAnsweredAndNobodyWhoWasAbandoned) {
  auto report = Report({});
  report.Add(ToRow(Attempt(10, 5, 5.1, 65)));
  auto machine = Attempt(20, 4, -1, 9);  // Five seconds without an agent.
  machine.machine = true;
  machine.outcome = "answering_machine";
  report.Add(ToRow(machine));
  const auto rows = std::move(report).Rows();
  const Figures& f = rows.at(0).figures;
  EXPECT_EQ(f.attempts, 2U);
  EXPECT_EQ(f.by_person, 1U);
  EXPECT_EQ(f.abandoned, 0U);
  EXPECT_EQ(f.outbound_abandoned, 0U);
  EXPECT_EQ(f.queued, 0U);
}

TEST_F(PerformanceTest, TheFourServiceLevelsFollowTheirFormulas) {
  auto report = Report({.threshold = seconds(20)});
  using End = TicketRecord::End;
  for (int i = 0; i < 6; ++i) report.Add(ToRow(Ticket(i, 10, 100, End::kAnswered)));
  for (int i = 0; i < 2; ++i) report.Add(ToRow(Ticket(i, 40, 100, End::kAnswered)));
  report.Add(ToRow(Ticket(1, -1, 4, End::kAbandoned)));
  report.Add(ToRow(Ticket(1, -1, 90, End::kAbandoned)));
  report.Add(ToRow(Ticket(1, -1, 60, End::kOverflowed)));
  const Figures f = std::move(report).Rows()[0].figures;
  EXPECT_EQ(f.answered_in_threshold, 6U);
  EXPECT_EQ(f.abandoned_in_threshold, 1U);
  EXPECT_EQ(f.short_abandoned, 1U);
  const auto levels = ServiceLevels(f, seconds(20));
  EXPECT_DOUBLE_EQ(*levels[0].value, 6.0 / 8);
  EXPECT_DOUBLE_EQ(*levels[1].value, 7.0 / 10);
  EXPECT_DOUBLE_EQ(*levels[2].value, 6.0 / 11);
  EXPECT_DOUBLE_EQ(*levels[3].value, 6.0 / 10);
  EXPECT_EQ(levels[3].words, "answered in 20 s / (offered - abandoned in 20 s)");
  EXPECT_DOUBLE_EQ(*AverageWait(f), (6 * 10 + 2 * 40) / 8.0);
  EXPECT_EQ(f.longest_wait, seconds(90));
  EXPECT_EQ(f.waits.at(3), 6U);  // Up to 10 s.
}

TEST_F(PerformanceTest, RatiosWithoutADenominatorAreNone) {
  const Figures f = std::move(Report({})).Rows()[0].figures;
  EXPECT_FALSE(AnswerRate(f));
  EXPECT_FALSE(AverageHandle(f));
  EXPECT_FALSE(Occupancy(f));
  for (const auto& level : ServiceLevels(f, seconds(20))) EXPECT_FALSE(level.value);
}

TEST_F(PerformanceTest, AgentsTimeIsCutAtTheBucketsAndIdleIsReadyWithoutWork) {
  auto report = Report({.end = At(120), .breakdown = Breakdown::kAgent, .bucket = seconds(60)});
  report.Add(Presence(SpanState::kReady, 0, 100));
  report.Add(Presence(SpanState::kNotReady, 100, 130, "lunch"));
  report.Add(Span(SpanState::kRinging, 25, 30));
  report.Add(Span(SpanState::kConnected, 30, 70));
  report.Add(Span(SpanState::kHeld, 70, 75));
  report.Add(Span(SpanState::kWrapUp, 75, 80));
  const auto rows = std::move(report).Rows();
  ASSERT_EQ(rows.size(), 2U);
  const Figures& first = rows[0].figures;
  EXPECT_EQ(first.talk, seconds(30));
  EXPECT_EQ(first.idle, seconds(25));
  const Figures& second = rows[1].figures;
  EXPECT_EQ(rows[1].subject, "agent:ann");
  EXPECT_EQ(second.talk, seconds(10));
  EXPECT_EQ(second.hold, seconds(5));
  EXPECT_EQ(second.wrap_up, seconds(5));
  EXPECT_EQ(second.idle, seconds(20));
  EXPECT_EQ(second.not_ready, seconds(20));
  EXPECT_EQ(second.lost.at("not_ready:lunch"), seconds(20));
  EXPECT_DOUBLE_EQ(*Occupancy(second), 0.5);
}

TEST_F(PerformanceTest, AnAgentInTwoSlotsIsBusyOnce) {
  auto report = Report({.breakdown = Breakdown::kAgent});
  report.Add(Presence(SpanState::kReady, 0, 100));
  report.Add(Span(SpanState::kConnected, 10, 50));
  report.Add(Span(SpanState::kConnected, 40, 60));
  const Figures f = std::move(report).Rows()[0].figures;
  EXPECT_EQ(f.talk, seconds(60));
  EXPECT_EQ(f.idle, seconds(50));
}

TEST_F(PerformanceTest, OffersTellRonaAndWhatItCost) {
  auto report = Report({.breakdown = Breakdown::kAgent});
  const auto offer = [](OfferEnd end, double from, double to) {
    return OfferRow{.reservation = "r" + std::to_string(from),
                    .agent = "ann",
                    .end = end,
                    .start = At(from),
                    .over = At(to)};
  };
  report.Add(offer(OfferEnd::kAnswered, 0, 5));
  report.Add(offer(OfferEnd::kNoAnswer, 10, 25));
  report.Add(offer(OfferEnd::kDeclined, 30, 31));
  report.Add(offer(OfferEnd::kDeviceFault, 40, 42));
  report.Add(offer(OfferEnd::kWithdrawn, 50, 53));
  const Figures f = std::move(report).Rows()[0].figures;
  EXPECT_EQ(f.offers, 5U);
  EXPECT_EQ(f.offers_answered, 1U);
  EXPECT_EQ(f.offers_missed, 2U);
  EXPECT_EQ(f.lost.at("no_answer"), seconds(15));
  EXPECT_EQ(f.lost.at("device_fault"), seconds(2));
}

TEST_F(PerformanceTest, HandleTimeIsTalkHoldAndWrapUpOfWorkThatIsOver) {
  auto report = Report({.breakdown = Breakdown::kCampaign});
  const auto work = [](double over, bool answered, int talk, int hold, int wrap_up) {
    return WorkRow{.reservation = "r" + std::to_string(over),
                   .agent = "ann",
                   .unit = Unit{UnitKind::kCampaign, "c1"},
                   .answered = answered,
                   .over = At(over),
                   .talk = seconds(talk),
                   .hold = seconds(hold),
                   .wrap_up = seconds(wrap_up)};
  };
  report.Add(work(10, true, 60, 10, 20));
  report.Add(work(20, true, 100, 0, 10));
  report.Add(work(30, false, 0, 0, 0));
  const auto rows = std::move(report).Rows();
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].subject, "campaign:c1");
  EXPECT_DOUBLE_EQ(*AverageHandle(rows[0].figures), 100.0);
}

TEST_F(PerformanceTest, ACallBelongsToTheBucketInWhichThePersonBeganToWait) {
  auto report = Report({.end = At(180), .bucket = seconds(60)});
  report.Add(ToRow(Attempt(50, 15, 15, 100)));  // Placed in the first, picked up in the second.
  report.Add(ToRow(Attempt(-5, 3, 3, 100)));    // Before the start.
  report.Add(ToRow(Attempt(170, 10, 10, 20)));  // At the end, which is not part.
  const auto rows = std::move(report).Rows();
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0].figures.total, 0U);
  EXPECT_EQ(rows[1].figures.total, 1U);
  EXPECT_EQ(rows[2].figures.total, 0U);
}

TEST_F(PerformanceTest, BucketsAddUpToTheWhole) {
  auto whole = Report({});
  auto parts = Report({.bucket = seconds(60)});
  for (int i = 0; i < 500; ++i) {
    const auto row = ToRow(Attempt(i * 7, i % 3 == 0 ? 4 : -1, i % 6 == 0 ? 5 : -1, 30));
    whole.Add(row);
    parts.Add(row);
  }
  std::uint64_t total = 0;
  std::uint64_t answered = 0;
  for (const auto& row : std::move(parts).Rows()) {
    total += row.figures.total;
    answered += row.figures.answered;
  }
  const Figures f = std::move(whole).Rows()[0].figures;
  EXPECT_EQ(total, f.total);
  EXPECT_EQ(answered, f.answered);
}

TEST_F(PerformanceTest, OnlyTheSubjectsAskedForAreTold) {
  auto report = Report({.breakdown = Breakdown::kCampaign, .subjects = {"campaign:c2"}});
  report.Add(ToRow(Attempt(1, 1, 1, 2)));
  EXPECT_TRUE(std::move(report).Rows().empty());
  auto all = Report({.subjects = {"agent:ann"}});
  all.Add(ToRow(Attempt(1, 1, 1, 2)));
  all.Add(ToRow(Attempt(1, -1, -1, 2)));
  EXPECT_EQ(std::move(all).Rows()[0].figures.total, 1U);
}

TEST_F(PerformanceTest, AQueryThatMakesNoSenseNamesItsField) {
  const auto field = [](PerformanceQuery query) {
    const auto checked = CheckQuery(query);
    return checked ? "" : checked.error().fields.front().field;
  };
  EXPECT_EQ(field({.start = At(1), .end = At(1)}), "end_time");
  EXPECT_EQ(field({.start = At(0), .end = At(60), .bucket = seconds(1)}), "bucket");
  EXPECT_EQ(field({.start = At(0), .end = At(86'400 * 30), .bucket = seconds(60)}), "bucket");
  EXPECT_EQ(field({.start = At(0), .end = At(60), .threshold = seconds(0)}),
            "service_level_threshold");
  EXPECT_EQ(field({.start = At(0), .end = At(60), .bucket = seconds(60)}), "");
}

TEST_F(PerformanceTest, ASubjectThatCanNameNothingIsRefused) {
  const auto field = [](Breakdown breakdown, std::string subject) {
    const auto checked = CheckQuery({.start = At(0),
                                     .end = At(60),
                                     .breakdown = breakdown,
                                     .subjects = {"queue:q1", std::move(subject)}});
    return checked ? "" : checked.error().fields.front().field;
  };
  for (const char* subject : {"", "q1", "queue:", "trunk:t1", "Queue:q1", ":q1"}) {
    EXPECT_EQ(field(Breakdown::kNone, subject), "subjects") << subject;
  }
  for (const char* subject : {"queue:q2", "campaign:c1", "agent:ann"}) {
    EXPECT_EQ(field(Breakdown::kNone, subject), "") << subject;
  }
  EXPECT_EQ(field(Breakdown::kQueue, "queue:q2"), "");
  EXPECT_EQ(field(Breakdown::kQueue, "agent:ann"), "subjects");
}

}  // namespace
}  // namespace callfleet::supervisor
