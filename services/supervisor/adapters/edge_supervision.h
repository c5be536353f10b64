#pragma once
// Supervision by the edges' commands; what an agent was told goes to the live view, too.
#include <string>

#include "common/clock/clock.h"
#include "common/ids/id_source.h"
#include "services/supervisor/adapters/last_answers.h"
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
  Status Stop(const StopOrder& order) override;
  Result<CoachResult> Coach(const CoachOrder& order) override;

 private:
  Result<AgentFact> FindAgent(const std::string& id_or_name);
  Status OfCall(const SuperviseOrder& order, const std::string& leg);
  Status OfAgent(const SuperviseOrder& order, const std::string& leg);
  Status CheckOwner(const StopOrder& order);
  // The agent whom it follows, "" for none. CALL_NOT_FOUND, SUPERVISION_NOT_FOUND.
  Result<AgentId> FollowedBy(const std::string& call_id, const std::string& supervision_id);
  Result<CoachResult> Send(const CoachOrder& order, const AgentFact& agent);

  Parts parts_;
  LastAnswers<CoachResult> coached_;  // By request.
  LastAnswers<std::string> lines_;    // Edges of lines that follow an agent, by leg.
};

}  // namespace callfleet::supervisor
