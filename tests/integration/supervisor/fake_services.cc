#include "tests/integration/supervisor/fake_services.h"

#include <algorithm>

namespace callfleet::supervisor::test {

FakeRegistry::FakeRegistry() {
  registry_pb::WatchAgentsResponse end;
  end.mutable_snapshot_end();
  feed_.Tell(end);
}

std::string FakeRegistry::last_request_id() {
  const std::lock_guard lock(mutex_);
  return last_request_id_;
}

registry_pb::Agent* FakeRegistry::Find(const std::string& id_or_name) {
  for (auto& [id, agent] : agents_) {
    if (id == id_or_name || agent.name() == id_or_name) return &agent;
  }
  return nullptr;
}

grpc::Status FakeRegistry::CreateAgent(grpc::ServerContext*,
                                       const registry_pb::CreateAgentRequest* in,
                                       registry_pb::CreateAgentResponse* out) {
  const std::lock_guard lock(mutex_);
  last_request_id_ = in->request_id();
  if (Find(in->name()) != nullptr) {
    auto error = InvalidField("name", "is taken", "AGENT_NAME_TAKEN").value();
    error.code = ErrorCode::kAlreadyExists;
    return grpc_server::ToGrpcStatus(error);
  }
  registry_pb::Agent agent;
  agent.set_agent_id("agent-" + std::to_string(agents_.size() + 1));
  agent.set_name(in->name());
  agent.set_description(in->description());
  agent.set_active(!in->has_active() || in->active());
  agent.set_max_concurrent_calls(
      in->has_max_concurrent_calls() ? static_cast<unsigned>(in->max_concurrent_calls()) : 1);
  agent.set_kind(agent.max_concurrent_calls() > 1 ? registry_pb::AGENT_KIND_AI
                                                  : registry_pb::AGENT_KIND_HUMAN);
  agent.set_sip_user(in->sip_user().empty() ? in->name() : in->sip_user());
  agent.set_presence(registry_pb::PRESENCE_READY);
  agent.set_activity(registry_pb::AGENT_ACTIVITY_AVAILABLE);
  agent.set_version(1);
  *out->mutable_agent() = agents_[agent.agent_id()] = agent;
  out->set_sip_secret("generated-secret");
  return grpc::Status::OK;
}

grpc::Status FakeRegistry::Change(const std::string& id, registry_pb::Agent* answer,
                                  const std::function<void(registry_pb::Agent*)>& change) {
  const std::lock_guard lock(mutex_);
  auto* agent = Find(id);
  if (agent == nullptr) return Refuse(ErrorCode::kNotFound, "AGENT_NOT_FOUND");
  change(agent);
  agent->set_version(agent->version() + 1);
  *answer = *agent;
  return grpc::Status::OK;
}

void FakeRegistry::Load(const std::string& name, unsigned calls) {
  registry_pb::Agent changed;
  Change(name, &changed, [calls](registry_pb::Agent* agent) {
    agent->clear_slots();
    for (unsigned i = 0; i < calls; ++i) {
      agent->add_slots()->set_state(registry_pb::SLOT_STATE_CONNECTED);
    }
    agent->set_activity(calls < agent->max_concurrent_calls()
                            ? registry_pb::AGENT_ACTIVITY_AVAILABLE
                            : registry_pb::AGENT_ACTIVITY_BUSY);
  });
  Tell(changed);
}

void FakeRegistry::Register(const std::string& name, const std::string& edge_id) {
  registry_pb::Agent changed;
  Change(name, &changed, [&](registry_pb::Agent* agent) {
    agent->set_reachable(!edge_id.empty());
    agent->set_contact("sip:" + name + "@" + edge_id);
    agent->set_edge_id(edge_id);
  });
  Tell(changed);
}

void FakeRegistry::Tell(const registry_pb::Agent& changed) {
  registry_pb::WatchAgentsResponse message;
  *message.mutable_change()->mutable_agent() = changed;
  feed_.Tell(message);
}

grpc::Status FakeRegistry::UpdateAgent(grpc::ServerContext*,
                                       const registry_pb::UpdateAgentRequest* in,
                                       registry_pb::UpdateAgentResponse* out) {
  return Change(in->agent_id(), out->mutable_agent(), [in](registry_pb::Agent* agent) {
    if (in->has_name()) agent->set_name(in->name());
    if (in->has_description()) agent->set_description(in->description());
    if (in->replace_skills()) *agent->mutable_skills() = in->skills();
  });
}

grpc::Status FakeRegistry::DeleteAgent(grpc::ServerContext*,
                                       const registry_pb::DeleteAgentRequest* in,
                                       registry_pb::DeleteAgentResponse*) {
  const std::lock_guard lock(mutex_);
  return agents_.erase(in->agent_id()) == 1 ? grpc::Status::OK
                                            : Refuse(ErrorCode::kNotFound, "AGENT_NOT_FOUND");
}

grpc::Status FakeRegistry::ActivateAgent(grpc::ServerContext*,
                                         const registry_pb::ActivateAgentRequest* in,
                                         registry_pb::ActivateAgentResponse* out) {
  return Change(in->agent_id(), out->mutable_agent(),
                [](registry_pb::Agent* agent) { agent->set_active(true); });
}

grpc::Status FakeRegistry::DeactivateAgent(grpc::ServerContext*,
                                           const registry_pb::DeactivateAgentRequest* in,
                                           registry_pb::DeactivateAgentResponse* out) {
  return Change(in->agent_id(), out->mutable_agent(),
                [](registry_pb::Agent* agent) { agent->set_active(false); });
}

grpc::Status FakeRegistry::SetPresence(grpc::ServerContext*,
                                       const registry_pb::SetPresenceRequest* in,
                                       registry_pb::SetPresenceResponse* out) {
  return Change(in->agent_id(), out->mutable_agent(), [in](registry_pb::Agent* agent) {
    agent->set_presence(in->presence());
    agent->set_presence_reason(in->reason());
  });
}

grpc::Status FakeRegistry::ListAgents(grpc::ServerContext*,
                                      const registry_pb::ListAgentsRequest* in,
                                      registry_pb::ListAgentsResponse* out) {
  const std::lock_guard lock(mutex_);
  for (const auto& [id, agent] : agents_) {
    const bool member = std::ranges::any_of(agent.memberships(), [&](const auto& membership) {
      return membership.unit().id() == in->member_of().id();
    });
    if (member) *out->add_agents() = agent;
  }
  return grpc::Status::OK;
}

grpc::Status FakeRegistry::SetMembers(grpc::ServerContext*,
                                      const registry_pb::SetMembersRequest* in,
                                      registry_pb::SetMembersResponse* out) {
  const std::lock_guard lock(mutex_);
  for (const auto& member : in->members()) {
    if (Find(member.agent_id()) == nullptr) {
      return Refuse(ErrorCode::kNotFound, "AGENT_NOT_FOUND");
    }
  }
  for (const auto& member : in->members()) {
    auto* membership = Find(member.agent_id())->add_memberships();
    *membership->mutable_unit() = in->unit();
    membership->set_primary(member.primary());
  }
  out->set_member_count(in->members_size());
  return grpc::Status::OK;
}

grpc::Status FakeRegistry::RemoveMembers(grpc::ServerContext*,
                                         const registry_pb::RemoveMembersRequest* in,
                                         registry_pb::RemoveMembersResponse*) {
  const std::lock_guard lock(mutex_);
  for (const auto& id : in->agent_ids()) {
    if (auto* agent = Find(id)) agent->clear_memberships();
  }
  return grpc::Status::OK;
}

FakeQueue::FakeQueue() {
  queue_pb::WatchQueueResponse end;
  end.mutable_snapshot_end();
  feed_.Tell(end);
}

void FakeQueue::Tell(const queue_pb::QueueStats& stats) {
  queue_pb::WatchQueueResponse message;
  *message.mutable_stats() = stats;
  feed_.Tell(message);
}

void FakeQueue::Tell(const queue_pb::Ticket& ticket) {
  {
    const std::lock_guard lock(mutex_);
    tickets_[ticket.ticket_id()] = ticket;
  }
  queue_pb::WatchQueueResponse message;
  *message.mutable_ticket() = ticket;
  feed_.Tell(message);
}

void FakeQueue::TellDeleted(const std::string& queue_id) {
  queue_pb::WatchQueueResponse message;
  message.set_deleted_queue_id(queue_id);
  feed_.Tell(message);
}

grpc::Status FakeQueue::ForceAssign(grpc::ServerContext*, const queue_pb::ForceAssignRequest* in,
                                    queue_pb::ForceAssignResponse* out) {
  if (!refuse.empty()) return Refuse(ErrorCode::kFailedPrecondition, refuse);
  const std::lock_guard lock(mutex_);
  forced.push_back(*in);
  auto& ticket = tickets_[in->ticket_id()];
  ticket.set_state(queue_pb::TICKET_STATE_OFFERED);
  ticket.set_agent_id(in->agent_id());
  *out->mutable_ticket() = ticket;
  return grpc::Status::OK;
}

grpc::Status FakeQueue::SteerCall(grpc::ServerContext*, const queue_pb::SteerCallRequest* in,
                                  queue_pb::SteerCallResponse*) {
  if (!refuse.empty()) return Refuse(ErrorCode::kFailedPrecondition, refuse);
  steered.push_back(*in);
  return grpc::Status::OK;
}

grpc::Status FakeQueue::SetTicketPriority(grpc::ServerContext*,
                                          const queue_pb::SetTicketPriorityRequest* in,
                                          queue_pb::SetTicketPriorityResponse* out) {
  if (!refuse.empty()) return Refuse(ErrorCode::kFailedPrecondition, refuse);
  const std::lock_guard lock(mutex_);
  prioritised.push_back(*in);
  auto& ticket = tickets_[in->ticket_id()];
  ticket.set_priority(in->priority());
  *out->mutable_ticket() = ticket;
  return grpc::Status::OK;
}

grpc::Status FakeQueue::RequeueTicket(grpc::ServerContext*,
                                      const queue_pb::RequeueTicketRequest* in,
                                      queue_pb::RequeueTicketResponse* out) {
  if (!refuse.empty()) return Refuse(ErrorCode::kFailedPrecondition, refuse);
  const std::lock_guard lock(mutex_);
  if (!in->queue_id().empty() && !queues_.contains(in->queue_id())) {
    return Refuse(ErrorCode::kNotFound, "QUEUE_NOT_FOUND");
  }
  requeued.push_back(*in);
  auto& ticket = tickets_[in->ticket_id()];
  if (in->has_priority()) ticket.set_priority(in->priority());
  *out->mutable_ticket() = ticket;
  return grpc::Status::OK;
}

grpc::Status FakeQueue::RemoveTicket(grpc::ServerContext*, const queue_pb::RemoveTicketRequest* in,
                                     queue_pb::RemoveTicketResponse* out) {
  if (!refuse.empty()) return Refuse(ErrorCode::kFailedPrecondition, refuse);
  const std::lock_guard lock(mutex_);
  const auto found = tickets_.find(in->ticket_id());
  if (found == tickets_.end()) return Refuse(ErrorCode::kNotFound, "TICKET_NOT_FOUND");
  removed.push_back(in->ticket_id());
  *out->mutable_ticket() = found->second;
  out->mutable_ticket()->set_state(queue_pb::TICKET_STATE_ENDED);
  tickets_.erase(found);
  return grpc::Status::OK;
}

grpc::Status FakeQueue::CreateCallback(grpc::ServerContext*,
                                       const queue_pb::CreateCallbackRequest* in,
                                       queue_pb::CreateCallbackResponse* out) {
  if (!refuse.empty()) return Refuse(ErrorCode::kFailedPrecondition, refuse);
  const std::lock_guard lock(mutex_);
  if (!queues_.contains(in->queue_id())) return Refuse(ErrorCode::kNotFound, "QUEUE_NOT_FOUND");
  callbacks.push_back(*in);
  queue_pb::Ticket ticket;
  ticket.set_ticket_id("callback-" + std::to_string(callbacks.size()));
  ticket.set_queue_id(in->queue_id());
  ticket.set_caller(in->number());
  ticket.set_callback_number(in->number());
  if (in->has_not_before()) *ticket.mutable_callback_not_before() = in->not_before();
  ticket.set_priority(in->priority());
  ticket.set_state(queue_pb::TICKET_STATE_CALLBACK);
  *out->mutable_ticket() = tickets_[ticket.ticket_id()] = ticket;
  return grpc::Status::OK;
}

grpc::Status FakeQueue::ListTickets(grpc::ServerContext*, const queue_pb::ListTicketsRequest* in,
                                    queue_pb::ListTicketsResponse* out) {
  const std::lock_guard lock(mutex_);
  if (!queues_.contains(in->queue_id())) return Refuse(ErrorCode::kNotFound, "QUEUE_NOT_FOUND");
  listed.push_back(*in);
  for (const auto& [id, ticket] : tickets_) {
    const bool wanted = !in->callbacks() || !ticket.callback_number().empty();
    if (ticket.queue_id() == in->queue_id() && wanted) *out->add_tickets() = ticket;
  }
  return grpc::Status::OK;
}

grpc::Status FakeQueue::GetQueue(grpc::ServerContext*, const queue_pb::GetQueueRequest* in,
                                 queue_pb::GetQueueResponse* out) {
  const std::lock_guard lock(mutex_);
  const auto found = queues_.find(in->queue_id());
  if (found == queues_.end()) return Refuse(ErrorCode::kNotFound, "QUEUE_NOT_FOUND");
  *out->mutable_queue() = found->second;
  return grpc::Status::OK;
}

grpc::Status FakeQueue::CreateQueue(grpc::ServerContext*, const queue_pb::CreateQueueRequest* in,
                                    queue_pb::CreateQueueResponse* out) {
  const std::lock_guard lock(mutex_);
  auto queue = in->queue();
  queue.set_queue_id("queue-" + std::to_string(queues_.size() + 1));
  queue.set_state(queue_pb::QUEUE_STATE_OPEN);
  *out->mutable_queue() = queues_[queue.queue_id()] = queue;
  queue_pb::WatchQueueResponse message;
  *message.mutable_queue() = queue;
  feed_.Tell(message);
  return grpc::Status::OK;
}

grpc::Status FakeQueue::UpdateQueue(grpc::ServerContext*, const queue_pb::UpdateQueueRequest* in,
                                    queue_pb::UpdateQueueResponse* out) {
  const std::lock_guard lock(mutex_);
  const auto found = queues_.find(in->queue().queue_id());
  if (found == queues_.end()) return Refuse(ErrorCode::kNotFound, "QUEUE_NOT_FOUND");
  const auto state = found->second.state();
  found->second = in->queue();
  found->second.set_state(state);
  *out->mutable_queue() = found->second;
  return grpc::Status::OK;
}

grpc::Status FakeQueue::DeleteQueue(grpc::ServerContext*, const queue_pb::DeleteQueueRequest* in,
                                    queue_pb::DeleteQueueResponse*) {
  const std::lock_guard lock(mutex_);
  if (!queues_.contains(in->queue_id())) return Refuse(ErrorCode::kNotFound, "QUEUE_NOT_FOUND");
  for (const auto& [id, ticket] : tickets_) {
    if (ticket.queue_id() == in->queue_id()) {
      return Refuse(ErrorCode::kFailedPrecondition, "QUEUE_IN_USE");
    }
  }
  queues_.erase(in->queue_id());
  return grpc::Status::OK;
}

grpc::Status FakeQueue::SetQueueState(grpc::ServerContext*,
                                      const queue_pb::SetQueueStateRequest* in,
                                      queue_pb::SetQueueStateResponse* out) {
  const std::lock_guard lock(mutex_);
  const auto found = queues_.find(in->queue_id());
  if (found == queues_.end()) return Refuse(ErrorCode::kNotFound, "QUEUE_NOT_FOUND");
  found->second.set_state(in->state());
  *out->mutable_queue() = found->second;
  return grpc::Status::OK;
}

grpc::Status FakeQueue::ListQueues(grpc::ServerContext*, const queue_pb::ListQueuesRequest*,
                                   queue_pb::ListQueuesResponse* out) {
  ++lists_;
  const std::lock_guard lock(mutex_);
  for (const auto& [id, queue] : queues_) *out->add_queues() = queue;
  return grpc::Status::OK;
}

}  // namespace callfleet::supervisor::test
