#pragma once
// All open streams of server-sent events (WHATWG HTML 9.2): how many there may be, and their end.
#include <memory>
#include <mutex>
#include <set>

#include "services/supervisor/rest/event_queue.h"
#include "services/supervisor/rest/route.h"

namespace httplib {
struct Response;
}

namespace callfleet::supervisor::rest {

class EventStreams {
 public:
  EventStreams(const Context& context, std::size_t limit) : context_(context), limit_(limit) {}

  // Lets the response stream the topic's updates until the client goes or CloseAll.
  // UNAVAILABLE TOO_MANY_STREAMS at the limit, SHUTTING_DOWN after CloseAll.
  Status Open(const Topic& topic, httplib::Response* response);
  void CloseAll();
  std::size_t size() const;

 private:
  void Remove(const Topic& topic, const std::shared_ptr<EventQueue>& queue);

  Watchable& TellerOf(TopicKind kind) const;

  Context context_;
  std::size_t limit_;
  mutable std::mutex mutex_;
  std::set<std::shared_ptr<EventQueue>> open_;
  bool closed_ = false;
};

}  // namespace callfleet::supervisor::rest
