#pragma once
// The operator's side door of each service: /metrics, /healthz (the process lives) and /readyz
// (it may get work; 503 with reasons where not).
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/auth/tokens.h"
#include "common/result/result.h"

namespace callfleet::http {

struct AdminCallbacks {
  std::function<std::string()> metrics;                       // Prometheus text.
  std::function<std::vector<std::string>()> unready_reasons;  // Empty: ready.
};

// The callbacks run on the server's two threads. Probes need no token (the kubelet has none);
// /metrics needs `viewer` where there are tokens.
class AdminServer {
 public:
  AdminServer(AdminCallbacks callbacks, const auth::Tokens& tokens);
  ~AdminServer();  // Stops.

  // As Listener::Start; FAILED_PRECONDITION TOKENS_REQUIRED beyond loopback without tokens.
  Status Start(const std::string& listen);
  int port() const;
  void Stop();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace callfleet::http
