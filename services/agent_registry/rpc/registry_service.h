#pragma once
// The gRPC face: convert, ask the desk, answer when it answers.
#include "callfleet/agent_registry/v1/agent_registry_service.grpc.pb.h"
#include "common/auth/tokens.h"
#include "common/grpc_server/command_limit.h"
#include "common/grpc_server/event_feed.h"
#include "common/grpc_server/streams.h"
#include "services/agent_registry/ports/registry_desk.h"
#include "services/agent_registry/rpc/agent_board.h"
#include "services/agent_registry/rpc/owner_hub.h"

namespace callfleet::agent_registry {

struct RegistryRpcParts {  // All outlive the service.
  RegistryDesk* desk = nullptr;
  AgentBoard* board = nullptr;
  OwnerHub* owners = nullptr;
  const auth::Tokens* tokens = nullptr;
  grpc_server::EventFeed* events = nullptr;
  const grpc_server::CommandLimit* limit = nullptr;
  grpc_server::Streams* streams = nullptr;
};

// Handlers run on gRPC's threads.
class RegistryRpc final : public v1::AgentRegistryService::CallbackService {
 public:
  using Context = grpc::CallbackServerContext;
  using Unary = grpc::ServerUnaryReactor;
  explicit RegistryRpc(RegistryRpcParts parts) : p_(parts) {}
  void SetStreams(grpc_server::Streams* streams) { p_.streams = streams; }

  Unary* CreateAgent(Context* c, const v1::CreateAgentRequest* q,
                     v1::CreateAgentResponse* r) override;
  Unary* GetAgent(Context* c, const v1::GetAgentRequest* q, v1::GetAgentResponse* r) override;
  Unary* ListAgents(Context* c, const v1::ListAgentsRequest* q, v1::ListAgentsResponse* r) override;
  Unary* UpdateAgent(Context* c, const v1::UpdateAgentRequest* q,
                     v1::UpdateAgentResponse* r) override;
  Unary* DeleteAgent(Context* c, const v1::DeleteAgentRequest* q,
                     v1::DeleteAgentResponse* r) override;
  Unary* ActivateAgent(Context* c, const v1::ActivateAgentRequest* q,
                       v1::ActivateAgentResponse* r) override;
  Unary* DeactivateAgent(Context* c, const v1::DeactivateAgentRequest* q,
                         v1::DeactivateAgentResponse* r) override;
  Unary* SetPresence(Context* c, const v1::SetPresenceRequest* q,
                     v1::SetPresenceResponse* r) override;
  Unary* SetWrapUp(Context* c, const v1::SetWrapUpRequest* q, v1::SetWrapUpResponse* r) override;
  Unary* SetDisposition(Context* c, const v1::SetDispositionRequest* q,
                        v1::SetDispositionResponse* r) override;
  Unary* SetMembers(Context* c, const v1::SetMembersRequest* q, v1::SetMembersResponse* r) override;
  Unary* RemoveMembers(Context* c, const v1::RemoveMembersRequest* q,
                       v1::RemoveMembersResponse* r) override;
  grpc::ServerWriteReactor<v1::WatchAgentsResponse>* WatchAgents(
      Context* c, const v1::WatchAgentsRequest* q) override;
  OwnerHub::Reactor* Session(Context* c) override;
  grpc::ServerWriteReactor<v1::WatchEventsResponse>* WatchEvents(
      Context* c, const v1::WatchEventsRequest* q) override;
  Unary* AcknowledgeEvents(Context* c, const v1::AcknowledgeEventsRequest* q,
                           v1::AcknowledgeEventsResponse* r) override;

 private:
  std::optional<Error> MayChange(const Context& c) const;  // Why not.
  // Answers with the agent's record.
  template <class Response>
  RegistryDesk::Reply<AgentRecordRef> AnswerAgent(Response* response, Unary** reactor);
  template <class Response>
  RegistryDesk::Reply<int> AnswerCount(Response* response, Unary** reactor);

  RegistryRpcParts p_;
};

}  // namespace callfleet::agent_registry
