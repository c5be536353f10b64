#pragma once
// The one SIP thread. Everything of sofia belongs to it; other threads come in by Post and Run.
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <thread>

using su_root_t = struct su_root_s;
using su_timer_t = struct su_timer_s;

namespace callfleet::phones {

using TimerId = uint64_t;  // 0: none

class SipLoop {
 public:
  SipLoop();
  ~SipLoop();  // Stops the thread; every endpoint must be gone by then.
  SipLoop(const SipLoop&) = delete;
  SipLoop& operator=(const SipLoop&) = delete;

  void Post(std::function<void()> work);        // Any thread, also its own: runs later.
  void Run(const std::function<void()>& work);  // Any other thread: returns when done.

  // On the SIP thread only. One shot.
  TimerId After(std::chrono::milliseconds delay, std::function<void()> work);
  void Cancel(TimerId& timer);  // Sets it to 0; an unknown or fired timer is no error.

  su_root_t* root() const { return root_; }

 private:
  struct Timer;
  void ThreadMain();
  void Fire(TimerId id);

  su_root_t* root_ = nullptr;
  bool running_ = true;  // The loop's thread.
  std::map<TimerId, std::unique_ptr<Timer>> timers_;
  TimerId next_timer_ = 1;
  std::thread thread_;
};

}  // namespace callfleet::phones
