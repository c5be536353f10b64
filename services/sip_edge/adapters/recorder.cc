#include "services/sip_edge/adapters/recorder.h"

#include <algorithm>
#include <utility>

#include "services/sip_edge/adapters/wav_reader.h"
#include "services/sip_edge/domain/media/g711.h"

namespace callfleet::sip_edge {
namespace {

using std::chrono::milliseconds;

// Chunks are full after 0.44 s; a few looks a second are enough.
constexpr milliseconds kLook{100};
constexpr milliseconds kLookWhileClosing{5};
// A media thread that stands still this long keeps its last second.
constexpr milliseconds kLongestHandOver{500};
// For each recording: two legs, each with eight chunks that wait for their block, one that fills,
// and four more, two seconds, for when the disk stands still.
constexpr std::size_t kChunksEach = 26;

// 64 KiB, 2 s, at a multiple of their size in the file: half the price of as much at odd places, as
// the kernel finds each page once and takes them from memory as one piece.
constexpr std::int64_t kBlock = media::RecordingBlock::kMostSamples;
constexpr std::int64_t kSampleBytes = 4;  // Of both sides.
constexpr media::BlockSizes kBlocks{.first = kBlock - std::int64_t{kWavHeaderBytes} / kSampleBytes,
                                    .others = kBlock};
static_assert(kWavHeaderBytes % kSampleBytes == 0);

}  // namespace

Recorder::Recorder(std::vector<media::RecordLink*> links, RecordingDisk& disk, const Clock& clock)
    : links_(std::move(links)), disk_(disk), clock_(clock), thread_([this] { Run(); }) {}

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
  bool stop = false;
  for (bool open = false; !stop || !closing_.empty();) {
    const auto woken = [this, stop] { return (stop_ && !stop) || !orders_.empty(); };
    if (open) {
      wake_.wait_for(lock, closing_.empty() ? kLook : kLookWhileClosing, woken);
    } else {
      wake_.wait(lock, woken);
    }
    const auto orders = std::exchange(orders_, {});
    stop = stop_;
    lock.unlock();
    open = Turn(orders);
    lock.lock();
  }
  lock.unlock();
  Drain();
  const MonoTime now = clock_.Now().mono;
  while (!open_.empty()) End(open_.begin()->first, {}, now);
}

bool Recorder::Turn(const std::vector<Order>& orders) {
  Provide(open_.size() + orders.size());  // Before files are opened: its legs may talk already.
  for (const auto& order : orders) Obey(order);
  const MonoTime now = clock_.Now().mono;
  // Looked at before the chunks are fetched: what is handed over by now is among them.
  const auto over =
      std::stable_partition(closing_.begin(), closing_.end(),
                            [&](const Closing& closing) { return !IsHandedOver(closing, now); });
  Drain();
  for (auto closing = over; closing != closing_.end(); ++closing) {
    End(closing->number, {}, closing->at);
  }
  closing_.erase(over, closing_.end());
  WriteWhatIsDue(now);
  return !open_.empty() || !closing_.empty();
}

void Recorder::Obey(const Order& order) {
  if (order.kind == Kind::kOpen) {
    open_.emplace(order.info.number, OpenFile{.info = order.info,
                                              .window = {order.at, kBlocks},
                                              .file = disk_.Open(order.info)});
    return;
  }
  const auto found = open_.find(order.info.number);
  if (found == open_.end()) return;
  found->second.info = order.info;
  if (order.kind == Kind::kNote) {
    disk_.Note(order.info);
    return;
  }
  Closing closing{.number = order.info.number, .at = order.at, .rounds = {}};
  for (const media::RecordLink* link : links_) closing.rounds.push_back(link->rounds());
  closing_.push_back(std::move(closing));
}

void Recorder::Provide(std::size_t recordings) {
  for (media::RecordLink* link : links_) {
    link->Provide(media::RecordLink::kAtStart + kChunksEach * recordings);
  }
}

bool Recorder::IsHandedOver(const Closing& closing, MonoTime now) const {
  if (now - closing.at > kLongestHandOver) return true;
  for (std::size_t i = 0; i < links_.size(); ++i) {
    if (links_[i]->rounds() < closing.rounds[i] + 2) return false;
  }
  return true;
}

void Recorder::Drain() {
  for (media::RecordLink* link : links_) {
    while (media::RecordChunk* chunk = link->Next()) {
      const auto found = open_.find(chunk->recording);
      if (found == open_.end()) {
        link->GiveBack(chunk);
        continue;
      }
      found->second.lost |= chunk->lost;
      found->second.pieces.push_back({.link = link, .chunk = chunk});
    }
  }
}

void Recorder::WriteWhatIsDue(MonoTime now) {
  std::vector<std::pair<RecordingNumber, std::string>> over;
  for (auto& [number, recording] : open_) {
    std::string reason;
    while (reason.empty() && recording.window.IsDue(now)) {
      reason = WriteNext(recording, recording.window.next());
    }
    if (!reason.empty()) over.emplace_back(number, std::move(reason));
  }
  for (const auto& [number, reason] : over) End(number, reason, now);
}

std::string Recorder::WriteNext(OpenFile& recording, std::int64_t samples) {
  recording.window.Begin(block_);
  Put(recording);
  const auto stereo = recording.window.Finish(block_, samples);
  if (!disk_.Append(recording.file, stereo)) return "DISK_ERROR";  // The disk knows better.
  if (recording.lost) return "DISK_TOO_SLOW";
  return recording.window.taken() >= kMaxSamples ? "TOO_LONG" : "";
}

void Recorder::Put(OpenFile& recording) {
  std::erase_if(recording.pieces, [&](Piece& piece) {
    if (!Put(recording, piece)) return false;
    piece.link->GiveBack(piece.chunk);
    return true;
  });
}

// True: all of it is put.
bool Recorder::Put(OpenFile& recording, Piece& piece) {
  const std::uint8_t side = piece.chunk->side;
  while (const auto frame = piece.chunk->At(piece.place)) {
    const media::RecordedFrame recorded{.side = side,
                                        .ssrc = frame->ssrc,
                                        .timestamp = frame->timestamp,
                                        .at = frame->at,
                                        .samples = frame->octets.size()};
    if (!recording.window.Put(recorded, block_, [&](const media::StereoSide& out) {
          Decode(recording, side, *frame, out);
        })) {
      return false;
    }
    piece.place = media::RecordChunk::Skip(piece.place, *frame);
  }
  return true;
}

void Recorder::Decode(OpenFile& recording, std::uint8_t side, const media::RecordFrame& frame,
                      const media::StereoSide& out) {
  if (media::IsG711(frame.codec)) return media::DecodeG711(frame.codec, frame.octets, out);
  auto& decoder = recording.decoders[side];
  if (!decoder) decoder.emplace();
  std::array<std::int16_t, media::RecordFrame::kMaxOctets> samples;
  decoder->Decode(frame.octets, std::span(samples).first(frame.octets.size()));
  for (std::size_t i = 0; i < frame.octets.size(); ++i) out[i] = samples[i];
}

void Recorder::End(RecordingNumber number, const std::string& reason, MonoTime now) {
  auto node = open_.extract(number);
  if (node.empty()) return;
  OpenFile& recording = node.mapped();
  std::string why = reason;
  while (why.empty()) {
    const auto samples = recording.window.Left(now);
    if (samples == 0) break;
    why = WriteNext(recording, samples);
  }
  for (const Piece& piece : recording.pieces) piece.link->GiveBack(piece.chunk);
  disk_.Close(recording.file, recording.info, why);
}

}  // namespace callfleet::sip_edge
