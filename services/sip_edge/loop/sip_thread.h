#pragma once
// The sofia thread: runs one su_root, takes work from other threads, ticks every 10 ms.
#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "services/sip_edge/loop/sofia.h"

namespace callfleet::sip_edge {

// Created and destroyed by one thread; Post may be called by any. Everything posted before Stop
// runs.
class SipThread {
 public:
  using Task = std::function<void()>;
  static constexpr int kTickMs = 10;
  static constexpr int kLongestWaitMs = 100;

  struct Tasks {
    Task start;    // First on the new thread; Start returns after it.
    Task tick;     // Each 10 ms.
    Task settled;  // After each burst of events, before the thread waits; at least each 5 ms.
    Task stop;     // Last.
  };
  void Start(Tasks tasks);
  // False when the thread has been stopped: the task will not run.
  bool Post(Task task);
  void Stop();
  ~SipThread();

  // For how long there has been something to do at every look; 0 in the first event after a pause.
  // Whatever arrives now has waited up to so long. On the thread alone.
  std::chrono::steady_clock::duration Busy() const;

  su_root_t* root() const { return root_; }
  bool OnThisThread() const { return std::this_thread::get_id() == thread_.get_id(); }

 private:
  void Run(std::atomic<bool>& ready);
  void Loop();
  void FinishBurst();
  bool Step(int wait_ms);
  void Drain();
  static void OnPosted(SipThread* self, su_msg_r msg, PostedCall* call);
  static void OnTick(SipThread* self, su_timer_t* timer, su_timer_arg_t* arg);

  su_root_t* root_ = nullptr;
  // --- The thread's own.
  bool running_ = false;
  std::optional<std::chrono::steady_clock::time_point> burst_began_;
  // --- Anybody's.
  std::thread thread_;
  Tasks tasks_;
  std::mutex mutex_;
  std::vector<Task> inbox_;  // One su_msg wakes the loop for all that is in here.
  bool accepting_ = false;
};

}  // namespace callfleet::sip_edge
