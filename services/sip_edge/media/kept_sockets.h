#pragma once
// Bound socket pairs of ended legs, for the next legs: opening and closing the four sockets of a
// call costs 12 system calls. A pair rests like its port does and is closed when nobody has taken
// it for a while. Control thread only.
#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <random>
#include <vector>

#include "common/clock/clock.h"
#include "services/sip_edge/media/udp_socket.h"

namespace callfleet::sip_edge::media {

struct SocketPair {
  std::uint16_t port = 0;  // Of RTP; RTCP has the next.
  UdpSocket rtp{};
  UdpSocket rtcp{};
};

class KeptSockets {
 public:
  // Two seconds of 1,000 calls; what comes on top is closed.
  static constexpr std::size_t kMost = 4'000;
  static constexpr std::chrono::seconds kUnused{5};

  KeptSockets(std::chrono::milliseconds rest, std::uint64_t seed) : rest_(rest), random_(seed) {}

  // A pair that has rested, any of them.
  std::optional<SocketPair> Take(MonoTime now);
  // False if enough are kept: the caller closes it.
  bool Put(SocketPair&& pair, MonoTime now);
  // Closes what has not been used for long; the ports are free then.
  std::vector<std::uint16_t> Expire(MonoTime now);
  // Closes all, where ports or descriptors are short.
  std::vector<std::uint16_t> Clear();

 private:
  struct Kept {
    MonoTime rested;
    SocketPair pair;
  };
  std::chrono::milliseconds rest_;
  std::mt19937_64 random_;
  std::deque<Kept> kept_;   // Those that have rested first.
  std::size_t rested_ = 0;  // Of the front.
};

}  // namespace callfleet::sip_edge::media
