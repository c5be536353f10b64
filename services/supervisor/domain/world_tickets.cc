// Callers in queues.
#include <algorithm>

#include "services/supervisor/domain/world.h"

namespace callfleet::supervisor {
namespace {

// Tickets and queues are named by the same snapshot.
std::string NameOf(const TicketId& ticket) { return "ticket:" + ticket.str(); }

}  // namespace

void World::Take(const SourcedFact& in, const TicketFact& fact) {
  NoteNamed(in.source, NameOf(fact.id));
  const auto known = tickets_.find(fact.id);
  if (known != tickets_.end() && known->second == fact) return;
  if (fact.over || (known != tickets_.end() && known->second.queue != fact.queue)) {
    EraseTicket(fact.id);
    if (fact.over) return;
  }
  tickets_[fact.id] = fact;
  queue_tickets_[fact.queue].insert(fact.id);
  changes_.queue_calls.insert(fact.queue);
}

void World::EraseTicket(const TicketId& id) {
  const auto found = tickets_.find(id);
  if (found == tickets_.end()) return;
  changes_.queue_calls.insert(found->second.queue);
  const auto queue = queue_tickets_.find(found->second.queue);
  queue->second.erase(id);
  if (queue->second.empty()) queue_tickets_.erase(queue);
  tickets_.erase(found);
}

void World::EraseUnnamedTickets(const std::set<std::string>& named) {
  std::vector<TicketId> gone;
  for (const auto& [id, ticket] : tickets_) {
    if (!named.contains(NameOf(id))) gone.push_back(id);
  }
  for (const auto& id : gone) EraseTicket(id);
}

std::vector<const TicketFact*> World::TicketsOf(const QueueId& queue) const {
  std::vector<const TicketFact*> tickets;
  const auto found = queue_tickets_.find(queue);
  if (found == queue_tickets_.end()) return tickets;
  tickets.reserve(found->second.size());
  for (const auto& id : found->second) tickets.push_back(&tickets_.at(id));
  return tickets;
}

const TicketFact* World::TicketOf(const CallId& call) const {
  if (call.empty()) return nullptr;  // A callback that somebody else asked for has no call.
  const auto found = std::ranges::find_if(
      tickets_, [&](const auto& ticket) { return ticket.second.call == call; });
  return found == tickets_.end() ? nullptr : &found->second;
}

}  // namespace callfleet::supervisor
