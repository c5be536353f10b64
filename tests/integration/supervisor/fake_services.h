#pragma once
// Services below the supervisor, in memory: enough of their contracts to answer REST.
#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "callfleet/agent_registry/v1/agent_registry_service.grpc.pb.h"
#include "callfleet/queue/v1/queue_service.grpc.pb.h"
#include "callfleet/sip_edge/v1/sip_edge_service.grpc.pb.h"
#include "common/grpc_server/errors.h"

namespace callfleet::supervisor::test {

namespace edge_pb = callfleet::sip_edge::v1;
namespace registry_pb = callfleet::agent_registry::v1;
namespace queue_pb = callfleet::queue::v1;

inline grpc::Status Refuse(ErrorCode code, const std::string& reason) {
  return grpc_server::ToGrpcStatus({.code = code, .reason = reason, .message = reason});
}

// Messages for open streams; each reader has its own place in the one list.
template <class Message>
class Feed {
 public:
  void Tell(Message message) {
    const std::lock_guard lock(mutex_);
    told_.push_back(std::move(message));
    changed_.notify_all();
  }
  void Close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    changed_.notify_all();
  }
  grpc::Status Serve(grpc::ServerContext* context, grpc::ServerWriter<Message>* writer) {
    std::size_t at = 0;
    std::unique_lock lock(mutex_);
    while (!closed_ && !context->IsCancelled()) {
      if (at == told_.size()) {
        changed_.wait_for(lock, std::chrono::milliseconds(20));
        continue;
      }
      const Message message = told_[at++];
      lock.unlock();
      writer->Write(message);
      lock.lock();
    }
    return grpc::Status::CANCELLED;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Message> told_;
  bool closed_ = false;
};

class FakeEdge final : public edge_pb::SipEdgeService::Service {
 public:
  explicit FakeEdge(const std::string& edge_id = "edge-1");
  void Tell(const edge_pb::CallRecord& record);
  void Close();

  grpc::Status WatchCalls(grpc::ServerContext* context, const edge_pb::WatchCallsRequest*,
                          grpc::ServerWriter<edge_pb::WatchCallsResponse>* writer) override {
    return calls_.Serve(context, writer);
  }
  grpc::Status WatchTrunks(grpc::ServerContext* context, const edge_pb::WatchTrunksRequest*,
                           grpc::ServerWriter<edge_pb::WatchTrunksResponse>* writer) override {
    return trunk_feed_.Serve(context, writer);
  }
  // What supervisors asked for; the next answers.
  std::vector<edge_pb::SuperviseRequest> supervised;
  std::vector<edge_pb::SuperviseAgentRequest> followed;
  std::vector<std::string> stopped;
  std::vector<edge_pb::SendMessageRequest> messages;
  std::string refuse_supervise{};  // A reason.
  std::string refuse_phone{};      // Field that is at fault.
  std::string refuse_follow{};
  bool breaks_while_following = false;  // The order is there, its answer is not.
  int message_code = 200;
  bool knows_calls = true;                     // And their supervisions.
  std::map<std::string, std::string> prompts;  // Files by name.
  std::vector<edge_pb::Recording> recordings;  // Newest first.
  // A call in which somebody was supervised, or a line that follows an agent.
  grpc::Status GetCall(grpc::ServerContext*, const edge_pb::GetCallRequest*,
                       edge_pb::GetCallResponse*) override;
  grpc::Status Supervise(grpc::ServerContext*, const edge_pb::SuperviseRequest*,
                         edge_pb::SuperviseResponse*) override;
  grpc::Status SuperviseAgent(grpc::ServerContext*, const edge_pb::SuperviseAgentRequest*,
                              edge_pb::SuperviseAgentResponse*) override;
  grpc::Status StopSupervision(grpc::ServerContext*, const edge_pb::StopSupervisionRequest*,
                               edge_pb::StopSupervisionResponse*) override;
  grpc::Status SendMessage(grpc::ServerContext*, const edge_pb::SendMessageRequest*,
                           edge_pb::SendMessageResponse*) override;
  grpc::Status ListRecordings(grpc::ServerContext*, const edge_pb::ListRecordingsRequest*,
                              edge_pb::ListRecordingsResponse*) override;
  grpc::Status ReadRecording(grpc::ServerContext*, const edge_pb::ReadRecordingRequest*,
                             edge_pb::ReadRecordingResponse*) override;
  grpc::Status UploadPrompt(grpc::ServerContext*, grpc::ServerReader<edge_pb::UploadPromptRequest>*,
                            edge_pb::UploadPromptResponse*) override;
  grpc::Status CreateTrunk(grpc::ServerContext*, const edge_pb::CreateTrunkRequest*,
                           edge_pb::CreateTrunkResponse*) override;
  grpc::Status GetTrunk(grpc::ServerContext*, const edge_pb::GetTrunkRequest*,
                        edge_pb::GetTrunkResponse*) override;
  grpc::Status ListTrunks(grpc::ServerContext*, const edge_pb::ListTrunksRequest*,
                          edge_pb::ListTrunksResponse*) override;
  grpc::Status UpdateTrunk(grpc::ServerContext*, const edge_pb::UpdateTrunkRequest*,
                           edge_pb::UpdateTrunkResponse*) override;
  grpc::Status DeleteTrunk(grpc::ServerContext*, const edge_pb::DeleteTrunkRequest*,
                           edge_pb::DeleteTrunkResponse*) override;

