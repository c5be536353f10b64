#pragma once
// One media thread: an epoll loop over its endpoints' sockets and a 20 ms timer. It takes commands
// from one ring and gives events to another; nothing on the packet path allocates, locks or logs.
#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

#include "common/clock/clock.h"
#include "services/sip_edge/media/endpoint.h"
#include "services/sip_edge/media/record_link.h"
#include "services/sip_edge/media/thread_link.h"

namespace callfleet::sip_edge::media {

class MediaThread {
 public:
  // `to_control` is raised when events wait. All references outlive the thread.
  MediaThread(const MediaConfig& config, const Clock& clock, const ToneBank& tones,
              Signal& to_control);
  ~MediaThread();  // Stops and joins; endpoints stay with the control side.
  MediaThread(const MediaThread&) = delete;
  MediaThread& operator=(const MediaThread&) = delete;

  Status Start();

  // --- Control thread only.
  bool Push(const Command& command);  // False: the ring is full.
  void Wake();                        // After Push: else commands wait for the next packet or tick.
  bool Pop(ThreadEvent& event) { return events_.Pop(event); }

  // --- Any thread.
  const ThreadCounters& counters() const { return counters_; }
  RecordLink* record_link() { return record_.get(); }  // For the recorder; null: none.
  bool realtime() const { return realtime_.load(std::memory_order_relaxed); }
  std::chrono::nanoseconds Cpu() const;

 private:
  void Run();
  void TryRealtime();
  void Dispatch(std::uint64_t tag);
  void Tick();
  void RunCommands();
  void Run(const Command& command);
  void Attach(Endpoint* endpoint, bool fresh);
  void Release(Endpoint* endpoint, bool closed);
  void SetRow(Endpoint* listener, const Command& command);
  Endpoint* Find(EndpointId id) const;
  void Emit(const MediaEvent& event);
  void EmitForSure(const ThreadEvent& event);
  void FlushStuck();

  const MediaConfig& config_;
  const Clock& clock_;
  Signal& to_control_;
  int epoll_fd_ = -1;
  int timer_fd_ = -1;
  Signal wake_;
  std::atomic<bool> asleep_{false};
  std::atomic<bool> stop_{false};
  std::atomic<bool> realtime_{false};
  SpscRing<Command> commands_;
  SpscRing<ThreadEvent> events_;
  ThreadCounters counters_;

  std::unique_ptr<RecordLink> record_;
  std::vector<Endpoint*> by_slot_;  // nullptr: not here.
  std::vector<Endpoint*> active_;
  // Events that may not be lost and met a full ring; at most six an endpoint.
  std::vector<ThreadEvent> stuck_;
  bool told_ = false;  // Events were pushed since the control side was last woken.
  alignas(8) std::array<std::uint8_t, kMaxDatagram> buffer_{};  // As libsrtp2 wants it.
  ThreadContext context_;
  std::uint64_t tick_ = 0;
  std::uint64_t packets_at_tick_ = 0;
  long nap_ns_ = 0;  // Batches packets, see kBusyPackets.
  std::thread thread_;
  std::thread::native_handle_type handle_{};
};

}  // namespace callfleet::sip_edge::media
