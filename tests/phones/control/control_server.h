#pragma once
// The control interface: JSON over HTTP on loopback, for tests that change the world as it runs.
#include <memory>
#include <thread>

#include "tests/phones/app/world.h"

namespace httplib {
class Server;
}

namespace callfleet::phones {

class ControlServer {
 public:
  // Port 0: a free one. Throws std::runtime_error if it cannot bind.
  ControlServer(World& world, int port);
  ~ControlServer();
  int port() const { return port_; }

 private:
  void AddRoutes();
  void AddCommand(const std::string& path, const std::string& verb);

  World& world_;
  std::unique_ptr<httplib::Server> server_;
  int port_ = 0;
  std::thread thread_;
};

}  // namespace callfleet::phones
