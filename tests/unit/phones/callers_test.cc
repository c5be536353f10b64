#include "tests/phones/callers/wave.h"
#include "tests/phones/report/callers_report.h"

#include <gtest/gtest.h>

#include <cmath>

namespace callfleet::phones {
namespace {

using nlohmann::json;

Wave Make(const char* more) {
  json wave{{"name", "w"}, {"target", "sip:+1@127.0.0.1:5060"}, {"rate_per_s", 100}};
  wave.update(json::parse(more));
  return Wave::FromJson(wave);
}

std::vector<int64_t> AllOf(const Wave& wave, uint64_t seed) {
  std::vector<int64_t> times;
  for (ArrivalTimes next(wave, seed); next.next_us(); next.Take()) times.push_back(*next.next_us());
  return times;
}

TEST(CallerWave, FixedArrivalsKeepTheirDistance) {
  EXPECT_EQ(AllOf(Make(R"({"arrivals": "fixed", "count": 3})"), 1),
            (std::vector<int64_t>{10'000, 20'000, 30'000}));
}

TEST(CallerWave, PoissonArrivalsHaveTheRateAndVaryAsMuchAsTheirMean) {
  const auto times = AllOf(Make(R"({"length_ms": 200000})"), 7);
  EXPECT_NEAR(static_cast<double>(times.size()), 20'000, 500);
  double squares = 0;
  for (size_t i = 1; i < times.size(); ++i) {
    const auto gap = static_cast<double>(times[i] - times[i - 1]) - 10'000;
    squares += gap * gap;
  }
  EXPECT_NEAR(std::sqrt(squares / static_cast<double>(times.size())), 10'000, 400);
}

TEST(CallerWave, TheSameSeedGivesTheSameArrivalsAndAnotherDoesNot) {
  const Wave wave = Make(R"({"count": 50})");
  EXPECT_EQ(AllOf(wave, 1), AllOf(wave, 1));
  EXPECT_NE(AllOf(wave, 1), AllOf(wave, 2));
}

TEST(CallerWave, FaultsAreRefused) {
  for (const char* text : {R"({"rate_per_s": 0})", R"({"rate_per_s": 6000})", R"({"target": "x"})",
                           R"({"name": ""})", R"({"arrivals": "odd"})", R"({"colour": 1})"})
    EXPECT_THROW(Make(text), std::runtime_error) << text;
}

TEST(AgentsIdleTime, OnlyWhatAnUnofferedCallerWaitedThroughIsAvoidable) {
  CallRecord first, second;
  first.invite_us = 0;
  second.invite_us = 5'000;
  const std::vector<CallerStory> callers{{.caller = &first, .agent_invite_us = 1'000},
                                         {.caller = &second, .agent_invite_us = 9'000}};
  const std::vector<Spell> spells{{"ann", 1'000, 3'000}, {"ann", 9'000, -1}};
  const IdleTimes idle = IdleBetweenCalls(spells, callers, 20'000);
  EXPECT_EQ(idle.idle_ms, std::vector<double>{6});
  EXPECT_EQ(idle.avoidable_ms, std::vector<double>{4});
}

TEST(AgentsIdleTime, OfCallsAtOneTimeIsNone) {
  const std::vector<Spell> spells{{"robot", 0, 5'000}, {"robot", 1'000, 9'000}};
  EXPECT_TRUE(IdleBetweenCalls(spells, {}, 20'000).idle_ms.empty());
}

TEST(CallersReport, SaysWhatBecameOfEach) {
  CallRecord served, gone, refused;
  served.invite_us = gone.invite_us = refused.invite_us = 0;
  served.answer_us = 2'000;
  gone.answer_us = 2'000;
  gone.end_us = 50'000;
  gone.ended_by = "self";
  refused.end_us = 1'000;
  refused.status = 503;
  refused.ended_by = "peer";
  const json report = WaveToJson(
      {{.caller = &served, .agent_invite_us = 4'000, .agent_answer_us = 6'000, .agents = 1},
       {.caller = &gone},
       {.caller = &refused}});
  EXPECT_EQ(report["arrived"], 3);
  EXPECT_EQ(report["with_agent"], 1);
  EXPECT_EQ(report["abandoned"], 1);
  EXPECT_EQ(report["refused"], json({{"503", 1}}));
  EXPECT_EQ(report["invite_to_agent_invite_ms"]["p50"], 4.0);
  EXPECT_EQ(report["gave_up_after_ms"]["p50"], 50.0);
}

}  // namespace
}  // namespace callfleet::phones
