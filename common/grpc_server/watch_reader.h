#pragma once
// A server stream of another service, read to its end; whoever needs it on opens the next one.
#include <grpcpp/grpcpp.h>
#include <grpcpp/support/client_callback.h>

#include <functional>
#include <utility>

#include "common/grpc_server/intake.h"
#include "common/grpc_server/open_calls.h"

namespace callfleet::grpc_server {

// One stream; deletes itself after its end. `on_message` and `on_end` run on a gRPC thread, one
// after the other, `on_end` once and last.
template <class Message>
class WatchReader final : public grpc::ClientReadReactor<Message> {
 public:
  struct Hooks {
    // Calls the stub's async function; the request must live until Open returns.
    std::function<void(grpc::ClientContext*, WatchReader*)> begin;
    std::function<void(const Message&)> on_message;
    std::function<void(const grpc::Status&)> on_end;
  };

  // Nothing happens where `calls` is stopping. With an `intake` that is stopped the next message
  // waits at its sender. Both outlive the stream.
  static void Open(OpenCalls* calls, Hooks hooks, Intake* intake = nullptr) {
    auto* reader = new WatchReader(calls, std::move(hooks), intake);
    if (!calls->Enter(&reader->context_)) {
      delete reader;
      return;
    }
    std::exchange(reader->hooks_.begin, nullptr)(&reader->context_, reader);
    reader->StartRead(&reader->message_);
    reader->StartCall();
  }

  // Also a message that cannot be read: the server would go on, and this stream never end.
  void OnReadDone(bool ok) override {
    if (!ok) return context_.TryCancel();
    hooks_.on_message(message_);
    message_.Clear();
    if (intake_ == nullptr || !intake_->stopped()) return this->StartRead(&message_);
    this->AddHold();  // Without a read under way it could end, and be deleted, while it waits.
    intake_->Later([this] {
      this->StartRead(&message_);
      this->RemoveHold();
    });
  }
  void OnDone(const grpc::Status& status) override {
    hooks_.on_end(status);
    calls_->Leave(&context_);
    delete this;
  }

 private:
  WatchReader(OpenCalls* calls, Hooks hooks, Intake* intake)
      : calls_(calls), hooks_(std::move(hooks)), intake_(intake) {}

  OpenCalls* calls_;
  Hooks hooks_;
  Intake* intake_;
  grpc::ClientContext context_;
  Message message_;
};

}  // namespace callfleet::grpc_server
