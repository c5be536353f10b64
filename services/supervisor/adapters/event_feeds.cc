#include "services/supervisor/adapters/event_feeds.h"

#include <atomic>

#include "callfleet/agent_registry/v1/agent_registry_service.grpc.pb.h"
#include "callfleet/dialer/v1/dialer_service.grpc.pb.h"
#include "callfleet/queue/v1/queue_service.grpc.pb.h"
#include "callfleet/sip_edge/v1/sip_edge_service.grpc.pb.h"

namespace callfleet::supervisor {
namespace {

namespace dialer_pb = callfleet::dialer::v1;
namespace edge_pb = callfleet::sip_edge::v1;
namespace queue_pb = callfleet::queue::v1;
namespace registry_pb = callfleet::agent_registry::v1;

constexpr std::chrono::seconds kAcknowledgeLimit{2};

template <class Stub, class WatchRequest, class WatchResponse, class AckRequest, class AckResponse>
class Feed final : public EventFeed {
 public:
  explicit Feed(std::unique_ptr<Stub> stub) : stub_(std::move(stub)) {}

  grpc::Status Watch(grpc::ClientContext* context, const std::string& after,
                     const Take& take) override {
    WatchRequest request;
    request.set_after(after);
    request.set_consumer(kConsumerName);
    auto reader = stub_->WatchEvents(context, request);
    WatchResponse message;
    while (reader->Read(&message)) {
      if (take(message.event(), message.token())) continue;
      context->TryCancel();
      break;
    }
    return reader->Finish();
  }

  grpc::Status Acknowledge(const std::string& token) override {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + kAcknowledgeLimit);
    AckRequest request;
    request.set_consumer(kConsumerName);
    request.set_token(token);
    AckResponse response;
    return stub_->AcknowledgeEvents(&context, request, &response);
  }

 private:
  std::unique_ptr<Stub> stub_;
};

using OneEdge =
    Feed<edge_pb::SipEdgeService::Stub, edge_pb::WatchEventsRequest, edge_pb::WatchEventsResponse,
         edge_pb::AcknowledgeEventsRequest, edge_pb::AcknowledgeEventsResponse>;

class AnyEdge final : public EventFeed {
 public:
  explicit AnyEdge(const std::vector<std::shared_ptr<grpc::Channel>>& edges) {
    for (const auto& channel : edges) {
      edges_.push_back(std::make_unique<OneEdge>(edge_pb::SipEdgeService::NewStub(channel)));
    }
  }

  grpc::Status Watch(grpc::ClientContext* context, const std::string& after,
                     const Take& take) override {
    auto status = edges_[at_]->Watch(context, after, take);
    if (status.error_code() == grpc::StatusCode::UNAVAILABLE) at_ = (at_ + 1) % edges_.size();
    return status;
  }

  grpc::Status Acknowledge(const std::string& token) override {
    return edges_[at_]->Acknowledge(token);
  }

 private:
  std::vector<std::unique_ptr<OneEdge>> edges_;
  std::atomic<std::size_t> at_{0};
};

}  // namespace

std::unique_ptr<EventFeed> EdgeFeed(const std::vector<std::shared_ptr<grpc::Channel>>& edges) {
  return std::make_unique<AnyEdge>(edges);
}

std::unique_ptr<EventFeed> DialerFeed(const std::shared_ptr<grpc::Channel>& channel) {
  return std::make_unique<Feed<dialer_pb::DialerService::Stub, dialer_pb::WatchEventsRequest,
                               dialer_pb::WatchEventsResponse, dialer_pb::AcknowledgeEventsRequest,
                               dialer_pb::AcknowledgeEventsResponse>>(
      dialer_pb::DialerService::NewStub(channel));
}

std::unique_ptr<EventFeed> QueueFeed(const std::shared_ptr<grpc::Channel>& channel) {
  return std::make_unique<Feed<queue_pb::QueueService::Stub, queue_pb::WatchEventsRequest,
                               queue_pb::WatchEventsResponse, queue_pb::AcknowledgeEventsRequest,
                               queue_pb::AcknowledgeEventsResponse>>(
      queue_pb::QueueService::NewStub(channel));
}

std::unique_ptr<EventFeed> RegistryFeed(const std::shared_ptr<grpc::Channel>& channel) {
  return std::make_unique<
      Feed<registry_pb::AgentRegistryService::Stub, registry_pb::WatchEventsRequest,
           registry_pb::WatchEventsResponse, registry_pb::AcknowledgeEventsRequest,
           registry_pb::AcknowledgeEventsResponse>>(
      registry_pb::AgentRegistryService::NewStub(channel));
}

}  // namespace callfleet::supervisor
