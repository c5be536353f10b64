#include "services/dialer/rpc/watch_hub.h"

#include <utility>
#include <vector>

#include "common/grpc_server/authorize.h"
#include "common/grpc_server/watch.h"
#include "services/dialer/domain/attempt_record.h"
#include "services/dialer/rpc/convert.h"

namespace callfleet::dialer {

namespace {
using Stream = grpc_server::OutStream<WatchHub::Response>;
constexpr std::chrono::seconds kAlive{1};
constexpr std::size_t kCapacity = 1024;  // Events that wait for a slow watcher; then the oldest go.
}  // namespace

struct WatchHub::Watchers : std::enable_shared_from_this<Watchers> {
  explicit Watchers(Timers* t) : timers(t) {}

  void Push(const CampaignId& campaign, Response response) {
    const std::lock_guard lock(mutex);
    response.set_seq(++seq);
    quiet = false;
    for (const auto& [stream, wanted] : open) {
      if (wanted.empty() || wanted == campaign) stream->Push(response);
    }
  }
  void Beat() {
    timers->Start(kAlive, [weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->Alive();
    });
  }
  void Alive() {
    {
      const std::lock_guard lock(mutex);
      Response response;
      response.set_seq(seq);
      response.mutable_alive()->set_seq(seq);
      if (std::exchange(quiet, true)) {
        for (const auto& [stream, wanted] : open) stream->Push(response);
      }
    }
    Beat();
  }

  Timers* timers;
  std::mutex mutex;
  std::uint64_t seq = 0;
  bool quiet = true;  // Nothing was sent since the last beat.
  std::map<CampaignId, CampaignView> newest;
  std::map<std::shared_ptr<Stream>, CampaignId> open;
};

WatchHub::WatchHub(Timers* timers) : watchers_(std::make_shared<Watchers>(timers)) {
  watchers_->Beat();
}
WatchHub::~WatchHub() = default;

void WatchHub::OnView(const CampaignView& view) {
  {
    const std::lock_guard lock(watchers_->mutex);
    watchers_->newest[view.id] = view;
    if (watchers_->open.empty()) return;
  }
  Response response;
  *response.mutable_stats() = ToProto(view);
  watchers_->Push(view.id, std::move(response));
}

void WatchHub::OnNews(const CampaignId& campaign, const TrunkId& trunk, const News& news) {
  // A new state comes with the figures; what has no kind here is told by the outbox.
  const auto kind = ToProto(news.kind);
  if (!news.line || kind == v1::CALL_EVENT_KIND_UNSPECIFIED) return;
  Response response;
  auto* event = response.mutable_call_event();
  event->set_kind(kind);
  *event->mutable_attempt() = ToProto(RecordOf(news, campaign, trunk));
  watchers_->Push(campaign, std::move(response));
}

grpc::ServerWriteReactor<WatchHub::Response>* WatchHub::Open(const CampaignId& campaign,
                                                             grpc_server::Streams* streams) {
  auto self = watchers_;
  auto opened = std::make_shared<std::weak_ptr<Stream>>();
  std::shared_ptr<Stream> stream;
  auto* reactor = grpc_server::OpenWatch<Response>(streams,
                                                   {.capacity = kCapacity,
                                                    .on_closed =
                                                        [self, opened] {
                                                          const std::lock_guard lock(self->mutex);
                                                          if (const auto gone = opened->lock())
                                                            self->open.erase(gone);
                                                        }},
                                                   &stream);
  *opened = stream;
  const std::lock_guard lock(self->mutex);
  if (self->open.size() >= kMostWatchers) {
    stream->Close(Error{.code = ErrorCode::kResourceExhausted,
                        .reason = "TOO_MANY_WATCHERS",
                        .message = "A thousand watch already.",
                        .metadata = {},
                        .fields = {},
                        .retry_after = {}});
    return reactor;
  }
  for (const auto& [id, view] : self->newest) {
    if (!campaign.empty() && campaign != id) continue;
    Response response;
    response.set_seq(++self->seq);
    *response.mutable_stats() = ToProto(view);
    stream->PushKept(std::move(response));
  }
  self->open.emplace(std::move(stream), campaign);
  return reactor;
}

}  // namespace callfleet::dialer
