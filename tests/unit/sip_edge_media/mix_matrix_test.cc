#include "services/sip_edge/domain/media/mix_matrix.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace callfleet::sip_edge::media {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

RowKind KindOf(std::vector<Column> row, std::uint8_t listener = 20, std::uint8_t source = 20) {
  return Classify(row, {listener}, [&](LegSlot) { return FrameFormat{source}; });
}

TEST(MixMatrix, G722IsMixedForG711AndPassedThroughToItsLike) {
  const FrameFormat g722{.g711 = false};
  const std::vector<Column> row{Column::Leg(1)};
  EXPECT_EQ(Classify(row, FrameFormat{}, [&](LegSlot) { return g722; }), RowKind::kMixed);
  EXPECT_EQ(Classify(row, g722, [](LegSlot) { return FrameFormat{}; }), RowKind::kMixed);
  EXPECT_EQ(Classify(row, g722, [&](LegSlot) { return g722; }), RowKind::kPassThrough);
}

TEST(MixMatrix, OneSourceAtGainOneIsPassedThroughAndAnythingElseIsMixed) {
  EXPECT_EQ(KindOf({}), RowKind::kSilence);
  EXPECT_EQ(KindOf({Column::Leg(1)}), RowKind::kPassThrough);
  EXPECT_EQ(KindOf({Column::Player(Tone::kBusy)}), RowKind::kPassThrough);
  EXPECT_EQ(KindOf({Column::Leg(1, 0.5F)}), RowKind::kMixed);
  EXPECT_EQ(KindOf({Column::Player(Tone::kBusy, 0.1F)}), RowKind::kMixed);
  EXPECT_EQ(KindOf({Column::Leg(1), Column::Leg(2)}), RowKind::kMixed);
  EXPECT_EQ(KindOf({Column::Leg(1), Column::Player(Tone::kBusy)}), RowKind::kMixed);
  EXPECT_EQ(KindOf({Column::Leg(1)}, 20, 30), RowKind::kMixed);
}

TEST(MixMatrix, ARowReplacesTheOneBefore) {
  MixMatrix matrix;
  matrix.SetRow(1, std::array{Column::Leg(2)});
  matrix.SetRow(1, std::array{Column::Leg(3)});
  EXPECT_THAT(matrix.Listeners(2), IsEmpty());
  EXPECT_THAT(matrix.Listeners(3), ElementsAre(1));
}

TEST(MixMatrix, AWhisperIsOneRowMore) {
  constexpr LegSlot kAgent = 0;
  constexpr LegSlot kCustomer = 1;
  constexpr LegSlot kSupervisor = 2;
  MixMatrix matrix;
  matrix.SetRow(kAgent, std::array{Column::Leg(kCustomer)});
  matrix.SetRow(kCustomer, std::array{Column::Leg(kAgent)});
  matrix.SetRow(kSupervisor, std::array{Column::Leg(kAgent), Column::Leg(kCustomer)});
  matrix.SetRow(kAgent, std::array{Column::Leg(kCustomer), Column::Leg(kSupervisor)});
  EXPECT_EQ(matrix.Row(kCustomer).size(), 1U);
  EXPECT_THAT(matrix.Listeners(kCustomer), UnorderedElementsAre(kAgent, kSupervisor));
}

TEST(MixMatrix, ALegThatGoesIsTakenOutOfRowsAndColumns) {
  MixMatrix matrix;
  matrix.SetRow(1, std::array{Column::Leg(2)});
  matrix.SetRow(2, std::array{Column::Leg(1)});
  matrix.SetRow(3, std::array{Column::Leg(1), Column::Leg(2)});
  matrix.Remove(2);
  EXPECT_THAT(matrix.Row(1), IsEmpty());
  EXPECT_THAT(matrix.Row(2), IsEmpty());
  EXPECT_EQ(matrix.Row(3).size(), 1U);
  EXPECT_THAT(matrix.Listeners(1), ElementsAre(3));
}

TEST(MixMatrix, AComponentIsAllThatHearOneAnotherInAnyDirection) {
  MixMatrix matrix;
  matrix.SetRow(1, std::array{Column::Leg(2)});
  matrix.SetRow(3, std::array{Column::Leg(2)});
  matrix.SetRow(4, std::array{Column::Leg(3)});
  matrix.SetRow(6, std::array{Column::Leg(7)});
  EXPECT_THAT(matrix.Component(4), UnorderedElementsAre(1, 2, 3, 4));
  EXPECT_THAT(matrix.Component(7), UnorderedElementsAre(6, 7));
  EXPECT_THAT(matrix.Component(9), ElementsAre(9));
}

}  // namespace
}  // namespace callfleet::sip_edge::media
