#pragma once
// What an operator asks of calls, trunks and audio, for /metrics: counted from the facts on their
// way to the hub.
#include <map>
#include <set>
#include <string>

#include "common/metrics/registry.h"
#include "services/sip_edge/ports/facts.h"

namespace callfleet::sip_edge {

// Sofia thread. `next` and the registry outlive it.
class EdgeFigures final : public FactSink {
 public:
  EdgeFigures(metrics::Registry* registry, FactSink* next);

  void OnRecords(const std::vector<RecordUpdate>& updates) override;
  void OnRegistration(const RegistrationRecord& record) override;
  void OnTrunk(const TrunkView& trunk) override;
  void OnTrunkGone(const TrunkId& trunk) override;
  void OnSecond() override { next_->OnSecond(); }

 private:
  void Count(const CallRecord& ended);
  void CountPlaced(const LegRecord& leg);
  void CountAudio(const LegRecord& leg);
  void CountVerdict(const AmdResult& amd);

  metrics::Family<metrics::Counter> calls_;
  metrics::Family<metrics::Counter> responses_;
  metrics::Histogram post_dial_;
  metrics::Histogram setup_;
  metrics::Histogram mos_;
  metrics::Histogram jitter_;
  metrics::Histogram round_trip_;
  metrics::Counter lost_;
  metrics::Family<metrics::Counter> verdicts_;
  metrics::Histogram decision_;
  metrics::Counter messages_;
  metrics::Gauge registrations_;
  metrics::Family<metrics::Gauge> trunk_up_;
  metrics::Family<metrics::Gauge> breaker_open_;
  metrics::Family<metrics::Gauge> channels_;
  std::set<std::string> registered_;
  FactSink* next_;
};

}  // namespace callfleet::sip_edge
