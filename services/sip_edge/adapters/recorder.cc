#include "services/sip_edge/adapters/recorder.h"

#include <array>
#include <utility>

#include "services/sip_edge/domain/media/mixer.h"

namespace callfleet::sip_edge {
namespace {

// Frames wait in the rings for so long; they hold 40 ms at 100,000 packets a second and thread.
constexpr std::chrono::milliseconds kLook{20};

}  // namespace

Recorder::Recorder(std::vector<media::RecordRing*> rings, RecordingDisk& disk, const Clock& clock)
    : rings_(std::move(rings)), disk_(disk), clock_(clock), thread_([this] { Run(); }) {}

Recorder::~Recorder() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void Recorder::Add(Kind kind, const RecordingInfo& info) {
  {
    const std::lock_guard lock(mutex_);
    orders_.push_back({kind, info, clock_.Now().mono});
  }
  wake_.notify_one();
}

void Recorder::Open(const RecordingInfo& info) { Add(Kind::kOpen, info); }
void Recorder::Note(const RecordingInfo& info) { Add(Kind::kNote, info); }
void Recorder::Close(const RecordingInfo& info) { Add(Kind::kClose, info); }

void Recorder::Run() {
  std::unique_lock lock(mutex_);
  while (!stop_) {
    const auto woken = [this] { return stop_ || !orders_.empty(); };
    if (open_.empty()) {
      wake_.wait(lock, woken);
    } else {
      wake_.wait_for(lock, kLook, woken);
    }
    const auto orders = std::exchange(orders_, {});
    lock.unlock();
    // What is opened now has no frames yet; what is closed now has its last ones in the rings.
    for (const auto& order : orders) {
      if (order.kind == Kind::kOpen) Obey(order);
    }
    Drain();
    for (const auto& order : orders) {
      if (order.kind != Kind::kOpen) Obey(order);
    }
    WriteWhatIsDone(clock_.Now().mono);
    lock.lock();
  }
  lock.unlock();
  const MonoTime now = clock_.Now().mono;
  while (!open_.empty()) End(open_.begin()->first, {}, now);
}

void Recorder::Obey(const Order& order) {
  if (order.kind == Kind::kOpen) {
    open_.emplace(order.info.number, OpenFile{.info = order.info,
                                              .window = media::RecordingWindow(order.at),
                                              .file = disk_.Open(order.info)});
    return;
  }
  const auto found = open_.find(order.info.number);
  if (found == open_.end()) return;
  found->second.info = order.info;
  if (order.kind == Kind::kNote) {
    disk_.Note(found->second.file, order.info);
  } else {
    End(order.info.number, {}, order.at);
  }
}

void Recorder::Decode(const media::RecordFrame& frame, OpenFile& recording,
                      std::span<std::int16_t> out) {
  const auto octets = std::span(frame.octets).first(frame.size);
  if (media::IsG711(frame.codec)) return media::DecodeG711(frame.codec, octets, out);
  auto& decoder = recording.decoders[frame.side % 2];
  if (!decoder) decoder.emplace();
  decoder->Decode(octets, out);
}

void Recorder::Drain() {
  std::array<std::int16_t, media::RecordFrame::kMaxOctets> samples{};
  for (media::RecordRing* ring : rings_) {
    for (const media::RecordFrame* frame = ring->Front(); frame != nullptr; frame = ring->Front()) {
      if (const auto found = open_.find(frame->recording); found != open_.end()) {
        Decode(*frame, found->second, samples);
        found->second.window.Put({.side = frame->side,
                                  .ssrc = frame->ssrc,
                                  .timestamp = frame->timestamp,
                                  .at = frame->at,
                                  .samples = std::span(samples).first(frame->size)});
      }
      ring->Release();
    }
  }
}

void Recorder::WriteWhatIsDone(MonoTime now) {
  std::vector<std::pair<RecordingNumber, std::string>> over;
  for (auto& [number, recording] : open_) {
    const auto done = recording.window.Take(now);
    if (done.empty()) continue;
    if (recording.file->failed) {
      over.emplace_back(number, "DISK_ERROR");  // The disk knows better.
    } else if (!disk_.Append(recording.file, done)) {
      over.emplace_back(number, "DISK_TOO_SLOW");
    } else if (recording.window.taken() >= kMaxSamples) {
      over.emplace_back(number, "TOO_LONG");
    }
  }
  for (const auto& [number, reason] : over) End(number, reason, now);
}

void Recorder::End(RecordingNumber number, const std::string& reason, MonoTime now) {
  auto node = open_.extract(number);
  OpenFile& recording = node.mapped();
  if (reason.empty()) {
    for (auto rest = recording.window.TakeRest(now); !rest.empty();
         rest = recording.window.TakeRest(now)) {
      if (!disk_.Append(recording.file, rest)) break;
    }
  }
  disk_.Close(recording.file, recording.info, reason);
}

}  // namespace callfleet::sip_edge
