#pragma once
// Bidirectional streaming: messages in come one at a time to a callback, messages out go through
// the same OutStream as a watch.
#include <functional>
#include <memory>
#include <utility>

#include "common/grpc_server/out_stream.h"

namespace callfleet::grpc_server {

// Owned by gRPC: made by OpenSession, deletes itself in OnDone.
template <class In, class Out>
class SessionReactor final : public grpc::ServerBidiReactor<In, Out>, public OutStream<Out>::Wire {
 public:
  using OnMessage = std::function<void(In&&)>;

  SessionReactor(Streams* streams, StreamOptions options)
      : stream_(std::make_shared<OutStream<Out>>(streams, std::move(options), this)) {}
  const std::shared_ptr<OutStream<Out>>& stream() const { return stream_; }
  void Begin(OnMessage on_message) {
    on_message_ = std::move(on_message);
    this->StartRead(&incoming_);
  }

  void Write(const Out* message, bool more) override { this->StartWrite(message, Followed(more)); }
  void End(const grpc::Status& status) override { this->Finish(status); }
  void OnReadDone(bool ok) override {
    if (!ok) {  // The peer has sent its last message, or is gone.
      stream_->CloseWhenSent();
      return;
    }
    on_message_(std::move(incoming_));
    incoming_.Clear();
    this->StartRead(&incoming_);
  }
  void OnWriteDone(bool ok) override { stream_->OnWriteDone(ok); }
  void OnCancel() override { stream_->Close(grpc::Status::CANCELLED); }
  void OnDone() override {
    stream_->OnDone();
    delete this;
  }

 private:
  std::shared_ptr<OutStream<Out>> stream_;
  OnMessage on_message_;
  In incoming_;
};

// `on_message` runs on a gRPC thread, never twice at once, and must not block; it gets the stream
// to answer on. No message comes after on_closed.
template <class In, class Out>
grpc::ServerBidiReactor<In, Out>* OpenSession(
    Streams* streams, StreamOptions options,
    std::function<void(const std::shared_ptr<OutStream<Out>>&, In&&)> on_message) {
  auto* reactor = new SessionReactor<In, Out>(streams, std::move(options));
  std::shared_ptr<OutStream<Out>> stream = reactor->stream();
  streams->Add(stream);
  // Weak: the reactor that holds this callback also holds the stream.
  reactor->Begin([weak = std::weak_ptr(stream), on_message = std::move(on_message)](In&& message) {
    if (auto alive = weak.lock()) on_message(alive, std::move(message));
  });
  return reactor;
}

}  // namespace callfleet::grpc_server