 private:
  Feed<edge_pb::WatchCallsResponse> calls_;
  Feed<edge_pb::WatchTrunksResponse> trunk_feed_;
  std::mutex mutex_;
  std::map<std::string, edge_pb::Trunk> trunks_;
};

class FakeRegistry final : public registry_pb::AgentRegistryService::Service {
 public:
  FakeRegistry();
  void Close() { feed_.Close(); }
  // The agent takes so many calls now.
  void Load(const std::string& name, unsigned calls);
  // Its phone is registered there; "": no more.
  void Register(const std::string& name, const std::string& edge_id);
  std::string last_request_id();

  grpc::Status CreateAgent(grpc::ServerContext*, const registry_pb::CreateAgentRequest*,
                           registry_pb::CreateAgentResponse*) override;
  grpc::Status UpdateAgent(grpc::ServerContext*, const registry_pb::UpdateAgentRequest*,
                           registry_pb::UpdateAgentResponse*) override;
  grpc::Status DeleteAgent(grpc::ServerContext*, const registry_pb::DeleteAgentRequest*,
                           registry_pb::DeleteAgentResponse*) override;
  grpc::Status ActivateAgent(grpc::ServerContext*, const registry_pb::ActivateAgentRequest*,
                             registry_pb::ActivateAgentResponse*) override;
  grpc::Status DeactivateAgent(grpc::ServerContext*, const registry_pb::DeactivateAgentRequest*,
                               registry_pb::DeactivateAgentResponse*) override;
  grpc::Status SetPresence(grpc::ServerContext*, const registry_pb::SetPresenceRequest*,
                           registry_pb::SetPresenceResponse*) override;
  grpc::Status ListAgents(grpc::ServerContext*, const registry_pb::ListAgentsRequest*,
                          registry_pb::ListAgentsResponse*) override;
  grpc::Status SetMembers(grpc::ServerContext*, const registry_pb::SetMembersRequest*,
                          registry_pb::SetMembersResponse*) override;
  grpc::Status RemoveMembers(grpc::ServerContext*, const registry_pb::RemoveMembersRequest*,
                             registry_pb::RemoveMembersResponse*) override;
  grpc::Status WatchAgents(grpc::ServerContext* context, const registry_pb::WatchAgentsRequest*,
                           grpc::ServerWriter<registry_pb::WatchAgentsResponse>* writer) override {
    return feed_.Serve(context, writer);
  }

 private:
  registry_pb::Agent* Find(const std::string& id_or_name);  // Under the lock.
  void Tell(const registry_pb::Agent& changed);
  grpc::Status Change(const std::string& id, registry_pb::Agent* answer,
                      const std::function<void(registry_pb::Agent*)>& change);

