#include "services/agent_registry/actors/senders.h"

#include "services/agent_registry/actors/directory_actor.h"

namespace callfleet::agent_registry {

using caf::anon_send;

void DeskSender::Create(RequestId request, NewAgent wish, Reply<CreatedAgent> reply) {
  anon_send(directory_, DirectoryCreate{std::move(request), std::move(wish), std::move(reply)});
}
void DeskSender::Update(AgentId agent, AgentPatch patch, Reply<AgentRecordRef> reply) {
  anon_send(directory_, DirectoryUpdate{std::move(agent), std::move(patch), std::move(reply)});
}
void DeskSender::Delete(AgentId agent, Reply<bool> reply) {
  anon_send(directory_, DirectoryDelete{std::move(agent), std::move(reply)});
}
void DeskSender::SetPresence(AgentId agent, Presence wish, std::string reason,
                             Reply<AgentRecordRef> reply) {
  anon_send(directory_, DirectoryPass{std::move(agent),
                                      AgentPresenceWish{wish, std::move(reason), std::move(reply)},
                                      {}});
}
void DeskSender::SetWrapUp(AgentId agent, ReservationId reservation, std::chrono::milliseconds left,
                           Reply<AgentRecordRef> reply) {
  anon_send(directory_, DirectoryPass{std::move(agent), AgentWrapUpWish{{}, left, std::move(reply)},
                                      std::move(reservation)});
}
void DeskSender::SetDisposition(AgentId agent, ReservationId reservation, DispositionWish wish,
                                Reply<AgentRecordRef> reply) {
  anon_send(directory_,
            DirectoryPass{std::move(agent), AgentDispositionWish{std::move(wish), std::move(reply)},
                          std::move(reservation)});
}
void DeskSender::SetMembers(Unit unit, std::vector<MemberWish> members, bool replace_all,
                            Reply<int> reply) {
  DirectoryMembers message{std::move(unit), {}, false, replace_all, std::move(reply)};
  for (MemberWish& m : members) message.members.push_back({std::move(m.agent), m.primary});
  anon_send(directory_, std::move(message));
}
void DeskSender::RemoveMembers(Unit unit, std::vector<std::string> agents, Reply<int> reply) {
  DirectoryMembers message{std::move(unit), {}, true, false, std::move(reply)};
  for (std::string& agent : agents) message.members.push_back({std::move(agent), false});
  anon_send(directory_, std::move(message));
}

void FactSender::OnLeg(LegOfAgent leg) { anon_send(directory_, DirectoryLeg{std::move(leg)}); }
void FactSender::OnLegSnapshot(EdgeId edge, std::vector<LegOfAgent> legs) {
  anon_send(directory_, DirectoryLegs{std::move(edge), std::move(legs)});
}
void FactSender::OnSight(EdgeId edge, bool in_sight) {
  anon_send(directory_, DirectorySight{{std::move(edge), in_sight}});
}
void FactSender::OnReachability(UserReachability report) {
  anon_send(directory_, DirectoryReach{std::move(report)});
}
void FactSender::OnReachabilitySnapshot(EdgeId edge, std::vector<UserReachability> reports) {
  anon_send(directory_, DirectoryReaches{std::move(edge), std::move(reports)});
}

bool OwnerSender::OnMessage(const PoolId& pool, StreamId stream, OwnerMessage message) {
  auto it = matchmakers_.find(pool);
  if (it == matchmakers_.end()) return false;
  anon_send(it->second, OwnerSays{stream, std::move(message)});
  return true;
}
void OwnerSender::OnDown(const PoolId& pool, StreamId stream) {
  auto it = matchmakers_.find(pool);
  if (it != matchmakers_.end()) anon_send(it->second, OwnerGone{stream});
}

}  // namespace callfleet::agent_registry
