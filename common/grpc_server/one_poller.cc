#include "common/grpc_server/one_poller.h"

#include <grpc/support/cpu.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

namespace callfleet::grpc_server {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::milliseconds kBeat{400};
constexpr std::chrono::seconds kPatience{2};

class Poller {
 public:
  Poller() : stub_(grpc::CreateChannel("unix:/dev/null", grpc::InsecureChannelCredentials())) {
    for (unsigned i = 1; i < threads_; ++i) {
      Begin([this] { Wait(); });
    }
    beat_ = std::thread([this] { Beat(); });
  }

  unsigned threads() {
    const std::lock_guard lock(mutex_);
    return let_go_ ? threads_ : 1;
  }

  void StopBeat() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    beat_.join();
  }

 private:
  struct Call {
    explicit Call(std::function<void()> work) : then(std::move(work)) {}
    grpc::ClientContext context;
    grpc::Slice nothing;
    grpc::ByteBuffer request{&nothing, 1};
    grpc::ByteBuffer response;
    std::function<void()> then;
  };

  // A call that is over at once, for its callback. Its channel never connects.
  void Begin(std::function<void()> then) {
    auto call = std::make_shared<Call>(std::move(then));
    call->context.TryCancel();
    stub_.UnaryCall(&call->context, "/callfleet/None", {}, &call->request, &call->response,
                    [call](const grpc::Status&) { call->then(); });
  }

  void Wait() {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [this] { return let_go_; });
  }

  void Beat() {
    std::unique_lock lock(mutex_);
    heard_ = steady_clock::now();
    while (!stopping_) {
      const auto sent = steady_clock::now();
      lock.unlock();
      Begin([this] {
        const std::lock_guard heard(mutex_);
        heard_ = steady_clock::now();
      });
      lock.lock();
      wake_.wait_for(lock, kBeat, [this] { return stopping_; });
      const auto now = steady_clock::now();
      if (now - sent > 2 * kBeat) heard_ = now;  // The whole process stood still.
      if (let_go_ || now - heard_ < kPatience) continue;
      let_go_ = true;
      wake_.notify_all();
    }
  }

  const unsigned threads_ = std::clamp(gpr_cpu_num_cores() / 2, 2U, 16U);
  grpc::GenericStub stub_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool let_go_ = false;
  bool stopping_ = false;
  steady_clock::time_point heard_;
  std::thread beat_;
};

}  // namespace

namespace {
Poller& TheOne() {
  struct Kept {
    Poller* poller = new Poller;  // Never deleted: its threads are gRPC's until the end.
    ~Kept() { poller->StopBeat(); }
  };
  static const Kept kept;
  return *kept.poller;
}
}  // namespace

void KeepOnePoller() { TheOne(); }
unsigned CallbackThreads() { return TheOne().threads(); }

}  // namespace callfleet::grpc_server
