#pragma once
// The edge as routing sees it: one watch of the calls that nobody or we control, and commands.
#include <grpcpp/channel.h>

#include <memory>

#include "common/ids/id_source.h"
#include "common/ids/ids.h"
#include "common/logging/logger.h"
#include "common/pg/intake.h"
#include "services/queue/ports/call_control.h"
#include "services/queue/ports/call_facts.h"

namespace callfleet::queue {

struct EdgeLinkOptions {
  std::shared_ptr<grpc::Channel> channel;
  UnitToken unit;                // `routing`, as taken.
  IdSource* ids;                 // Outlives the link.
  pg::Intake* intake = nullptr;  // Outlives it too. Null: never stopped.
};

// Thread safe. A broken watch is opened again after 200 ms, for ever.
class EdgeLink final : public CallControl {
 public:
  EdgeLink(EdgeLinkOptions options, logging::Logger log);
  ~EdgeLink() override;  // Stop.

  void Start(CallFacts* facts);  // Once; `facts` outlives Stop.
  // Cancels the watch and open commands and waits for their ends; nothing is told afterwards.
  void Stop();
  bool connected() const;  // A whole snapshot was heard and its watch still stands.

  void Claim(const CallId& call) override;
  void Refuse(const CallId& call, int sip_code) override;
  void Acknowledge(const CallId& call) override;

 private:
  class Shared;
  class Watch;
  std::shared_ptr<Shared> shared_;
};

}  // namespace callfleet::queue
