#pragma once
// Database work off everybody's thread: N threads, each with its own connection, behind one bounded
// queue. Jobs of different threads have no order; ordered writes go through the committer.
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "common/pg/session.h"

namespace callfleet::pg {

struct PoolOptions {
  SessionOptions session;
  int threads = 2;
  std::size_t queue = 10'000;  // Jobs that wait; beyond it RESOURCE_EXHAUSTED POOL_FULL.
};

class Pool {
 public:
  explicit Pool(PoolOptions options);
  ~Pool();  // Stop.
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  // `job` may run several times (see Session::Transact) and must be done by `limit` from now.
  // `done` is called exactly once: on a pool thread, or before Run returns when the queue is full
  // or the pool has stopped (UNAVAILABLE POOL_STOPPED). Any thread.
  template <class T>
  void Run(std::chrono::milliseconds limit, std::function<Result<T>(Transaction&)> job,
           std::function<void(Result<T>)> done) {
    auto slot = std::make_shared<std::optional<T>>();
    auto work = [job = std::move(job), slot](Transaction& transaction) -> Status {
      auto result = job(transaction);
      if (!result) return Fail(result.error());
      *slot = std::move(*result);
      return {};
    };
    Submit(limit, std::move(work), [slot, done = std::move(done)](Status status) {
      done(status ? Result<T>(std::move(**slot)) : Fail(status.error()));
    });
  }
  void Submit(std::chrono::milliseconds limit, std::function<Status(Transaction&)> job,
              std::function<void(Status)> done);

  // Blocks: for start-up and tests, never from an actor or a reactor.
  template <class T>
  Result<T> RunAndWait(std::chrono::milliseconds limit,
                       std::function<Result<T>(Transaction&)> job) {
    std::optional<Result<T>> got;
    Wait([&](std::function<void()> ready) {
      Run<T>(limit, std::move(job), [&got, ready](Result<T> result) {
        got = std::move(result);
        ready();
      });
    });
    return std::move(*got);
  }

  // For /readyz: whoever had a job last has a connection. One that had nothing to do since the
  // database went does not know that it is gone.
  bool connected() const;
  std::size_t waiting() const;
  // Runs what waits, for as long as `grace`; what then still waits ends as POOL_STOPPED.
  void Stop(std::chrono::milliseconds grace = std::chrono::seconds(1));

 private:
  struct Job {
    Deadline deadline;
    std::function<Status(Transaction&)> work;
    std::function<void(Status)> done;
  };
  void Work(Session* session);
  std::optional<Error> Refusal() const;  // Under the lock.
  static void Wait(const std::function<void(std::function<void()>)>& start);

  PoolOptions options_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable idle_;
  std::deque<Job> jobs_;
  int busy_ = 0;
  bool stopping_ = false;
  std::vector<std::unique_ptr<Session>> sessions_;
  Session* newest_ = nullptr;  // Had the last job.
  std::vector<std::thread> threads_;
};

}  // namespace callfleet::pg
