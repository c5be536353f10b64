#include "common/grpc_server/server.h"

#include <absl/synchronization/mutex.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>

#include <mutex>

#include "common/auth/listen_address.h"
#include "common/grpc_server/call_trace.h"
#include "common/grpc_server/one_poller.h"
#include "common/grpc_server/server_metrics.h"

namespace callfleet::grpc_server {
namespace {

// All are switches of the whole process in this gRPC.
void InitPlugins() {
  static std::once_flag once;
  std::call_once(once, [] {
    grpc::EnableDefaultHealthCheckService(true);
    grpc::reflection::InitProtoReflectionServerBuilderPlugin();
    // Debian's abseil has its deadlock detector compiled in: each lock that gRPC takes while it
    // holds another goes through one graph, under one spin lock for all threads.
    absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  });
}

void SetArguments(const ServerOptions& options, grpc::ServerBuilder* builder) {
  // A second process on our port must fail loudly, not share it silently.
  builder->AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder->SetMaxReceiveMessageSize(options.max_message_bytes);
  builder->SetMaxSendMessageSize(options.max_message_bytes);
  builder->AddChannelArgument(GRPC_ARG_HTTP2_BDP_PROBE, 0);  // As in channel.h.
  // Find dead watchers, and allow the keepalive pings of channel.h.
  builder->AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 10'000);
  builder->AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 5'000);
  builder->AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder->AddChannelArgument(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  builder->AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 1'000);
}

}  // namespace

Server::Server(ServerOptions options, const auth::Tokens& tokens)
    : options_(std::move(options)), tokens_(tokens) {}

Server::~Server() { Shutdown(); }

Status Server::Start(const std::vector<NamedService>& services) {
  if (auto checked = auth::CheckListen(options_.listen, tokens_); !checked) return checked;
  InitPlugins();
  KeepOnePoller();
  grpc::ServerBuilder builder;
  SetArguments(options_, &builder);
  std::vector<std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>> creators;
  if (options_.metrics != nullptr) creators.push_back(MeasureCalls(options_.metrics));
  if (options_.log != nullptr) creators.push_back(TraceCalls(options_.log));
  builder.experimental().SetInterceptorCreators(std::move(creators));
  builder.AddListeningPort(options_.listen, grpc::InsecureServerCredentials(), &port_);
  for (const auto& named : services) {
    builder.RegisterService(named.service);
    names_.push_back(named.full_name);
  }
  server_ = builder.BuildAndStart();
  if (server_ == nullptr || (port_ == 0 && !options_.listen.starts_with("unix:"))) {
    server_.reset();
    return Unavailable("LISTEN_FAILED", "Cannot listen on " + options_.listen + ".");
  }
  SetServing(false);
  return {};
}

void Server::SetServing(bool serving) {
  if (server_ == nullptr) return;
  auto* health = server_->GetHealthCheckService();
  for (const auto& name : names_) health->SetServingStatus(name, serving);
  health->SetServingStatus("", serving);
}

void Server::Shutdown(std::chrono::milliseconds grace) {
  if (server_ == nullptr) return;
  SetServing(false);
  streams_.CloseAll();
  server_->Shutdown(std::chrono::system_clock::now() + grace);
  server_->Wait();
  server_.reset();
}

}  // namespace callfleet::grpc_server
