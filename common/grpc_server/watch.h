#pragma once
// Server streaming: `return OpenWatch<Event>(&streams, {...}, &stream);` and push to `stream`.
#include <memory>
#include <utility>

#include "common/grpc_server/out_stream.h"

namespace callfleet::grpc_server {

// Owned by gRPC: made by OpenWatch, deletes itself in OnDone.
template <class T>
class WatchReactor final : public grpc::ServerWriteReactor<T>, public OutStream<T>::Wire {
 public:
  WatchReactor(Streams* streams, StreamOptions options)
      : stream_(std::make_shared<OutStream<T>>(streams, std::move(options), this)) {}
  const std::shared_ptr<OutStream<T>>& stream() const { return stream_; }

  void Write(const T* message, bool more) override { this->StartWrite(message, Followed(more)); }
  void End(const grpc::Status& status) override { this->Finish(status); }
  void OnWriteDone(bool ok) override { stream_->OnWriteDone(ok); }
  void OnCancel() override { stream_->Close(grpc::Status::CANCELLED); }  // Also at the deadline.
  void OnDone() override {
    stream_->OnDone();
    delete this;
  }

 private:
  std::shared_ptr<OutStream<T>> stream_;
};

template <class T>
grpc::ServerWriteReactor<T>* OpenWatch(Streams* streams, StreamOptions options,
                                       std::shared_ptr<OutStream<T>>* stream) {
  auto* reactor = new WatchReactor<T>(streams, std::move(options));
  *stream = reactor->stream();
  streams->Add(*stream);
  return reactor;
}

}  // namespace callfleet::grpc_server
