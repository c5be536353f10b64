#pragma once
// Supervision by the edge's commands; what an agent was told goes to the live view, too.
#include <deque>
#include <map>
#include <mutex>

#include "common/clock/clock.h"
#include "common/ids/id_source.h"
#include "services/supervisor/ports/backend.h"
#include "services/supervisor/ports/fact_sink.h"
#include "services/supervisor/ports/live_view.h"
#include "services/supervisor/ports/supervision.h"

namespace callfleet::supervisor {

class EdgeSupervision final : public Supervision {
 public:
  struct Parts {  // All outlive it.
    Backend* backend;
    LiveView* view;
    FactSink* facts;
    Source agents;
    const Clock* clock;
    IdSource* ids;
  };
  explicit EdgeSupervision(Parts parts) : parts_(std::move(parts)) {}

  Result<std::string> Supervise(const SuperviseOrder& order) override;
  Status Stop(const std::string& supervision_id) override;
  Result<CoachResult> Coach(const CoachOrder& order) override;

 private:
  static constexpr std::size_t kRemembered = 1'000;  // Requests; the oldest is forgotten.

  Result<AgentFact> FindAgent(const std::string& id_or_name);
  Result<CoachResult> Send(const CoachOrder& order, const AgentFact& agent);

  Parts parts_;
  std::mutex mutex_;
  std::map<std::string, CoachResult> coached_;
  std::deque<std::string> coached_order_;
};

}  // namespace callfleet::supervisor
