#include "services/queue/actors/routing_senders.h"

#include "services/queue/actors/routing_messages.h"

namespace callfleet::queue {

void RoutingFacts::OnSnapshot(const EdgeId& edge, const BootId&) {
  caf::anon_send(actor_, SnapshotMessage{edge});
}
void RoutingFacts::OnFact(CallFact fact) { caf::anon_send(actor_, FactMessage{std::move(fact)}); }
void RoutingFacts::OnForgotten(CallId call) {
  caf::anon_send(actor_, ForgottenMessage{std::move(call)});
}
void RoutingFacts::OnRefused(const Unit&, CommandRefused refused) {
  caf::anon_send(actor_, RefusedMessage{std::move(refused)});
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
void RoutingDesk::Update(QueueId id, QueueSettings settings, Reply<Queue> reply) {
  caf::anon_send(actor_, UpdateQueueMessage{.id = std::move(id),
                                            .settings = std::move(settings),
                                            .state = QueueState::kOpen,
                                            .reply = std::move(reply)});
}
void RoutingDesk::SetState(QueueId id, QueueState state, Reply<Queue> reply) {
  caf::anon_send(
      actor_, UpdateQueueMessage{
                  .id = std::move(id), .settings = {}, .state = state, .reply = std::move(reply)});
}
void RoutingDesk::Remove(QueueId id, Reply<Queue> reply) {
  caf::anon_send(actor_, RemoveQueueMessage{std::move(id), std::move(reply)});
}
void RoutingDesk::SetRoute(Route route, Reply<Route> reply) {
  caf::anon_send(actor_, SetRouteMessage{std::move(route), std::move(reply)});
}
void RoutingDesk::SetCallerIds(std::map<CampaignId, std::string> caller_ids,
                               Reply<std::size_t> reply) {
  caf::anon_send(actor_, SetCallerIdsMessage{std::move(caller_ids), std::move(reply)});
}
void RoutingDesk::RemoveRoute(std::string number, RouteMatch match, Reply<Route> reply) {
  caf::anon_send(actor_, RemoveRouteMessage{std::move(number), match, std::move(reply)});
}
void RoutingDesk::ListRoutes(std::string after, std::size_t size, Reply<NumberPlan::Page> reply) {
  caf::anon_send(actor_, ListRoutesMessage{std::move(after), size, std::move(reply)});
}
void RoutingDesk::Resolve(std::string number, std::optional<WallTime> at, Reply<Decision> reply) {
  caf::anon_send(actor_, ResolveMessage{std::move(number), at, std::move(reply)});
}

}  // namespace callfleet::queue
