#include "common/agent_pool_link/registry_link.h"

#include <grpcpp/grpcpp.h>

#include <deque>
#include <mutex>
#include <utility>

#include "callfleet/agent_registry/v1/agent_registry_service.grpc.pb.h"
#include "common/agent_pool_link/convert.h"
#include "common/grpc_server/open_calls.h"
#include "common/grpc_server/write_options.h"

namespace callfleet::agent_pool {

namespace {
namespace registry_pb = callfleet::agent_registry::v1;
constexpr std::chrono::milliseconds kReconnect{200};
constexpr std::chrono::milliseconds kLastWords{200};
// A registry that reads nothing for so long is given up; the next stream declares all anew.
constexpr std::size_t kMaxWaiting = 100'000;
}  // namespace

class RegistryLink::Shared : public std::enable_shared_from_this<Shared> {
 public:
  Shared(RegistryLinkOptions options, std::shared_ptr<PoolLinkListener> listener,
         logging::Logger log)
      : options_(std::move(options)),
        listener_(std::move(listener)),
        log_(std::move(log)),
        stub_(registry_pb::AgentRegistryService::NewStub(options_.channel)) {}

  void Open();
  void Write(std::vector<Message> messages);
  void Ended(Stream* stream, const grpc::Status& status);
  void OnMessage(const registry_pb::SessionResponse& message) {
    if (auto input = ToInput(message)) Tell(std::move(*input));
  }
  void Stop();
  grpc_server::OpenCalls& calls() { return calls_; }

 private:
  void Tell(Input input) {
    std::shared_ptr<PoolLinkListener> listener;
    {
      const std::lock_guard lock(mutex_);
      listener = listener_;
    }
    if (listener) listener->OnInput(std::move(input));
  }

  RegistryLinkOptions options_;
  std::shared_ptr<PoolLinkListener> listener_;
  logging::Logger log_;
  std::unique_ptr<registry_pb::AgentRegistryService::Stub> stub_;
  grpc_server::OpenCalls calls_;
  std::mutex mutex_;
  Stream* current_ = nullptr;
  bool warned_ = false;
  bool leaving_ = false;
};

// One stream; deletes itself after its end.
class RegistryLink::Stream final
    : public grpc::ClientBidiReactor<registry_pb::SessionRequest, registry_pb::SessionResponse> {
 public:
  explicit Stream(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) {}

  // False: we are stopping. Afterwards the stream may be written to; nothing goes out before Go.
  bool Bind(registry_pb::AgentRegistryService::Stub* stub) {
    if (!shared_->calls().Enter(&context_)) return false;
    stub->async()->Session(&context_, this);
    AddHold();  // Writes come from outside of the reactions.
    StartRead(&incoming_);
    return true;
  }
  void Go() { StartCall(); }
  void Push(registry_pb::SessionRequest request) {
    const std::lock_guard lock(mutex_);
    if (ended_) return;
    if (waiting_.size() >= kMaxWaiting) context_.TryCancel();
    waiting_.push_back(std::move(request));
    if (!writing_) WriteNext();
  }
  // Ends when all that waits is written.
  void Goodbye() {
    const std::lock_guard lock(mutex_);
    leaving_ = true;
    if (!writing_ && !ended_) SayDone();
  }
  void OnReadDone(bool ok) override {
    if (ok) {
      shared_->OnMessage(incoming_);
      incoming_.Clear();
      StartRead(&incoming_);
      return;
    }
    context_.TryCancel();  // Also a message that cannot be read: the registry would go on.
    const std::lock_guard lock(mutex_);
    EndOnce();
  }
  void OnWriteDone(bool ok) override {
    const std::lock_guard lock(mutex_);
    writing_ = false;
    if (!ok) {
      EndOnce();
    } else if (!waiting_.empty() && !ended_) {
      WriteNext();
    } else if (leaving_ && !ended_) {
      SayDone();
    }
  }
  void OnDone(const grpc::Status& status) override {
    shared_->Ended(this, status);
    shared_->calls().Leave(&context_);
    delete this;
  }

 private:
  void WriteNext() {
    current_ = std::move(waiting_.front());
    waiting_.pop_front();
    writing_ = true;
    StartWrite(&current_, grpc_server::Followed(!waiting_.empty()));
  }
  void SayDone() {
    StartWritesDone();
    EndOnce();
  }
  void EndOnce() {
    if (ended_) return;
    ended_ = true;
    waiting_.clear();
    RemoveHold();
  }

  std::shared_ptr<Shared> shared_;
  grpc::ClientContext context_;
  registry_pb::SessionResponse incoming_;
  std::mutex mutex_;
  std::deque<registry_pb::SessionRequest> waiting_;
  registry_pb::SessionRequest current_;
  bool writing_ = false;
  bool ended_ = false;
  bool leaving_ = false;
};

void RegistryLink::Shared::Stop() {
  {
    const std::lock_guard lock(mutex_);
    listener_ = nullptr;  // It holds the actor that owns this link.
    leaving_ = true;
    if (current_ != nullptr) current_->Goodbye();
  }
  // The last words (cancels, offers withdrawn, Leave) are heard before the stream is cut.
  calls_.WaitForMost(0, std::chrono::steady_clock::now() + kLastWords);
  calls_.Stop();
}

void RegistryLink::Shared::Open() {
  auto* stream = new Stream(shared_from_this());
  if (!stream->Bind(stub_.get())) {
    delete stream;
    return;
  }
  {
    const std::lock_guard lock(mutex_);
    current_ = stream;
  }
  Tell(LinkUp{});  // Before its end can be told.
  stream->Go();
}

void RegistryLink::Shared::Write(std::vector<Message> messages) {
  const std::lock_guard lock(mutex_);
  if (current_ == nullptr) return;
  for (const auto& message : messages) {
    current_->Push(ToRequest(message, options_.pool, options_.owner));
  }
}

void RegistryLink::Shared::Ended(Stream* stream, const grpc::Status& status) {
  {
    const std::lock_guard lock(mutex_);
    if (current_ == stream) current_ = nullptr;
    if (!std::exchange(warned_, true) && !calls_.stopping()) {
      log_.Warn("the session with the registry ended",
                {{"pool_id", options_.pool}, {"detail", status.error_message()}});
    }
  }
  Tell(LinkDown{});
  {
    const std::lock_guard lock(mutex_);
    if (leaving_ || calls_.stopping()) return;
  }
  options_.timers->Start(kReconnect, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->Open();
  });
}

RegistryLink::RegistryLink(RegistryLinkOptions options, std::shared_ptr<PoolLinkListener> listener,
                           logging::Logger log)
    : shared_(std::make_shared<Shared>(std::move(options), std::move(listener), std::move(log))) {
  shared_->Open();
}

RegistryLink::~RegistryLink() { shared_->Stop(); }

void RegistryLink::Write(std::vector<Message> messages) { shared_->Write(std::move(messages)); }

}  // namespace callfleet::agent_pool
