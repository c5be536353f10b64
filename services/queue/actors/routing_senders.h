#pragma once
// The driving ports of the routing actor: each call is one message to its mailbox.
#include <caf/all.hpp>

#include "services/queue/ports/call_facts.h"
#include "services/queue/ports/queue_desk.h"

namespace callfleet::queue {

class RoutingFacts final : public CallFacts {
 public:
  explicit RoutingFacts(caf::actor actor) : actor_(std::move(actor)) {}
  void OnSnapshot() override;
  void OnFact(CallFact fact) override;
  void OnForgotten(CallId call) override;
  void OnCommandFailed(CallId call) override;

 private:
  caf::actor actor_;
};

class RoutingDesk final : public QueueDesk {
 public:
  explicit RoutingDesk(caf::actor actor) : actor_(std::move(actor)) {}
  void Create(RequestId request, QueueSettings settings, Reply<Queue> reply) override;
  void Get(QueueId id, Reply<Queue> reply) override;
  void List(std::string after, std::size_t size, Reply<Directory::Page> reply) override;

 private:
  caf::actor actor_;
};

}  // namespace callfleet::queue
