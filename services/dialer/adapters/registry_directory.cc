#include "services/dialer/adapters/registry_directory.h"

#include <grpcpp/grpcpp.h>

#include <utility>

#include "callfleet/agent_registry/v1/agent_registry_service.grpc.pb.h"
#include "common/grpc_server/errors.h"
#include "common/grpc_server/open_calls.h"

namespace callfleet::dialer {

namespace {
namespace registry_pb = callfleet::agent_registry::v1;
constexpr std::chrono::seconds kDeadline{2};
constexpr int kPage = 1000;

bool IsInstant(const registry_pb::Agent& agent) {
  return agent.kind() == registry_pb::AGENT_KIND_AI ||
         agent.line_mode() == registry_pb::AGENT_LINE_MODE_AUTO ||
         agent.line_mode() == registry_pb::AGENT_LINE_MODE_DEDICATED;
}
}  // namespace

class RegistryDirectory::Shared : public std::enable_shared_from_this<Shared> {
 public:
  explicit Shared(std::shared_ptr<grpc::Channel> channel)
      : stub_(registry_pb::AgentRegistryService::NewStub(std::move(channel))) {}
  ~Shared() { calls_.Stop(); }
  void Stop() { calls_.Stop(); }

  void Ask(const std::string& campaign, const std::string& token, Audience so_far,
           std::function<void(Result<Audience>)> reply) {
    struct Call {
      grpc::ClientContext context;
      registry_pb::ListAgentsRequest request;
      registry_pb::ListAgentsResponse response;
    };
    auto call = std::make_shared<Call>();
    call->request.set_page_size(kPage);
    call->request.set_page_token(token);
    call->request.mutable_member_of()->set_kind(callfleet::common::v1::UNIT_KIND_CAMPAIGN);
    call->request.mutable_member_of()->set_id(campaign);
    call->context.set_deadline(std::chrono::system_clock::now() + kDeadline);
    if (!calls_.Enter(&call->context)) {
      reply(Unavailable("SHUTTING_DOWN", "The dialer stops."));
      return;
    }
    stub_->async()->ListAgents(&call->context, &call->request, &call->response,
                               [self = shared_from_this(), call, campaign, so_far,
                                reply = std::move(reply)](const grpc::Status& status) mutable {
                                 self->Answered(status, call->response, campaign, so_far,
                                                std::move(reply));
                                 self->calls_.Leave(&call->context);
                               });
  }

 private:
  void Answered(const grpc::Status& status, const registry_pb::ListAgentsResponse& page,
                const std::string& campaign, Audience so_far,
                std::function<void(Result<Audience>)> reply) {
    if (auto ok = grpc_server::FromGrpcStatus(status); !ok) {
      reply(Fail(ok.error()));
      return;
    }
    for (const auto& agent : page.agents()) {
      if (!agent.active()) continue;
      ++so_far.members;
      so_far.instant += IsInstant(agent);
    }
    if (page.next_page_token().empty()) {
      reply(so_far);
      return;
    }
    Ask(campaign, page.next_page_token(), so_far, std::move(reply));
  }

  std::unique_ptr<registry_pb::AgentRegistryService::Stub> stub_;
  grpc_server::OpenCalls calls_;
};

RegistryDirectory::RegistryDirectory(std::shared_ptr<grpc::Channel> channel)
    : shared_(std::make_shared<Shared>(std::move(channel))) {}
RegistryDirectory::~RegistryDirectory() { shared_->Stop(); }

void RegistryDirectory::Members(const CampaignId& campaign,
                                std::function<void(Result<Audience>)> reply) {
  shared_->Ask(campaign.str(), "", {}, std::move(reply));
}

}  // namespace callfleet::dialer
