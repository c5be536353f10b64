// What calls that are over leave in the metrics.
#include "services/sip_edge/app/edge_figures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

namespace callfleet::sip_edge {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;

class NoSink final : public FactSink {
 public:
  void OnRecords(const std::vector<RecordUpdate>&) override {}
  void OnRegistration(const RegistrationRecord&) override {}
  void OnTrunk(const TrunkView&) override {}
  void OnTrunkGone(const TrunkId&) override {}
  void OnSecond() override {}
};

class EdgeFiguresTest : public ::testing::Test {
 protected:
  // A call with one answered leg is over.
  void CallEnded(const MediaQuality& quality) {
    auto record = std::make_shared<CallRecord>();
    record->legs.push_back({.id = LegId("leg"), .answered = WallTime{}, .quality = quality});
    figures.OnRecords({{.record = record, .changes = {CallChange::kEnded}}});
  }
  std::string Text() const { return registry.Text(); }

  metrics::Registry registry;
  NoSink next;
  EdgeFigures figures{&registry, &next};
};

TEST_F(EdgeFiguresTest, RoundTripsAreCountedOfLegsThatHaveOne) {
  CallEnded({.packets_received = 1000, .round_trip = milliseconds(80)});
  CallEnded({.packets_received = 1000, .round_trip = milliseconds(250)});
  CallEnded({.packets_received = 1000});
  EXPECT_THAT(Text(), HasSubstr("callfleet_sip_edge_leg_round_trip_seconds_count 2"));
  EXPECT_THAT(Text(), HasSubstr("callfleet_sip_edge_leg_round_trip_seconds_bucket{le=\"0.1\"} 1"));
  EXPECT_THAT(Text(), HasSubstr("callfleet_sip_edge_leg_jitter_seconds_count 3"));
}

}  // namespace
}  // namespace callfleet::sip_edge
