#pragma once
// One edge as the owners of inbound calls see it: one watch of the calls that nobody, routing or a
// queue controls, and commands that are repeated until they are answered.
#include <grpcpp/channel.h>

#include <memory>

#include "common/clock/timers.h"
#include "common/grpc_server/intake.h"
#include "common/ids/id_source.h"
#include "common/ids/ids.h"
#include "common/logging/logger.h"
#include "services/queue/ports/call_control.h"
#include "services/queue/ports/call_facts.h"

namespace callfleet::queue {

struct EdgeLinkOptions {
  std::shared_ptr<grpc::Channel> channel;
  Timers* timers;                         // Outlives the link.
  IdSource* ids;                          // Outlives it too.
  grpc_server::Intake* intake = nullptr;  // Outlives it too. Null: never stopped.
};

// Thread safe. A broken watch is opened again after 200 ms, for ever; each failure is an OnDown.
class EdgeLink final : public CallControl {
 public:
  EdgeLink(EdgeLinkOptions options, logging::Logger log);
  ~EdgeLink() override;  // Stop.

  void Start(CallFacts* facts);  // Once; `facts` outlives Stop.
  // Cancels the watch and open commands and waits for their ends; nothing is told afterwards.
  void Stop();
  bool connected() const;  // A whole snapshot was heard and its watch still stands.

  void Do(const UnitToken& unit, EdgeCommand command) override;
  void Ring(const UnitToken& unit, const RingAgent& ring, agent_pool::LeaseCheck lease) override;

 private:
  class Shared;
  std::shared_ptr<Shared> shared_;
};

}  // namespace callfleet::queue
