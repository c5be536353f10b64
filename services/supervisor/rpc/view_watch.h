#pragma once
// A Watch stream as a watcher of the live view.
#include <functional>
#include <memory>
#include <utility>

#include "common/grpc_server/authorize.h"
#include "common/grpc_server/watch.h"
#include "services/supervisor/ports/live_view.h"

namespace callfleet::supervisor {

// Room for so many messages that the reader has not taken; beyond it a new snapshot is told.
inline constexpr std::size_t kWatchBacklog = 64;

template <class Response>
class StreamWatcher final : public Watcher {
 public:
  using Convert = std::function<Response(const ViewUpdate&)>;
  StreamWatcher(std::shared_ptr<grpc_server::OutStream<Response>> stream, Convert convert)
      : stream_(std::move(stream)), convert_(std::move(convert)) {}

  bool OnUpdate(const std::shared_ptr<const ViewUpdate>& update) override {
    if (update->end) {
      stream_->Close(*update->end);
      return true;
    }
    if (stream_->waiting() >= kWatchBacklog) return false;
    stream_->PushKept(convert_(*update));
    return true;
  }

 private:
  std::shared_ptr<grpc_server::OutStream<Response>> stream_;
  Convert convert_;
};

template <class Response>
grpc::ServerWriteReactor<Response>* OpenViewWatch(
    Watchable* view, grpc_server::Streams* streams, const Topic& topic,
    typename StreamWatcher<Response>::Convert convert) {
  auto slot = std::make_shared<std::shared_ptr<Watcher>>();
  std::shared_ptr<grpc_server::OutStream<Response>> stream;
  auto* reactor = grpc_server::OpenWatch<Response>(
      streams,
      {.capacity = kWatchBacklog,
       .on_closed = [view, slot] { view->Unwatch(std::exchange(*slot, nullptr)); }},
      &stream);
  *slot = std::make_shared<StreamWatcher<Response>>(stream, std::move(convert));
  view->Watch(topic, *slot);
  return reactor;
}

}  // namespace callfleet::supervisor
