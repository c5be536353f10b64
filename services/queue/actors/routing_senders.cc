#include "services/queue/actors/routing_senders.h"

#include "services/queue/actors/routing_messages.h"

namespace callfleet::queue {

void RoutingFacts::OnSnapshot() { caf::anon_send(actor_, SnapshotMessage{}); }
void RoutingFacts::OnFact(CallFact fact) { caf::anon_send(actor_, FactMessage{std::move(fact)}); }
void RoutingFacts::OnForgotten(CallId call) {
  caf::anon_send(actor_, ForgottenMessage{std::move(call)});
}
void RoutingFacts::OnCommandFailed(CallId call) {
  caf::anon_send(actor_, CommandFailedMessage{std::move(call)});
}

void RoutingDesk::Create(RequestId request, QueueSettings settings, Reply<Queue> reply) {
  caf::anon_send(actor_,
                 CreateQueueMessage{std::move(request), std::move(settings), std::move(reply)});
}
void RoutingDesk::Get(QueueId id, Reply<Queue> reply) {
  caf::anon_send(actor_, GetQueueMessage{std::move(id), std::move(reply)});
}
void RoutingDesk::List(std::string after, std::size_t size, Reply<Directory::Page> reply) {
  caf::anon_send(actor_, ListQueuesMessage{std::move(after), size, std::move(reply)});
}

}  // namespace callfleet::queue
