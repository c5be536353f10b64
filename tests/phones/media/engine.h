#pragma once
// All RTP of the phones on one thread: a 5 ms clock sends a quarter of the legs each time, epoll
// receives. The calls below are thread safe; the lock is free while the thread waits.
#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "tests/phones/media/rtp_leg.h"

namespace callfleet::phones {

struct MediaOptions {
  std::string host = "127.0.0.1";
  uint16_t port_min = 20000;  // Below the kernel's ephemeral range.
  uint16_t port_max = 32700;
  bool send_rtp = true;  // false: SDP and sockets only, nobody listens, for set-up benchmarks
};

using LegId = uint64_t;
struct OpenedLeg {
  LegId id = 0;
  uint16_t port = 0;  // 0: no port was free
  ToneCode code;
};

class MediaEngine {
 public:
  explicit MediaEngine(MediaOptions options);
  ~MediaEngine();

  OpenedLeg Open(Side side);
  void SetRemote(LegId id, const RemoteRtp& remote);
  void SetSending(LegId id, Sending what);
  void Play(LegId id, std::shared_ptr<const Clip> clip);
  RtpStats Stats(LegId id);
  RtpStats Close(LegId id);
  const std::string& host() const { return options_.host; }

 private:
  struct Slot {
    std::unique_ptr<RtpLeg> leg;
    int phase = 0;
  };
  void Loop();
  void Tick();
  ToneCode NextCode(Side side);
  void ReturnCode(const ToneCode& code);

  MediaOptions options_;
  int epoll_fd_;
  int timer_fd_;
  int stop_fd_;
  std::mutex mutex_;
  std::map<LegId, Slot> legs_;
  LegId next_id_ = 1;
  uint16_t next_port_;
  int phase_ = 0;
  std::array<size_t, 2> next_code_{};
  std::array<std::map<uint32_t, int>, 2> codes_in_use_;
  std::array<std::map<LegId, RtpLeg*>, 4> by_phase_;
  std::thread thread_;
};

}  // namespace callfleet::phones
