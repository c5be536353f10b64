#include "services/supervisor/adapters/echoing_backend.h"

#include "callfleet/agent_registry/v1/agent_registry_service.pb.h"
#include "services/supervisor/adapters/agent_convert.h"

namespace callfleet::supervisor {
namespace {

namespace pb = callfleet::agent_registry::v1;

template <class Answer>
std::optional<Fact> AgentOf(const std::string& bytes) {
  Answer answer;
  if (!answer.ParseFromString(bytes) || !answer.has_agent()) return std::nullopt;
  return ToFact(answer.agent());
}

}  // namespace

Result<std::string> EchoingBackend::Call(Service service, std::string_view method,
                                         const std::string& request) {
  auto answer = next_->Call(service, method, request);
  if (answer && service == Service::kRegistry) {
    Echo(method.substr(method.rfind('/') + 1), request, *answer);
  }
  return answer;
}

void EchoingBackend::Echo(std::string_view method, const std::string& request,
                          const std::string& answer) {
  std::optional<Fact> fact;
  if (method == "CreateAgent") fact = AgentOf<pb::CreateAgentResponse>(answer);
  if (method == "UpdateAgent") fact = AgentOf<pb::UpdateAgentResponse>(answer);
  if (method == "ActivateAgent") fact = AgentOf<pb::ActivateAgentResponse>(answer);
  if (method == "DeactivateAgent") fact = AgentOf<pb::DeactivateAgentResponse>(answer);
  if (method == "SetPresence") fact = AgentOf<pb::SetPresenceResponse>(answer);
  if (method == "DeleteAgent") {
    pb::DeleteAgentRequest deleted;
    if (deleted.ParseFromString(request)) fact = AgentGone{AgentId(deleted.agent_id())};
  }
  if (fact) sink_->Push({agents_, clock_->Now().wall, std::move(*fact)});
}

}  // namespace callfleet::supervisor
