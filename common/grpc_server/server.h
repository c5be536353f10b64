#pragma once
// One gRPC server: health, reflection, limits, and a shutdown that open streams cannot hold up.
#include <grpcpp/grpcpp.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "common/auth/tokens.h"
#include "common/grpc_server/streams.h"
#include "common/logging/logger.h"
#include "common/metrics/registry.h"
#include "common/result/result.h"

namespace callfleet::grpc_server {

struct ServerOptions {
  std::string listen;  // "host:port"; port 0 lets the kernel choose.
  int max_message_bytes = 4 * 1024 * 1024;
  metrics::Registry* metrics = nullptr;  // See server_metrics.h; null: nothing is measured.
  const logging::Logger* log = nullptr;  // See TraceCalls in call_trace.h; null: no traces.
};

struct NamedService {
  std::string full_name;  // "callfleet.dialer.v1.DialerService", for the health service.
  grpc::Service* service;
};
// For `class X final : public DialerService::CallbackService`: Named<DialerService>(&x).
template <class Generated>
NamedService Named(grpc::Service* service) {
  return {Generated::service_full_name(), service};
}

// Order of use: construct, give streams() to the services, Start, SetServing, Shutdown. All calls
// from one thread; the services' handlers run on gRPC's threads. The services outlive the server.
class Server {
 public:
  Server(ServerOptions options, const auth::Tokens& tokens);
  ~Server();  // Shutdown(200 ms) if still running.
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  Streams& streams() { return streams_; }
  // Health says NOT_SERVING until SetServing. UNAVAILABLE LISTEN_FAILED: the address is taken or
  // not ours. FAILED_PRECONDITION TOKENS_REQUIRED: not loopback and no tokens.
  Status Start(const std::vector<NamedService>& services);
  int port() const { return port_; }
  void SetServing(bool serving);  // Overall and each service.
  // Closes all streams, lets unary calls end for `grace`, then cancels what is left.
  void Shutdown(std::chrono::milliseconds grace = std::chrono::milliseconds(200));

 private:
  ServerOptions options_;
  const auth::Tokens& tokens_;
  Streams streams_;
  std::vector<std::string> names_;
  std::unique_ptr<grpc::Server> server_;
  int port_ = 0;
};

}  // namespace callfleet::grpc_server
