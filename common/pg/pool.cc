#include "common/pg/pool.h"

#include <algorithm>
#include <future>

namespace callfleet::pg {
namespace {

using std::chrono::steady_clock;

Error PoolError(ErrorCode code, std::string reason, std::string message) {
  return {.code = code, .reason = std::move(reason), .message = std::move(message)};
}

Error Stopped() {
  return PoolError(ErrorCode::kUnavailable, "POOL_STOPPED", "The service is stopping.");
}

}  // namespace

Pool::Pool(PoolOptions options) : options_(std::move(options)) {
  for (int i = 0; i < options_.threads; ++i) {
    sessions_.push_back(std::make_unique<Session>(options_.session));
    threads_.emplace_back([this, session = sessions_.back().get()] { Work(session); });
  }
}

Pool::~Pool() { Stop(); }

void Pool::Submit(std::chrono::milliseconds limit, std::function<Status(Transaction&)> job,
                  std::function<void(Status)> done) {
  Job submitted{steady_clock::now() + limit, std::move(job), std::move(done)};
  {
    std::unique_lock lock(mutex_);
    if (auto refusal = Refusal()) {
      lock.unlock();
      submitted.done(Fail(std::move(*refusal)));
      return;
    }
    jobs_.push_back(std::move(submitted));
  }
  wake_.notify_one();
}

std::optional<Error> Pool::Refusal() const {
  if (stopping_) return Stopped();
  if (jobs_.size() < options_.queue) return std::nullopt;
  auto full = PoolError(ErrorCode::kResourceExhausted, "POOL_FULL",
                        "Too much database work waits already.");
  full.retry_after = std::chrono::milliseconds(1000);
  return full;
}

void Pool::Work(Session* session) {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
    if (jobs_.empty()) return;
    Job job = std::move(jobs_.front());
    jobs_.pop_front();
    ++busy_;
    newest_ = session;
    lock.unlock();
    job.done(session->Transact(job.work, job.deadline));
    job = {};  // What the callbacks hold is released outside the lock.
    lock.lock();
    --busy_;
    idle_.notify_all();
  }
}

bool Pool::connected() const {
  const std::lock_guard lock(mutex_);
  return newest_ != nullptr && newest_->connected();
}

std::size_t Pool::waiting() const {
  const std::lock_guard lock(mutex_);
  return jobs_.size();
}

void Pool::Stop(std::chrono::milliseconds grace) {
  std::deque<Job> left;
  {
    std::unique_lock lock(mutex_);
    stopping_ = true;
    wake_.notify_all();
    idle_.wait_for(lock, grace, [this] { return jobs_.empty() && busy_ == 0; });
    left.swap(jobs_);
  }
  for (const auto& session : sessions_) session->Interrupt();
  for (const auto& job : left) job.done(Fail(Stopped()));
  for (auto& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

void Pool::Wait(const std::function<void(std::function<void()>)>& start) {
  std::promise<void> ready;
  start([&ready] { ready.set_value(); });
  ready.get_future().wait();
}

}  // namespace callfleet::pg
