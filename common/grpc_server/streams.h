#pragma once
#include <memory>
#include <mutex>
#include <unordered_map>

namespace callfleet::grpc_server {

// A stream that a server must be able to end.
class Closable {
 public:
  virtual ~Closable() = default;
  virtual void CloseForShutdown() = 0;  // Any thread, any number of times.
};

// All open streams of one server. Thread safe. After CloseAll a new stream is closed at once.
class Streams {
 public:
  void Add(const std::shared_ptr<Closable>& stream);
  void Remove(const Closable* stream);
  void CloseAll();
  std::size_t size() const;

 private:
  mutable std::mutex mutex_;
  bool closed_ = false;
  std::unordered_map<const Closable*, std::weak_ptr<Closable>> open_;
};

}  // namespace callfleet::grpc_server
