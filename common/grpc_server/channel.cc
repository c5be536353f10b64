#include "common/grpc_server/channel.h"

#include <grpcpp/grpcpp.h>
#include <grpcpp/support/client_interceptor.h>

#include <utility>
#include <vector>

#include "common/grpc_server/call_trace.h"
#include "common/grpc_server/one_poller.h"

namespace callfleet::grpc_server {
namespace {

using grpc::experimental::InterceptionHookPoints;

class AddHeaders final : public grpc::experimental::Interceptor {
 public:
  AddHeaders(const std::string& authorization, std::string traceparent)
      : authorization_(authorization), traceparent_(std::move(traceparent)) {}
  void Intercept(grpc::experimental::InterceptorBatchMethods* methods) override {
    if (methods->QueryInterceptionHookPoint(InterceptionHookPoints::PRE_SEND_INITIAL_METADATA)) {
      auto* metadata = methods->GetSendInitialMetadata();
      if (!authorization_.empty()) metadata->emplace("authorization", authorization_);
      metadata->emplace(kTraceparent, std::move(traceparent_));
    }
    methods->Proceed();
  }

 private:
  const std::string& authorization_;
  std::string traceparent_;
};

// Call credentials would need TLS; an interceptor also works on loopback and inside a pod network.
class AddHeadersFactory final : public grpc::experimental::ClientInterceptorFactoryInterface {
 public:
  explicit AddHeadersFactory(const std::string& token)
      : authorization_(token.empty() ? "" : "Bearer " + token) {}
  // On the thread that begins the call: its trace is the call's.
  grpc::experimental::Interceptor* CreateClientInterceptor(
      grpc::experimental::ClientRpcInfo* /*info*/) override {
    return new AddHeaders(authorization_, OutgoingTraceparent());
  }

 private:
  std::string authorization_;
};

}  // namespace

std::shared_ptr<grpc::Channel> MakeChannel(const ChannelOptions& options) {
  KeepOnePoller();
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  // Despite its name, the least time that one attempt to connect is given.
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 2'000);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 2'000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 10'000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 5'000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  // No ping with the data to measure the path: the windows of 64 KiB do for what we send.
  arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  arguments.SetMaxReceiveMessageSize(options.max_message_bytes);
  arguments.SetMaxSendMessageSize(options.max_message_bytes);
  std::vector<std::unique_ptr<grpc::experimental::ClientInterceptorFactoryInterface>> interceptors;
  interceptors.push_back(std::make_unique<AddHeadersFactory>(options.token));
  return grpc::experimental::CreateCustomChannelWithInterceptors(
      options.target, grpc::InsecureChannelCredentials(), arguments, std::move(interceptors));
}

}  // namespace callfleet::grpc_server
