#include "services/queue/adapters/registry_desk.h"

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <utility>

#include "callfleet/agent_registry/v1/agent_registry_service.grpc.pb.h"
#include "common/grpc_server/errors.h"
#include "common/grpc_server/open_calls.h"

namespace callfleet::queue {
namespace {

namespace registry = callfleet::agent_registry::v1;
constexpr std::chrono::milliseconds kWishLimit{1'800};

registry::SetPresenceRequest PresenceOf(const AgentWish& wish) {
  registry::SetPresenceRequest request;
  request.set_agent_id(wish.agent.str());
  switch (wish.kind) {
    case AgentWish::Kind::kSignOut:
      request.set_presence(registry::PRESENCE_LOGGED_OUT);
      break;
    case AgentWish::Kind::kReady:
      request.set_presence(registry::PRESENCE_READY);
      break;
    case AgentWish::Kind::kSignIn:
      request.set_presence(registry::PRESENCE_NOT_READY);
      request.set_reason("signed_in");
      break;
    case AgentWish::Kind::kNotReady:
    case AgentWish::Kind::kEndWrapUp:
    case AgentWish::Kind::kMoreWrapUp:
      request.set_presence(registry::PRESENCE_NOT_READY);
      request.set_reason(wish.reason);
      break;
  }
  return request;
}

registry::SetWrapUpRequest WrapUpOf(const AgentWish& wish) {
  registry::SetWrapUpRequest request;
  request.set_agent_id(wish.agent.str());
  const bool more = wish.kind == AgentWish::Kind::kMoreWrapUp;
  request.mutable_time_left()->set_seconds(
      more ? std::chrono::duration_cast<std::chrono::seconds>(wish.wrap_up).count() : 0);
  return request;
}

template <class Request, class Response>
struct Asking {
  grpc::ClientContext context;
  Request request;
  Response response;
};

}  // namespace

// Lives until the last reply.
class RegistryDesk::Shared : public std::enable_shared_from_this<Shared> {
 public:
  explicit Shared(const std::shared_ptr<grpc::Channel>& channel)
      : stub_(registry::AgentRegistryService::NewStub(channel)) {}
  void Stop() { calls_.Stop(); }

  void Do(const AgentWish& wish, std::function<void(Status)> reply) {
    const bool wrap_up =
        wish.kind == AgentWish::Kind::kEndWrapUp || wish.kind == AgentWish::Kind::kMoreWrapUp;
    if (wrap_up) {
      auto ask = Begin<registry::SetWrapUpRequest, registry::SetWrapUpResponse>(WrapUpOf(wish));
      if (ask == nullptr) return reply(Unavailable("OWNER_GONE", "The service stops."));
      stub_->async()->SetWrapUp(&ask->context, &ask->request, &ask->response,
                                Done(ask, std::move(reply)));
      return;
    }
    auto ask = Begin<registry::SetPresenceRequest, registry::SetPresenceResponse>(PresenceOf(wish));
    if (ask == nullptr) return reply(Unavailable("OWNER_GONE", "The service stops."));
    stub_->async()->SetPresence(&ask->context, &ask->request, &ask->response,
                                Done(ask, std::move(reply)));
  }

 private:
  template <class Request, class Response>
  std::shared_ptr<Asking<Request, Response>> Begin(Request request) {
    auto ask = std::make_shared<Asking<Request, Response>>();
    ask->request = std::move(request);
    ask->context.set_deadline(std::chrono::system_clock::now() + kWishLimit);
    if (!calls_.Enter(&ask->context)) return nullptr;
    return ask;
  }
  template <class Ask>
  std::function<void(grpc::Status)> Done(std::shared_ptr<Ask> ask,
                                         std::function<void(Status)> reply) {
    return [self = shared_from_this(), ask = std::move(ask),
            reply = std::move(reply)](const grpc::Status& answer) {
      reply(grpc_server::FromGrpcStatus(answer));
      self->calls_.Leave(&ask->context);
    };
  }

  std::unique_ptr<registry::AgentRegistryService::Stub> stub_;
  grpc_server::OpenCalls calls_;
};

RegistryDesk::RegistryDesk(const std::shared_ptr<grpc::Channel>& channel)
    : shared_(std::make_shared<Shared>(channel)) {}
RegistryDesk::~RegistryDesk() { Stop(); }
void RegistryDesk::Do(const AgentWish& wish, std::function<void(Status)> reply) {
  shared_->Do(wish, std::move(reply));
}
void RegistryDesk::Stop() { shared_->Stop(); }

}  // namespace callfleet::queue
