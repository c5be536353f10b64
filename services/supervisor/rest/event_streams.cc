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
  if (topic.kind == TopicKind::kAlerts) {
    alerts_->Watch(topic, queue);
  } else {
    view_->Watch(topic, queue);
  }
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

void EventStreams::Remove(const Topic& topic, const std::shared_ptr<EventQueue>& queue) {
  if (topic.kind == TopicKind::kAlerts) {
    alerts_->Unwatch(queue);
  } else {
    view_->Unwatch(queue);
  }
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
