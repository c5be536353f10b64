#pragma once
// All open streams of server-sent events (WHATWG HTML 9.2): how many there may be, and their end.
#include <memory>
#include <mutex>
#include <set>

#include "services/supervisor/ports/alerts.h"
#include "services/supervisor/rest/event_queue.h"

namespace httplib {
struct Response;
}

namespace callfleet::supervisor::rest {

class EventStreams {
 public:
  EventStreams(LiveView* view, Alerts* alerts, std::size_t limit)
      : view_(view), alerts_(alerts), limit_(limit) {}

  // Lets the response stream the topic's updates until the client goes or CloseAll.
  // UNAVAILABLE TOO_MANY_STREAMS at the limit, SHUTTING_DOWN after CloseAll.
  Status Open(const Topic& topic, httplib::Response* response);
  void CloseAll();
  std::size_t size() const;

 private:
  void Remove(const Topic& topic, const std::shared_ptr<EventQueue>& queue);

  LiveView* view_;
  Alerts* alerts_;
  std::size_t limit_;
  mutable std::mutex mutex_;
  std::set<std::shared_ptr<EventQueue>> open_;
  bool closed_ = false;
};

}  // namespace callfleet::supervisor::rest
