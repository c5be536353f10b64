#include "tests/phones/sip/loop.h"

#include <sofia-sip/su.h>
#include <sofia-sip/su_log.h>
#include <sofia-sip/su_wait.h>

#include <algorithm>
#include <future>
#include <memory>
#include <stdexcept>

namespace callfleet::phones {
namespace {

struct Posted {
  std::function<void()>* work;
};

void RunPosted(su_root_magic_t*, su_msg_r, su_msg_arg_t* arg) {
  std::unique_ptr<std::function<void()>> work(reinterpret_cast<Posted*>(arg)->work);
  (*work)();
}

}  // namespace

struct SipLoop::Timer {
  SipLoop* loop;
  TimerId id;
  su_timer_t* timer;
  std::function<void()> work;
  Timer(SipLoop* l, TimerId i, su_timer_t* t, std::function<void()> w)
      : loop(l), id(i), timer(t), work(std::move(w)) {}
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;
  ~Timer() { su_timer_destroy(timer); }
};

SipLoop::SipLoop() {
  std::promise<void> ready;
  thread_ = std::thread([this, &ready] {
    su_init();
    su_log_set_level(nullptr, 0);
    root_ = su_root_create(nullptr);
    ready.set_value();
    if (root_) ThreadMain();
  });
  ready.get_future().wait();
  if (root_) return;
  thread_.join();
  throw std::runtime_error("no SIP event loop");
}

SipLoop::~SipLoop() {
  Post([this] { running_ = false; });
  thread_.join();
}

// sofia waits in whole milliseconds: for a timer that is due in less it polls without a pause, and
// takes the processor from those who are measured. A step that only reads a wake-up is short, too.
void SipLoop::ThreadMain() {
  using std::chrono::steady_clock;
  constexpr std::chrono::microseconds kNothingDone{12};
  constexpr std::chrono::microseconds kNap{200};
  constexpr int kLongestWaitMs = 100;
  for (int idle = 0; running_;) {
    const auto before = steady_clock::now();
    su_root_step(root_, kLongestWaitMs);
    idle = steady_clock::now() - before < kNothingDone ? idle + 1 : 0;
    if (idle >= 2) std::this_thread::sleep_for(kNap);
  }
  timers_.clear();
  su_root_destroy(root_);
  su_deinit();
}

void SipLoop::Post(std::function<void()> work) {
  su_msg_r message = SU_MSG_R_INIT;
  if (su_msg_create(message, su_root_task(root_), su_root_task(root_), RunPosted, sizeof(Posted)) !=
      0)
    throw std::bad_alloc();
  reinterpret_cast<Posted*>(su_msg_data(message))->work =
      new std::function<void()>(std::move(work));
  su_msg_send(message);
}

void SipLoop::Run(const std::function<void()>& work) {
  std::promise<void> done;
  Post([&] {
    try {
      work();
      done.set_value();
    } catch (...) {
      done.set_exception(std::current_exception());
    }
  });
  done.get_future().get();
}

TimerId SipLoop::After(std::chrono::milliseconds delay, std::function<void()> work) {
  const TimerId id = next_timer_++;
  delay = std::max(delay, std::chrono::milliseconds{1});  // su_timer_set aborts on 0.
  auto timer = std::make_unique<Timer>(
      this, id, su_timer_create(su_root_task(root_), delay.count()), std::move(work));
  su_timer_set(
      timer->timer,
      [](su_root_magic_t*, su_timer_t*, su_timer_arg_t* arg) {
        auto* t = reinterpret_cast<Timer*>(arg);
        t->loop->Fire(t->id);
      },
      reinterpret_cast<su_timer_arg_t*>(timer.get()));
  timers_.emplace(id, std::move(timer));
  return id;
}

void SipLoop::Fire(TimerId id) {
  auto node = timers_.extract(id);
  if (node) node.mapped()->work();
}

void SipLoop::Cancel(TimerId& timer) {
  timers_.erase(timer);
  timer = 0;
}

}  // namespace callfleet::phones
