#pragma once
// A server stream that is read to its end, over and over. Internal to adapters/.
#include <grpcpp/grpcpp.h>

#include <functional>
#include <memory>
#include <utility>

#include "common/grpc_server/open_calls.h"

namespace callfleet::dialer {

// One stream; deletes itself after its end. `on_end` runs on a gRPC thread after the last message.
template <class Message>
class WatchReader final : public grpc::ClientReadReactor<Message> {
 public:
  using Begin = std::function<void(grpc::ClientContext*, WatchReader*)>;

  static void Open(grpc_server::OpenCalls* calls, const Begin& begin,
                   std::function<void(const Message&)> on_message,
                   std::function<void(const grpc::Status&)> on_end) {
    auto* reader = new WatchReader(calls, std::move(on_message), std::move(on_end));
    if (!calls->Enter(&reader->context_)) {
      delete reader;
      return;
    }
    begin(&reader->context_, reader);
    reader->StartRead(&reader->message_);
    reader->StartCall();
  }

  // Also a message that cannot be read: the server would go on, and this stream never end.
  void OnReadDone(bool ok) override {
    if (!ok) return context_.TryCancel();
    on_message_(message_);
    message_.Clear();
    this->StartRead(&message_);
  }
  void OnDone(const grpc::Status& status) override {
    on_end_(status);
    calls_->Leave(&context_);
    delete this;
  }

 private:
  WatchReader(grpc_server::OpenCalls* calls, std::function<void(const Message&)> on_message,
              std::function<void(const grpc::Status&)> on_end)
      : calls_(calls), on_message_(std::move(on_message)), on_end_(std::move(on_end)) {}

  grpc_server::OpenCalls* calls_;
  std::function<void(const Message&)> on_message_;
  std::function<void(const grpc::Status&)> on_end_;
  grpc::ClientContext context_;
  Message message_;
};

}  // namespace callfleet::dialer
