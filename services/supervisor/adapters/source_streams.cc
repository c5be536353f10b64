#include "services/supervisor/adapters/source_streams.h"

#include <map>

#include "callfleet/agent_registry/v1/agent_registry_service.grpc.pb.h"
#include "callfleet/dialer/v1/dialer_service.grpc.pb.h"
#include "callfleet/sip_edge/v1/sip_edge_service.grpc.pb.h"
#include "services/supervisor/adapters/agent_convert.h"
#include "services/supervisor/adapters/call_convert.h"
#include "services/supervisor/adapters/campaign_convert.h"

namespace callfleet::supervisor {
namespace {

namespace edge_pb = callfleet::sip_edge::v1;
namespace registry_pb = callfleet::agent_registry::v1;
namespace dialer_pb = callfleet::dialer::v1;

constexpr std::chrono::seconds kListEvery{2};
constexpr std::chrono::seconds kListDeadline{5};
constexpr int kPageSize = 1'000;

// A stream that its server ended politely is lost all the same. So is one with a message that
// cannot be read: its server would go on, and Finish wait for ever.
template <class Reader>
grpc::Status Ended(grpc::ClientContext* context, Reader& reader) {
  context->TryCancel();
  const grpc::Status status = reader.Finish();
  return status.ok() ? grpc::Status(grpc::StatusCode::UNAVAILABLE, "the stream ended") : status;
}

void Take(const edge_pb::WatchCallsResponse& message, const FactWriter& write) {
  using Message = edge_pb::WatchCallsResponse;
  switch (message.message_case()) {
    case Message::kSnapshotBegin:
      write(SnapshotBegin{.edge = EdgeId(message.snapshot_begin().edge_id())});
      break;
    case Message::kRecord:
      write(ToFact(message.record()));
      break;
    case Message::kSnapshotEnd:
      write(SnapshotEnd{});
      break;
    case Message::kDelta:
      // A forgotten call was told as ended before; its end stays in our keeping.
      if (!message.delta().forgotten()) write(ToFact(message.delta().record()));
      break;
    case Message::kAlive:
    case Message::MESSAGE_NOT_SET:
      break;
  }
}

void Take(const registry_pb::WatchAgentsResponse& message, const FactWriter& write) {
  using Message = registry_pb::WatchAgentsResponse;
  switch (message.message_case()) {
    case Message::kAgent:
      write(ToFact(message.agent()));
      break;
    case Message::kSnapshotEnd:
      write(SnapshotEnd{});
      break;
    case Message::kChange:
      if (message.change().deleted_agent_id().empty()) {
        write(ToFact(message.change().agent()));
      } else {
        write(AgentGone{AgentId(message.change().deleted_agent_id())});
      }
      break;
    case Message::kAlive:
    case Message::MESSAGE_NOT_SET:
      break;
  }
}

void Take(const edge_pb::WatchTrunksResponse& message, const FactWriter& write) {
  using Message = edge_pb::WatchTrunksResponse;
  switch (message.message_case()) {
    case Message::kTrunk:
      write(ToFact(message.trunk()));
      break;
    case Message::kDeletedTrunkId:
      write(TrunkGone{TrunkId(message.deleted_trunk_id())});
      break;
    case Message::kSnapshotComplete:
      write(SnapshotEnd{});
      break;
    case Message::kAlive:
    case Message::MESSAGE_NOT_SET:
      break;
  }
}

// Campaigns by id, newest figures kept over each new list.
class CampaignReader {
 public:
  CampaignReader(dialer_pb::DialerService::Stub* stub, const FactWriter* write)
      : stub_(stub), write_(write) {}

