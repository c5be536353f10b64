#pragma once
// The traps of httplib in one place: how a server of this project listens, and how it stops.
#include <memory>
#include <string>
#include <thread>

#include "common/http/worker_options.h"
#include "common/result/result.h"

namespace callfleet::http {

class GatedServer;

struct ListenOptions {
  std::string listen;  // "host:port"; port 0 lets the kernel choose.
  WorkerOptions workers{};
};

// Owns the thread of one httplib server whose routes are set already. Stop ends open connections'
// requests after their handlers return.
class Listener {
 public:
  explicit Listener(GatedServer* server) : server_(server) {}
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  // UNAVAILABLE LISTEN_FAILED; INVALID_ARGUMENT for an address that is not host:port.
  Status Start(const ListenOptions& options);
  int port() const { return port_; }
  void Stop();

 private:
  GatedServer* server_;
  std::thread thread_;
  int port_ = 0;
};

}  // namespace callfleet::http
