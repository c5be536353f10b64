#include "services/supervisor/adapters/watch_loop.h"

#include <algorithm>

namespace callfleet::supervisor {
namespace {

constexpr std::chrono::milliseconds kFirstPause{100};
constexpr std::chrono::milliseconds kLongestPause{2'000};
constexpr std::chrono::seconds kGoodLife{5};  // After so long a life the pauses begin anew.

}  // namespace

WatchLoop::WatchLoop(FactWriter writer, ReadAll read_all, logging::Logger log)
    : writer_(std::move(writer)),
      read_all_(std::move(read_all)),
      log_(std::move(log)),
      thread_([this] { Run(); }) {}

WatchLoop::~WatchLoop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    if (context_ != nullptr) context_->TryCancel();
    stopping_.notify_all();
  }
  thread_.join();
}

bool WatchLoop::Sleep(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  return !stopping_.wait_for(lock, time, [&] { return stopped_; });
}

void WatchLoop::Run() {
  auto pause = kFirstPause;
  while (true) {
    grpc::ClientContext context;
    {
      const std::lock_guard lock(mutex_);
      if (stopped_) return;
      context_ = &context;
    }
    const MonoTime opened = writer_.Now();
    const grpc::Status status = read_all_(&context, writer_);
    {
      const std::lock_guard lock(mutex_);
      context_ = nullptr;
      if (stopped_) return;
    }
    if (status.ok()) continue;
    writer_(SourceLost{});
    log_.Warn("facts lost", {{"source", Name(writer_.source().kind)},
                             {"address", writer_.source().address},
                             {"code", static_cast<int>(status.error_code())},
                             {"error", status.error_message()}});
    if (writer_.Now() - opened > kGoodLife) pause = kFirstPause;
    if (!Sleep(pause)) return;
    pause = std::min(pause * 2, kLongestPause);
  }
}

}  // namespace callfleet::supervisor