  Feed<registry_pb::WatchAgentsResponse> feed_;
  std::mutex mutex_;
  std::map<std::string, registry_pb::Agent> agents_;
  std::string last_request_id_;
};

class FakeQueue final : public queue_pb::QueueService::Service {
 public:
  bool follows = true;

  FakeQueue();
  void Close() { feed_.Close(); }
  void Tell(const queue_pb::QueueStats& stats);
  void Tell(const queue_pb::Ticket& ticket);
  void TellDeleted(const std::string& queue_id);
  // What was forced and steered; a reason to refuse the next ones.
  std::vector<queue_pb::ForceAssignRequest> forced;
  std::vector<queue_pb::SteerCallRequest> steered;
  // What was ordered of tickets; nothing of it is told by itself.
  std::vector<queue_pb::SetTicketPriorityRequest> prioritised;
  std::vector<queue_pb::RequeueTicketRequest> requeued;
  std::vector<std::string> removed;  // Tickets.
  std::vector<queue_pb::CreateCallbackRequest> callbacks;
  std::string refuse{};
  grpc::Status ForceAssign(grpc::ServerContext*, const queue_pb::ForceAssignRequest*,
                           queue_pb::ForceAssignResponse*) override;
  grpc::Status SteerCall(grpc::ServerContext*, const queue_pb::SteerCallRequest*,
                         queue_pb::SteerCallResponse*) override;
  grpc::Status SetTicketPriority(grpc::ServerContext*, const queue_pb::SetTicketPriorityRequest*,
                                 queue_pb::SetTicketPriorityResponse*) override;
  grpc::Status RequeueTicket(grpc::ServerContext*, const queue_pb::RequeueTicketRequest*,
                             queue_pb::RequeueTicketResponse*) override;
  // A second time: TICKET_NOT_FOUND.
  grpc::Status RemoveTicket(grpc::ServerContext*, const queue_pb::RemoveTicketRequest*,
                            queue_pb::RemoveTicketResponse*) override;
  grpc::Status CreateCallback(grpc::ServerContext*, const queue_pb::CreateCallbackRequest*,
                              queue_pb::CreateCallbackResponse*) override;
  // By id, without pages.
  grpc::Status ListTickets(grpc::ServerContext*, const queue_pb::ListTicketsRequest*,
                           queue_pb::ListTicketsResponse*) override;
  std::vector<queue_pb::ListTicketsRequest> listed;
  int lists() const { return lists_; }  // How often it was asked for all.

  grpc::Status GetQueue(grpc::ServerContext*, const queue_pb::GetQueueRequest*,
                        queue_pb::GetQueueResponse*) override;
  grpc::Status WatchQueue(grpc::ServerContext* context, const queue_pb::WatchQueueRequest*,
                          grpc::ServerWriter<queue_pb::WatchQueueResponse>* writer) override {
    if (!follows) return Refuse(ErrorCode::kUnimplemented, "NOT_IMPLEMENTED");
    return feed_.Serve(context, writer);
  }
  grpc::Status CreateQueue(grpc::ServerContext*, const queue_pb::CreateQueueRequest*,
                           queue_pb::CreateQueueResponse*) override;
  grpc::Status UpdateQueue(grpc::ServerContext*, const queue_pb::UpdateQueueRequest*,
                           queue_pb::UpdateQueueResponse*) override;
  // With callers in it: QUEUE_IN_USE.
  grpc::Status DeleteQueue(grpc::ServerContext*, const queue_pb::DeleteQueueRequest*,
                           queue_pb::DeleteQueueResponse*) override;
  grpc::Status SetQueueState(grpc::ServerContext*, const queue_pb::SetQueueStateRequest*,
                             queue_pb::SetQueueStateResponse*) override;
  grpc::Status ListQueues(grpc::ServerContext*, const queue_pb::ListQueuesRequest*,
                          queue_pb::ListQueuesResponse*) override;

 private:
  Feed<queue_pb::WatchQueueResponse> feed_;
  std::atomic<int> lists_{0};
  std::mutex mutex_;
  std::map<std::string, queue_pb::Queue> queues_;
  std::map<std::string, queue_pb::Ticket> tickets_;
};

}  // namespace callfleet::supervisor::test
