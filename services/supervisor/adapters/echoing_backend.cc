#include "services/supervisor/adapters/echoing_backend.h"

#include "callfleet/agent_registry/v1/agent_registry_service.pb.h"
#include "callfleet/queue/v1/queue_service.pb.h"
#include "services/supervisor/adapters/agent_convert.h"
#include "services/supervisor/adapters/queue_convert.h"

namespace callfleet::supervisor {
namespace {

namespace registry_pb = callfleet::agent_registry::v1;
namespace queue_pb = callfleet::queue::v1;

template <class Answer>
std::optional<Fact> AgentOf(const std::string& bytes) {
  Answer answer;
  if (!answer.ParseFromString(bytes) || !answer.has_agent()) return std::nullopt;
  return ToFact(answer.agent());
}

template <class Answer>
std::optional<Fact> QueueOf(const std::string& bytes) {
  Answer answer;
  if (!answer.ParseFromString(bytes) || !answer.has_queue()) return std::nullopt;
  return ToFact(answer.queue());
}

}  // namespace

Result<std::string> EchoingBackend::Call(Service service, std::string_view method,
                                         const std::string& request) {
  auto answer = next_->Call(service, method, request);
  if (!answer) return answer;
  const auto name = method.substr(method.rfind('/') + 1);
  if (service == Service::kRegistry) EchoAgent(name, request, *answer);
  if (service == Service::kQueue) EchoQueue(name, request, *answer);
  return answer;
}

void EchoingBackend::EchoAgent(std::string_view method, const std::string& request,
                               const std::string& answer) {
  std::optional<Fact> fact;
  if (method == "CreateAgent") fact = AgentOf<registry_pb::CreateAgentResponse>(answer);
  if (method == "UpdateAgent") fact = AgentOf<registry_pb::UpdateAgentResponse>(answer);
  if (method == "ActivateAgent") fact = AgentOf<registry_pb::ActivateAgentResponse>(answer);
  if (method == "DeactivateAgent") fact = AgentOf<registry_pb::DeactivateAgentResponse>(answer);
  if (method == "SetPresence") fact = AgentOf<registry_pb::SetPresenceResponse>(answer);
  if (method == "DeleteAgent") {
    registry_pb::DeleteAgentRequest deleted;
    if (deleted.ParseFromString(request)) fact = AgentGone{AgentId(deleted.agent_id())};
  }
  if (fact) sink_->Push({agents_, clock_->Now().wall, std::move(*fact)});
}

void EchoingBackend::EchoQueue(std::string_view method, const std::string& request,
                               const std::string& answer) {
  std::optional<Fact> fact;
  if (method == "CreateQueue") fact = QueueOf<queue_pb::CreateQueueResponse>(answer);
  if (method == "UpdateQueue") fact = QueueOf<queue_pb::UpdateQueueResponse>(answer);
  if (method == "SetQueueState") fact = QueueOf<queue_pb::SetQueueStateResponse>(answer);
  if (method == "DeleteQueue") {
    queue_pb::DeleteQueueRequest deleted;
    if (deleted.ParseFromString(request)) fact = QueueGone{QueueId(deleted.queue_id())};
  }
  if (fact) sink_->Push({queues_, clock_->Now().wall, std::move(*fact)});
}

}  // namespace callfleet::supervisor
