#pragma once
// Far ends that talk all the time and do not care what they hear.
#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "services/sip_edge/media/media_engine.h"
#include "services/sip_edge/media/udp_socket.h"

namespace callfleet::sip_edge::media::bench {

struct Party {
  UdpSocket socket;
  EndpointId leg;
  std::uint16_t sequence = 0;
  std::uint32_t timestamp = 0;
};
Party OpenParty(MediaEngine& engine, const std::string& key);

// All parties once a tick of 20 ms, spread over it; what they hear is read away. On return of the
// constructor the engine has learned where they are.
class Talk {
 public:
  explicit Talk(std::vector<Party>& parties);
  ~Talk() { Stop(); }
  Talk(const Talk&) = delete;
  Talk& operator=(const Talk&) = delete;
  void Stop();
  std::chrono::nanoseconds Cpu() const;  // Of this thread; while it runs.

 private:
  void Run();
  std::vector<Party>& parties_;
  std::atomic<bool> on_{true};
  std::thread thread_;
};

// CPU time of the whole process.
std::chrono::nanoseconds ProcessCpu();

}  // namespace callfleet::sip_edge::media::bench