  grpc::Status ListIfDue() {
    const MonoTime now = write_->Now();
    if (listed_ && now - *listed_ < kListEvery) return grpc::Status::OK;
    listed_ = now;
    std::map<std::string, CampaignFact> fresh;
    dialer_pb::ListCampaignsRequest request;
    request.set_page_size(kPageSize);
    do {
      grpc::ClientContext context;
      context.set_deadline(std::chrono::system_clock::now() + kListDeadline);
      dialer_pb::ListCampaignsResponse page;
      const auto status = stub_->ListCampaigns(&context, request, &page);
      if (!status.ok()) return status;
      for (const auto& campaign : page.campaigns()) {
        auto fact = campaigns_[campaign.campaign_id()];
        const auto named = ToFact(campaign);
        fact.id = named.id;
        fact.name = named.name;
        fact.state = named.state;
        fact.caller_id = named.caller_id;
        fresh[campaign.campaign_id()] = std::move(fact);
      }
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    campaigns_ = std::move(fresh);
    (*write_)(SnapshotBegin{});
    for (const auto& [id, fact] : campaigns_) (*write_)(fact);
    (*write_)(SnapshotEnd{});
    return grpc::Status::OK;
  }

  void Take(const dialer_pb::CampaignStats& stats) {
    auto& fact = campaigns_[stats.campaign_id()];
    fact.id = CampaignId(stats.campaign_id());
    AddFigures(stats, &fact);
    if (fact.name.empty()) {
      listed_.reset();  // New since the last list: its name is there.
    } else {
      (*write_)(fact);
    }
  }

 private:
  dialer_pb::DialerService::Stub* stub_;
  const FactWriter* write_;
  std::optional<MonoTime> listed_;
  std::map<std::string, CampaignFact> campaigns_;
};

}  // namespace

WatchLoop::ReadAll ReadCalls(std::shared_ptr<grpc::Channel> edge) {
  return [stub = std::shared_ptr(edge_pb::SipEdgeService::NewStub(edge))](
             grpc::ClientContext* context, const FactWriter& write) {
    auto reader =
        stub->WatchCalls(context, ForViews<edge_pb::WatchCallsRequest>());  // No filter: all.
    edge_pb::WatchCallsResponse message;
    while (reader->Read(&message)) Take(message, write);
    return Ended(context, *reader);
  };
}

WatchLoop::ReadAll ReadTrunks(std::shared_ptr<grpc::Channel> edge) {
  return [stub = std::shared_ptr(edge_pb::SipEdgeService::NewStub(edge))](
             grpc::ClientContext* context, const FactWriter& write) {
    auto reader = stub->WatchTrunks(context, edge_pb::WatchTrunksRequest());
    edge_pb::WatchTrunksResponse message;
    write(SnapshotBegin{});
    while (reader->Read(&message)) Take(message, write);
    return Ended(context, *reader);
  };
}

WatchLoop::ReadAll ReadAgents(std::shared_ptr<grpc::Channel> registry) {
  return [stub = std::shared_ptr(registry_pb::AgentRegistryService::NewStub(registry))](
             grpc::ClientContext* context, const FactWriter& write) {
    auto reader = stub->WatchAgents(context, ForViews<registry_pb::WatchAgentsRequest>());
    registry_pb::WatchAgentsResponse message;
    write(SnapshotBegin{});
    while (reader->Read(&message)) Take(message, write);
    return Ended(context, *reader);
  };
}

WatchLoop::ReadAll ReadCampaigns(std::shared_ptr<grpc::Channel> dialer) {
  return [stub = std::shared_ptr(dialer_pb::DialerService::NewStub(dialer))](
             grpc::ClientContext* context, const FactWriter& write) {
    CampaignReader campaigns(stub.get(), &write);
    if (auto status = campaigns.ListIfDue(); !status.ok()) return status;
    auto reader = stub->WatchCampaign(context, dialer_pb::WatchCampaignRequest());
    dialer_pb::WatchCampaignResponse message;
    while (reader->Read(&message)) {  // Alive comes each second, so the list is never late.
      if (message.has_stats()) campaigns.Take(message.stats());
      if (auto status = campaigns.ListIfDue(); !status.ok()) {
        context->TryCancel();
        reader->Finish();
        return status;
      }
    }
    return Ended(context, *reader);
  };
}

}  // namespace callfleet::supervisor
