#pragma once
// All edges: what each says goes to the owners of calls, what these order goes to the edge of the
// call.
#include <chrono>
#include <cstddef>
#include <memory>
#include <vector>

#include "common/clock/timers.h"
#include "common/logging/logger.h"
#include "services/queue/adapters/edge_link.h"
#include "services/queue/ports/call_control.h"
#include "services/queue/ports/call_facts.h"

namespace callfleet::queue {

// Thread safe. At least one link; what the options name outlives Stop.
class Edges final : public CallControl {
 public:
  // So long is waited for edges that answer nothing once another was heard.
  static constexpr std::chrono::milliseconds kPatience{2'000};
  // Orders for edges that were never heard wait, at most so many; then the oldest is dropped.
  static constexpr std::size_t kMostWaiting = 10'000;

  Edges(std::vector<EdgeLinkOptions> links, Timers* timers, const logging::Logger& log);
  ~Edges() override;  // Stop.
  Edges(const Edges&) = delete;
  Edges& operator=(const Edges&) = delete;

  void Start(CallFacts* facts);  // Once; `facts` outlives Stop.
  void Stop();                   // Nothing is told afterwards.
  std::size_t connected() const;

  // A call whose edge was never heard in this life waits until it is; one that is still to be made
  // anywhere (no edge) goes to one that is watched.
  void Do(const UnitToken& unit, EdgeCommand command) override;
  void Ring(const UnitToken& unit, const RingAgent& ring, agent_pool::LeaseCheck lease) override;

 private:
  class Shared;
  std::shared_ptr<Shared> shared_;
};

}  // namespace callfleet::queue
