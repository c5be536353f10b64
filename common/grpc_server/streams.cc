#include "common/grpc_server/streams.h"

#include <vector>

namespace callfleet::grpc_server {

void Streams::Add(const std::shared_ptr<Closable>& stream) {
  {
    const std::lock_guard lock(mutex_);
    if (!closed_) {
      open_[stream.get()] = stream;
      return;
    }
  }
  stream->CloseForShutdown();
}

void Streams::Remove(const Closable* stream) {
  const std::lock_guard lock(mutex_);
  open_.erase(stream);
}

void Streams::CloseAll() {
  std::vector<std::shared_ptr<Closable>> open;
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    for (const auto& [key, weak] : open_) {
      if (auto stream = weak.lock()) open.push_back(std::move(stream));
    }
  }
  // Outside the lock: a closed stream comes back through Remove.
  for (const auto& stream : open) stream->CloseForShutdown();
}

std::size_t Streams::size() const {
  const std::lock_guard lock(mutex_);
  return open_.size();
}

}  // namespace callfleet::grpc_server
