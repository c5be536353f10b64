#include "services/sip_edge/loop/sip_thread.h"

#include <chrono>
#include <utility>

namespace callfleet::sip_edge {

struct PostedCall {
  SipThread* thread;
};

void SipThread::Start(Tasks tasks) {
  tasks_ = std::move(tasks);
  std::atomic<bool> ready{false};
  thread_ = std::thread([this, &ready] { Run(ready); });
  ready.wait(false);
}

void SipThread::Run(std::atomic<bool>& ready) {
  root_ = su_root_create(this);
  su_root_threading(root_, 0);
  su_timer_t* timer = su_timer_create(su_root_task(root_), kTickMs);
  su_timer_run(timer, &SipThread::OnTick, nullptr);
  tasks_.start();
  {
    std::lock_guard lock(mutex_);
    accepting_ = true;
  }
  ready.store(true);
  ready.notify_all();
  Loop();
  Drain();
  tasks_.settled();
  tasks_.stop();
  su_timer_destroy(timer);
  su_root_destroy(root_);
  root_ = nullptr;
}

// A wake-up costs as much as the work of an event, and sofia takes one event a step: so all that is
// there is done first, and where bursts follow each other the next is left to gather for a
// millisecond. sofia waits in whole milliseconds, too: for a timer that is due in less it would
// poll without a pause.
void SipThread::Loop() {
  using std::chrono::steady_clock;
  constexpr std::chrono::microseconds kNap{300};
  constexpr std::chrono::microseconds kGather{1000};
  running_ = true;
  auto last = steady_clock::now();
  while (running_) {
    if (!Step(kLongestWaitMs) && !Step(0)) {
      tasks_.settled();
      std::this_thread::sleep_for(kNap);
      continue;
    }
    FinishBurst();
    const auto now = steady_clock::now();
    if (now - last < 2 * kGather) std::this_thread::sleep_for(kGather);
    last = now;
  }
}

void SipThread::FinishBurst() {
  using std::chrono::steady_clock;
  constexpr std::chrono::milliseconds kLongestBurst{5};
  auto told = steady_clock::now();
  burst_began_ = told;
  while (running_ && (Step(0) || Step(0))) {
    const auto now = steady_clock::now();
    if (now - told < kLongestBurst) continue;
    tasks_.settled();
    told = now;
  }
  burst_began_.reset();
  tasks_.settled();
}

std::chrono::steady_clock::duration SipThread::Busy() const {
  using std::chrono::steady_clock;
  return burst_began_ ? steady_clock::now() - *burst_began_ : steady_clock::duration::zero();
}

// False where it took no time: there was nothing to do, or only a wake-up to read, whose messages
// the next step runs. Two such steps mean that nothing is left.
bool SipThread::Step(int wait_ms) {
  using std::chrono::steady_clock;
  constexpr std::chrono::microseconds kNothingDone{12};
  const auto before = steady_clock::now();
  su_root_step(root_, wait_ms);
  return steady_clock::now() - before >= kNothingDone;
}

bool SipThread::Post(Task task) {
  std::lock_guard lock(mutex_);
  if (!accepting_) return false;
  inbox_.push_back(std::move(task));
  if (inbox_.size() > 1) return true;  // The wake-up sent for the first is still under way.
  su_msg_r msg = SU_MSG_R_INIT;
  if (su_msg_create(msg, su_root_task(root_), su_root_task(root_), &SipThread::OnPosted,
                    sizeof(PostedCall)) < 0) {
    return true;  // The next tick drains.
  }
  su_msg_data(msg)->thread = this;
  su_msg_send(msg);
  return true;
}

void SipThread::Drain() {
  std::vector<Task> tasks;
  {
    std::lock_guard lock(mutex_);
    tasks.swap(inbox_);
  }
  for (auto& task : tasks) task();
}

void SipThread::OnPosted(SipThread*, su_msg_r, PostedCall* call) { call->thread->Drain(); }

void SipThread::OnTick(SipThread* self, su_timer_t*, su_timer_arg_t*) {
  self->Drain();
  self->tasks_.tick();
}

void SipThread::Stop() {
  if (!thread_.joinable()) return;
  Post([this] { running_ = false; });
  {
    std::lock_guard lock(mutex_);
    accepting_ = false;
  }
  thread_.join();
}

SipThread::~SipThread() { Stop(); }

}  // namespace callfleet::sip_edge
