#include "services/supervisor/rest/event_streams.h"

#include <httplib.h>

#include <string>

#include "services/supervisor/rest/view_json.h"

namespace callfleet::supervisor::rest {
namespace {

constexpr std::chrono::seconds kBeat{5};  // A comment as proof of life, and to find dead clients.

std::string ToEvent(const ViewUpdate& update) {
  std::string text = update.snapshot ? "event: snapshot\n" : "event: delta\n";
  text += "id: " + std::to_string(update.seq) + "\ndata: ";
  text += ToJson(update).dump(-1, ' ', false, Json::error_handler_t::replace);
  return text + "\n\n";
}

bool Send(const std::string& text, httplib::DataSink* sink) {
  return sink->is_writable() && sink->write(text.data(), text.size());
}

}  // namespace

Status EventStreams::Open(const Topic& topic, httplib::Response* response) {
  auto queue = std::make_shared<EventQueue>();
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return Unavailable("SHUTTING_DOWN", "The supervisor stops.");
    if (open_.size() >= limit_) {
      Error error{.code = ErrorCode::kUnavailable,
                  .reason = "TOO_MANY_STREAMS",
                  .message = "As many event streams as there may be are open."};
      error.metadata["limit"] = std::to_string(limit_);
      error.retry_after = std::chrono::seconds(5);
      return Fail(std::move(error));
    }
    open_.insert(queue);
  }
  TellerOf(topic.kind).Watch(topic, queue);
  response->set_header("Cache-Control", "no-cache");
  response->set_chunked_content_provider(
      "text/event-stream",
      [queue](std::size_t offset, httplib::DataSink& sink) {
        if (offset == 0 && !Send("retry: 2000\n\n", &sink)) return false;
        const auto update = queue->Next(kBeat);
        if (update) return Send(ToEvent(*update), &sink);
        if (!queue->closed()) return Send(": alive\n\n", &sink);
        sink.done();
        return true;
      },
      [this, topic, queue](bool /*success*/) { Remove(topic, queue); });
  return {};
}

Watchable& EventStreams::TellerOf(TopicKind kind) const {
  switch (kind) {
    case TopicKind::kAlerts:
      return *context_.alerts;
    case TopicKind::kRepairs:
      return *context_.repairs;
    case TopicKind::kPerformance:
      return *context_.performances;
    case TopicKind::kStats:
    case TopicKind::kAgents:
    case TopicKind::kCalls:
    case TopicKind::kAgentCalls:
    case TopicKind::kBridges:
    case TopicKind::kCampaigns:
    case TopicKind::kQueues:
    case TopicKind::kQueueCalls:
    case TopicKind::kTrunks:
      return *context_.view;
  }
  return *context_.view;
}

void EventStreams::Remove(const Topic& topic, const std::shared_ptr<EventQueue>& queue) {
  TellerOf(topic.kind).Unwatch(queue);
  const std::lock_guard lock(mutex_);
  open_.erase(queue);
}

void EventStreams::CloseAll() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  for (const auto& queue : open_) queue->Close();
}

std::size_t EventStreams::size() const {
  const std::lock_guard lock(mutex_);
  return open_.size();
}

}  // namespace callfleet::supervisor::rest
