// Lists of which each edge has a part are cut at one place.
#include "services/supervisor/rest/edge_pages.h"

#include <gtest/gtest.h>

#include "callfleet/sip_edge/v1/sip_edge_service.pb.h"
#include "services/supervisor/domain/trunk_sum.h"

namespace callfleet::supervisor::rest {
namespace {

namespace edge_pb = callfleet::sip_edge::v1;
using Ids = std::vector<std::string>;

edge_pb::ListTrunksResponse Told(const Ids& ids, const std::string& next = "") {
  edge_pb::ListTrunksResponse page;
  for (const auto& id : ids) {
    page.add_trunks()->set_trunk_id(id);
    page.mutable_trunks()->rbegin()->set_active_channels(1);
  }
  page.set_next_page_token(next);
  return page;
}

EdgePage<edge_pb::Trunk> Merged(std::vector<edge_pb::ListTrunksResponse> pages, int most) {
  return MergePages(
      EdgeAnswers<edge_pb::ListTrunksResponse>{.of_edges = std::move(pages)}, most,
      [](const auto& answer) -> auto& { return answer.trunks(); },
      [](const auto& a, const auto& b) { return a.trunk_id() < b.trunk_id(); },
      [](const auto& other, auto* known) {
        known->set_active_channels(known->active_channels() + other.active_channels());
      });
}

Ids IdsOf(const EdgePage<edge_pb::Trunk>& page) {
  Ids ids;
  for (const auto& trunk : page.items) {
    ids.push_back(trunk.trunk_id() + " " + std::to_string(trunk.active_channels()));
  }
  return ids;
}

TEST(EdgePages, AreOneListInOrderAndWhatSeveralHaveStandsThereOnce) {
  const auto page = Merged({Told({"b", "d"}), Told({"a", "b"})}, 10);
  EXPECT_EQ(IdsOf(page), (Ids{"a 1", "b 2", "d 1"}));
  EXPECT_FALSE(page.more);
}

TEST(EdgePages, HaveMoreBehindThemWhereTheyAreCutOrAnEdgeHas) {
  const auto cut = Merged({Told({"b", "d"}), Told({"a", "c"})}, 3);
  EXPECT_EQ(IdsOf(cut), (Ids{"a 1", "b 1", "c 1"}));
  EXPECT_TRUE(cut.more);
  EXPECT_TRUE(Merged({Told({"a"}, "next"), Told({})}, 3).more);
  EXPECT_TRUE(Merged({Told({})}, 3).items.empty());
}

TEST(TrunkSum, WhoeverOfTheEdgesCanUseItMakesItUsable) {
  TrunkFact sum{.state = "down", .active_channels = 1, .free_channels = 2};
  AddEdge({.state = "breaker_open", .active_channels = 3, .free_channels = 4}, &sum);
  EXPECT_EQ(sum.state, "breaker_open");
  AddEdge({.state = "disabled", .active_channels = 0, .free_channels = 1}, &sum);
  EXPECT_EQ(sum.state, "breaker_open");
  EXPECT_EQ(sum.active_channels, 4U);
  EXPECT_EQ(sum.free_channels, 7U);
}

}  // namespace
}  // namespace callfleet::supervisor::rest
