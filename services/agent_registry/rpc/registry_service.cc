#include "services/agent_registry/rpc/registry_service.h"

#include <algorithm>

#include "common/grpc_server/authorize.h"
#include "common/grpc_server/gather.h"
#include "common/grpc_server/pending.h"
#include "common/grpc_server/watch.h"
#include "common/text/utf8.h"
#include "services/agent_registry/rpc/convert.h"

namespace callfleet::agent_registry {
namespace {

using auth::Role;
using grpc_server::Authorize;
using grpc_server::FinishNow;
using grpc_server::Pending;

constexpr int kDefaultPage = 100;
constexpr int kMostPage = 1'000;
constexpr std::size_t kWatchKeys = 100'000;

Error NoAgent(const std::string& id) {
  return NotFound("AGENT_NOT_FOUND", "There is no agent \"" + id + "\".").value();
}

}  // namespace

std::optional<Error> RegistryRpc::MayChange(const Context& c) const {
  if (auto who = Authorize(c, *p_.tokens, Role::kService); !who) return who.error();
  return p_.limit->Refusal();
}

// Answers with the agent's record.
template <class Response>
RegistryDesk::Reply<AgentRecordRef> RegistryRpc::AnswerAgent(Response* response, Unary** reactor) {
  auto pending = Pending<Response>::Open(response, reactor);
  p_.limit->Bound(pending);
  return [pending](Result<AgentRecordRef> record) {
    if (!record) return void(pending->Fail(record.error()));
    Response answer;
    ToProto(**record, answer.mutable_agent());
    pending->Finish(std::move(answer));
  };
}

template <class Response>
RegistryDesk::Reply<int> RegistryRpc::AnswerCount(Response* response, Unary** reactor) {
  auto pending = Pending<Response>::Open(response, reactor);
  p_.limit->Bound(pending);
  return [pending](Result<int> count) {
    if (!count) return void(pending->Fail(count.error()));
    Response answer;
    answer.set_member_count(*count);
    pending->Finish(std::move(answer));
  };
}

grpc::ServerUnaryReactor* RegistryRpc::CreateAgent(Context* c, const v1::CreateAgentRequest* q,
                                                   v1::CreateAgentResponse* r) {
  if (auto why = MayChange(*c)) return FinishNow(c, *why);
  if (auto ok = Check(q->media_security()); !ok) return FinishNow(c, ok.error());
  Unary* reactor = nullptr;
  auto pending = Pending<v1::CreateAgentResponse>::Open(r, &reactor);
  p_.limit->Bound(pending);
  p_.desk->Create(RequestId(q->request_id()), FromProto(*q),
                  [pending](Result<CreatedAgent> created) {
                    if (!created) return void(pending->Fail(created.error()));
                    v1::CreateAgentResponse answer;
                    ToProto(*created->record, answer.mutable_agent());
                    answer.set_sip_secret(created->sip_secret);
                    pending->Finish(std::move(answer));
                  });
  return reactor;
}

grpc::ServerUnaryReactor* RegistryRpc::GetAgent(Context* c, const v1::GetAgentRequest* q,
                                                v1::GetAgentResponse* r) {
  if (auto who = Authorize(*c, *p_.tokens, Role::kService); !who) return FinishNow(c, who.error());
  const AgentRecordRef record = p_.board->Find(q->agent_id());
  if (!record) return FinishNow(c, NoAgent(q->agent_id()));
  ToProto(*record, r->mutable_agent());
  auto* reactor = c->DefaultReactor();
  reactor->Finish(grpc::Status::OK);
  return reactor;
}

grpc::ServerUnaryReactor* RegistryRpc::ListAgents(Context* c, const v1::ListAgentsRequest* q,
                                                  v1::ListAgentsResponse* r) {
  if (auto who = Authorize(*c, *p_.tokens, Role::kService); !who) return FinishNow(c, who.error());
  const int size = q->page_size() == 0 ? kDefaultPage : q->page_size();
  if (size < 1 || size > kMostPage) {
    return FinishNow(c, InvalidField("page_size", "must be 0 to 1,000").value());
  }
  const std::optional<Unit> unit =
      q->has_member_of() ? std::optional(FromProto(q->member_of())) : std::nullopt;
  const auto page =
      p_.board->List(q->page_token(), static_cast<std::size_t>(size), [&](const AgentRecord& a) {
        const AgentProfile& p = *a.profile;
        if (!q->pool_id().empty() && p.pool.str() != q->pool_id()) return false;
        return !unit || std::any_of(p.memberships.begin(), p.memberships.end(),
                                    [&](const Membership& m) { return m.unit == *unit; });
      });
  for (const auto& record : page.agents) ToProto(*record, r->add_agents());
  r->set_next_page_token(page.next);
  r->set_total_size(static_cast<int>(page.total));
  auto* reactor = c->DefaultReactor();
  reactor->Finish(grpc::Status::OK);
  return reactor;
}

grpc::ServerUnaryReactor* RegistryRpc::UpdateAgent(Context* c, const v1::UpdateAgentRequest* q,
                                                   v1::UpdateAgentResponse* r) {
  if (auto why = MayChange(*c)) return FinishNow(c, *why);
  if (auto ok = Check(q->media_security()); !ok) return FinishNow(c, ok.error());
  Unary* reactor = nullptr;
  p_.desk->Update(AgentId(q->agent_id()), FromProto(*q), AnswerAgent(r, &reactor));
  return reactor;
}

grpc::ServerUnaryReactor* RegistryRpc::DeleteAgent(Context* c, const v1::DeleteAgentRequest* q,
                                                   v1::DeleteAgentResponse* r) {
  if (auto why = MayChange(*c)) return FinishNow(c, *why);
  Unary* reactor = nullptr;
  auto pending = Pending<v1::DeleteAgentResponse>::Open(r, &reactor);
  p_.limit->Bound(pending);
  p_.desk->Delete(AgentId(q->agent_id()), [pending](Result<bool> done) {
    if (!done) return void(pending->Fail(done.error()));
    pending->Finish({});
  });
  return reactor;
}

grpc::ServerUnaryReactor* RegistryRpc::ActivateAgent(Context* c, const v1::ActivateAgentRequest* q,
                                                     v1::ActivateAgentResponse* r) {
  if (auto why = MayChange(*c)) return FinishNow(c, *why);
  Unary* reactor = nullptr;
  AgentPatch patch;
  patch.active = true;
  p_.desk->Update(AgentId(q->agent_id()), patch, AnswerAgent(r, &reactor));
  return reactor;
}

grpc::ServerUnaryReactor* RegistryRpc::DeactivateAgent(Context* c,
                                                       const v1::DeactivateAgentRequest* q,
                                                       v1::DeactivateAgentResponse* r) {
  if (auto why = MayChange(*c)) return FinishNow(c, *why);
  Unary* reactor = nullptr;
  AgentPatch patch;
  patch.active = false;
  p_.desk->Update(AgentId(q->agent_id()), patch, AnswerAgent(r, &reactor));
  return reactor;
}

grpc::ServerUnaryReactor* RegistryRpc::SetPresence(Context* c, const v1::SetPresenceRequest* q,
                                                   v1::SetPresenceResponse* r) {
  if (auto why = MayChange(*c)) return FinishNow(c, *why);
  auto wish = FromProto(q->presence());
  if (!wish) return FinishNow(c, wish.error());
  if (*wish == Presence::kNotReady && (q->reason().empty() || Characters(q->reason()) > 64)) {
    return FinishNow(c, InvalidField("reason", "must have 1 to 64 characters").value());
  }
  Unary* reactor = nullptr;
  p_.desk->SetPresence(AgentId(q->agent_id()), *wish, q->reason(), AnswerAgent(r, &reactor));
  return reactor;
}

grpc::ServerUnaryReactor* RegistryRpc::SetWrapUp(Context* c, const v1::SetWrapUpRequest* q,
                                                 v1::SetWrapUpResponse* r) {
  if (auto why = MayChange(*c)) return FinishNow(c, *why);
  const auto left = FromProto(q->time_left());
  if (left.count() < 0 || left > std::chrono::hours(1)) {
    return FinishNow(c, InvalidField("time_left", "must be 0 to 1 h").value());
  }
  Unary* reactor = nullptr;
  p_.desk->SetWrapUp(AgentId(q->agent_id()), ReservationId(q->reservation_id()), left,
                     AnswerAgent(r, &reactor));
  return reactor;
}

grpc::ServerUnaryReactor* RegistryRpc::SetDisposition(Context* c,
                                                      const v1::SetDispositionRequest* q,
                                                      v1::SetDispositionResponse* r) {
  if (auto why = MayChange(*c)) return FinishNow(c, *why);
  if (q->disposition().empty() || Characters(q->disposition()) > 64) {
    return FinishNow(c, InvalidField("disposition", "must have 1 to 64 characters").value());
  }
  if (Characters(q->note()) > 1000) {
    return FinishNow(c, InvalidField("note", "must have at most 1,000 characters").value());
  }
  Unary* reactor = nullptr;
  p_.desk->SetDisposition(AgentId(q->agent_id()), ReservationId(q->reservation_id()),
                          {{}, q->disposition(), q->note(), q->end_wrap_up()},
                          AnswerAgent(r, &reactor));
  return reactor;
}

grpc::ServerUnaryReactor* RegistryRpc::SetMembers(Context* c, const v1::SetMembersRequest* q,
                                                  v1::SetMembersResponse* r) {
  if (auto why = MayChange(*c)) return FinishNow(c, *why);
  Unary* reactor = nullptr;
  std::vector<MemberWish> members;
  for (const auto& m : q->members()) members.push_back({m.agent_id(), m.primary()});
  p_.desk->SetMembers(FromProto(q->unit()), std::move(members), q->replace_all(),
                      AnswerCount(r, &reactor));
  return reactor;
}

grpc::ServerUnaryReactor* RegistryRpc::RemoveMembers(Context* c, const v1::RemoveMembersRequest* q,
                                                     v1::RemoveMembersResponse* r) {
  if (auto why = MayChange(*c)) return FinishNow(c, *why);
  Unary* reactor = nullptr;
  p_.desk->RemoveMembers(FromProto(q->unit()), {q->agent_ids().begin(), q->agent_ids().end()},
                         AnswerCount(r, &reactor));
  return reactor;
}

grpc::ServerWriteReactor<v1::WatchAgentsResponse>* RegistryRpc::WatchAgents(
    Context* c, const v1::WatchAgentsRequest* q) {
  if (auto who = Authorize(*c, *p_.tokens, Role::kService); !who) {
    return grpc_server::Refuse<grpc::ServerWriteReactor<v1::WatchAgentsResponse>>(who.error());
  }
  const auto gather = grpc_server::GatherOf(q->gather());
  if (!gather) {
    return grpc_server::Refuse<grpc::ServerWriteReactor<v1::WatchAgentsResponse>>(gather.error());
  }
  std::shared_ptr<AgentBoard::Stream> stream;
  auto* reactor = grpc_server::OpenWatch<v1::WatchAgentsResponse>(
      p_.streams, {.capacity = kWatchKeys, .gather = *gather}, &stream);
  p_.board->Watch(stream, {q->pool_id(), {q->agent_ids().begin(), q->agent_ids().end()}});
  return reactor;
}

OwnerHub::Reactor* RegistryRpc::Session(Context* c) {
  if (auto who = Authorize(*c, *p_.tokens, Role::kService); !who) {
    return grpc_server::Refuse<OwnerHub::Reactor>(who.error());
  }
  return p_.owners->Open(p_.streams);
}

grpc::ServerWriteReactor<v1::WatchEventsResponse>* RegistryRpc::WatchEvents(
    Context* c, const v1::WatchEventsRequest* q) {
  if (auto who = Authorize(*c, *p_.tokens, Role::kService); !who) {
    return grpc_server::Refuse<grpc::ServerWriteReactor<v1::WatchEventsResponse>>(who.error());
  }
  return p_.events->Watch<v1::WatchEventsResponse>(p_.streams, q->after(), q->consumer());
}

RegistryRpc::Unary* RegistryRpc::AcknowledgeEvents(Context* c,
                                                   const v1::AcknowledgeEventsRequest* q,
                                                   v1::AcknowledgeEventsResponse* r) {
  if (auto who = Authorize(*c, *p_.tokens, Role::kService); !who) return FinishNow(c, who.error());
  return p_.events->Acknowledge(q->consumer(), q->token(), r);
}

}  // namespace callfleet::agent_registry
