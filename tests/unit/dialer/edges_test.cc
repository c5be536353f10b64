// Several edges: ratio campaigns dial where somebody can be rung for the person who answers.
#include "tests/unit/dialer/campaign_story.h"

namespace callfleet::dialer {
namespace {

const EdgeId kWest("e1");
const EdgeId kEast("e2");

class RatioAtTwoEdges : public CampaignStory {
 protected:
  RatioAtTwoEdges() {
    model.settings.pacing = PacingMode::kRatio;
    model.settings.max_concurrent = 100;
    Happens(EdgeUp{kEast, BootId("b2"), {}});
  }
  // Agents that are free and answer at once, by edge; `ring`: others there, who do not.
  void Free(const std::map<EdgeId, int>& instant, int ring = 0) {
    Audience audience{.members = 9, .ready = 9};
    for (const auto& [edge, count] : instant) {
      audience.at[edge] = {.ready = 9, .available = count + ring, .instant = count};
      audience.available += count + ring;
    }
    Happens(AudienceChanged{audience});
  }
  void Start() {
    Happens(EdgeUp{kWest, BootId("b1"), {}});
    Happens(TrunkPublished{TrunkState::kUp, std::nullopt});
    Happens(SessionChanged{true});
    Happens(Verb{CampaignEvent::kStart});
    Table(50);
  }
  std::map<std::string, int> LinesByEdge() const {
    std::map<std::string, int> lines;
    for (const auto& [id, line] : model.lines) ++lines[line.edge.str()];
    return lines;
  }
  using Lines = std::map<std::string, int>;
};

TEST_F(RatioAtTwoEdges, LinesAreSpreadAsTheFreeAgentsAre) {
  Start();
  Free({{kWest, 1}, {kEast, 3}});
  EXPECT_EQ(LinesByEdge(), (Lines{{"e1", 1}, {"e2", 3}}));
  Gate(model.lines.begin()->first);
  EXPECT_EQ(Acts<Originate>().size(), 1U);
  EXPECT_EQ(Acts<Originate>()[0].line.edge, model.lines.begin()->second.edge);
}

TEST_F(RatioAtTwoEdges, NothingIsDialledWhereNobodyCanBeRung) {
  Start();
  Free({{kEast, 2}});
  EXPECT_EQ(LinesByEdge(), (Lines{{"e2", 2}}));
  Happens(EdgeDown{kEast});
  Free({{kEast, 4}});
  EXPECT_EQ(model.lines.size(), 2U);
}

TEST_F(RatioAtTwoEdges, AnAgentWhomBothCanRingIsWorthOneLine) {
  Start();
  Audience audience{.members = 1, .ready = 1, .available = 1};
  for (const auto& edge : {kWest, kEast}) {
    audience.at[edge] = {.ready = 1, .available = 1, .instant = 1};
  }
  Happens(AudienceChanged{audience});
  EXPECT_EQ(model.lines.size(), 1U);
}

TEST_F(RatioAtTwoEdges, AgentsWhosePhonesHaveToRingAreWorthNone) {
  model.settings.ratio = 1.5;
  Start();
  Free({{kWest, 1}}, 3);
  EXPECT_EQ(LinesByEdge(), (Lines{{"e1", 1}}));
}

TEST_F(RatioAtTwoEdges, APersonWhoWaitsForAnAgentNeedsOneOfItsEdge) {
  Start();
  Free({{kWest, 1}});
  const AttemptId id = model.lines.begin()->first;
  Gate(id);
  Placed(id);
  Answers(id, false);
  Free({{kWest, 1}, {kEast, 1}});
  EXPECT_EQ(LinesByEdge(), (Lines{{"e1", 1}, {"e2", 1}}));
}

TEST_F(RatioAtTwoEdges, WhereTheTrunkIsNotUpNothingIsDialled) {
  Start();
  Happens(TrunkPublished{
      .state = TrunkState::kUp, .free_channels = 2, .at = {{kEast, {.free_channels = 2}}}});
  Free({{kWest, 5}, {kEast, 5}});
  EXPECT_EQ(LinesByEdge(), (Lines{{"e2", 2}}));
}

// Else its breaker would stay open for want of a call.
TEST_F(RatioAtTwoEdges, ABreakerThatIsOpenAtTheAgentsEdgeIsProbed) {
  Start();
  const WallTime probe = now.wall + 5s;
  Happens(
      TrunkPublished{.state = TrunkState::kUp,
                     .free_channels = {},
                     .at = {{kWest, {.breaker_open = true, .next_probe = probe}}, {kEast, {}}}});
  Free({{kWest, 5}});
  EXPECT_TRUE(model.lines.empty());
  Pass(5s);
  Happens(TimerFired{TimerKind::kTrunkTry,
                     model.timer_generation[static_cast<std::size_t>(TimerKind::kTrunkTry)]});
  EXPECT_EQ(LinesByEdge(), (Lines{{"e1", 1}}));
}

TEST_F(RatioAtTwoEdges, AnEdgeThatIsGoneBeforeTheGateAnswersIsNotDialledAt) {
  Start();
  Free({{kWest, 1}});
  const AttemptId id = model.lines.begin()->first;
  Happens(EdgeDown{kWest});
  Free({{kEast, 1}});
  Gate(id);
  ASSERT_EQ(Acts<Originate>().size(), 1U);
  EXPECT_EQ(Acts<Originate>()[0].line.edge, kEast);
}

}  // namespace
}  // namespace callfleet::dialer
