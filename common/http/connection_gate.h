#pragma once
// Where connections wait until a request is there to be served. One thread looks after all of them,
// so a client that sends half a request costs a little memory and no worker.
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <utility>

#include "common/http/request_head.h"
#include "common/http/worker_options.h"

namespace callfleet::http {

// A request that is there: its bytes so far, and whether a worker must read more.
struct Arrived {
  int socket;
  std::string bytes;
  RequestHead head;
  bool whole;
};

enum class Fault { kBadLength, kHeadTooLarge, kTooSlow };

// Thread safe. Owns the sockets it holds.
class ConnectionGate {
 public:
  // Both run on the gate's thread under its lock and must not block. `arrived` gets the socket for
  // good; after `refused` has written its answer the gate closes the socket.
  struct Callbacks {
    std::function<void(Arrived)> arrived;
    std::function<void(int socket, Fault fault)> refused;
  };
  ConnectionGate(GateOptions options, Callbacks callbacks);
  ~ConnectionGate();  // Closes what waits.
  ConnectionGate(const ConnectionGate&) = delete;
  ConnectionGate& operator=(const ConnectionGate&) = delete;

  // `before`: bytes of the next request that were read already.
  void Add(int socket, std::string before = {});
  std::size_t waiting() const;

 private:
  using Time = std::chrono::steady_clock::time_point;
  struct Waiting {
    std::string bytes;
    Time since{};  // Of the first byte, or of Add.
    Time until{};
    RequestHead head;
    bool poked = false;  // An event was asked for that is always there.
  };
  using Map = std::map<int, Waiting>;

  void Run();
  int PatienceMs();
  void Read(int socket);
  bool Ready(int socket, Waiting* waiting);  // To be passed on, or refused.
  void Pass(int socket, Waiting waiting) const;
  void SetUntil(int socket, Waiting* waiting, Time until);
  void Forget(Map::iterator at);
  void EndLate();
  void Wake() const;

  GateOptions options_;
  Callbacks callbacks_;
  int poll_;
  int wake_;
  mutable std::mutex mutex_;
  bool stopping_ = false;
  Map waiting_;
  std::set<std::pair<Time, int>> by_end_;
  std::thread thread_;
};

}  // namespace callfleet::http
