#include "services/sip_edge/media/media_engine.h"

#include <algorithm>
#include <string>

namespace callfleet::sip_edge::media {
namespace {

constexpr int kBindTries = 16;

tl::unexpected<Error> Exhausted(std::string reason, std::string message) {
  return Fail({ErrorCode::kResourceExhausted, std::move(reason), std::move(message)});
}

}  // namespace

MediaEngine::MediaEngine(const MediaConfig& config, const Clock& clock, std::uint64_t seed)
    : config_(config),
      clock_(clock),
      tones_(config.tone_region),
      random_(seed),
      ports_(config.port_min, config.port_max, config.port_rest, random_()),
      kept_(config.port_rest, random_()),
      legs_(config.max_endpoints),
      backlog_(config.threads),
      unwoken_(config.threads) {
  for (std::uint32_t slot = config.max_endpoints; slot > 0; --slot) free_.push_back(slot - 1);
  for (std::uint32_t i = 0; i < config.threads; ++i) {
    threads_.push_back(std::make_unique<MediaThread>(config_, clock_, tones_, to_control_));
  }
}

MediaEngine::~MediaEngine() { threads_.clear(); }

Result<std::unique_ptr<MediaEngine>> MediaEngine::Start(const MediaConfig& config,
                                                        const Clock& clock, std::uint64_t seed) {
  if (auto status = Validate(config); !status) return Fail(status.error());
  std::unique_ptr<MediaEngine> engine(new MediaEngine(config, clock, seed));
  if (engine->event_fd() < 0) return Exhausted("NO_FILE_DESCRIPTOR", "no eventfd");
  if (!SrtpContext::Prepare()) return Unavailable("SRTP_FAILED", "libsrtp2 does not start");
  for (auto& thread : engine->threads_) {
    if (auto status = thread->Start(); !status) return Fail(status.error());
  }
  return engine;
}

Result<EndpointInfo> MediaEngine::Open(std::string_view shard_key) {
  const auto shard =
      static_cast<std::uint32_t>(std::hash<std::string_view>{}(shard_key) % threads_.size());
  if (free_.empty()) return Exhausted("TOO_MANY_ENDPOINTS", "media.max_endpoints are open");
  FlushBacklog();
  if (!backlog_[shard].empty()) {
    return Exhausted("MEDIA_OVERLOADED", "the media thread does not keep up with commands");
  }
  auto sockets = TakeSockets(clock_.Now().mono);
  if (!sockets) return Fail(sockets.error());
  const std::uint16_t port = sockets->port;
  const LegSlot slot = free_.back();
  free_.pop_back();
  Leg& leg = legs_[slot];
  const std::uint32_t generation = leg.generation + 1;
  leg = Leg{};
  leg.generation = generation;
  leg.port = port;
  leg.shard = shard;
  leg.endpoint = std::make_unique<Endpoint>(
      Endpoint::Options{.id = {slot, generation},
                        .rtp = std::move(sockets->rtp),
                        .rtcp = std::move(sockets->rtcp),
                        .ssrc = static_cast<std::uint32_t>(random_()),
                        .first_sequence = static_cast<std::uint16_t>(random_()),
                        .first_timestamp = static_cast<std::uint32_t>(random_()),
                        .jitter_seed = static_cast<std::uint32_t>(random_())});
  open_.fetch_add(1, std::memory_order_relaxed);
  return EndpointInfo{.id = {slot, generation}, .rtp_port = port};
}

// Of an earlier leg, or new ones. Where ports or descriptors are short, none are kept.
Result<SocketPair> MediaEngine::TakeSockets(MonoTime now) {
  if (auto kept = kept_.Take(now)) return *std::move(kept);
  auto bound = BindSockets(now);
  if (bound) return bound;
  const auto ports = kept_.Clear();
  if (ports.empty()) return bound;
  FreePorts(ports, now);
  return BindSockets(now);
}

Result<SocketPair> MediaEngine::BindSockets(MonoTime now) {
  const auto local_ip = *ParseIp(config_.bind_address);
  for (int attempt = 0; attempt < kBindTries; ++attempt) {
    const auto port = ports_.Take(now);
    if (!port) return Exhausted("NO_FREE_PORT", "all RTP ports of the range are in use");
    auto rtp = UdpSocket::Bind({local_ip, *port}, config_.dscp);
    auto rtcp = rtp ? UdpSocket::Bind({local_ip, static_cast<std::uint16_t>(*port + 1)}, 0)
                    : Result<UdpSocket>(Fail(rtp.error()));
    if (rtcp) return SocketPair{*port, std::move(*rtp), std::move(*rtcp)};
    ports_.Return(*port, now);
    // Where another process has it, the next.
    if (rtcp.error().code != ErrorCode::kAlreadyExists) return Fail(rtcp.error());
  }
  return Exhausted("NO_FREE_PORT", "ports of the range are taken by other processes");
}

void MediaEngine::FreePorts(const std::vector<std::uint16_t>& ports, MonoTime now) {
  for (const std::uint16_t port : ports) ports_.Return(port, now);
}

Result<LegSlot> MediaEngine::Find(EndpointId id) const {
  if (id.generation != 0 && id.slot < legs_.size()) {
    const Leg& leg = legs_[id.slot];
    if (leg.endpoint && !leg.closing && leg.generation == id.generation) return id.slot;
  }
  return NotFound("ENDPOINT_NOT_FOUND", "no such endpoint, or it is closed");
}

bool MediaEngine::IsMixed(LegSlot listener) const {
  const auto format_of = [this](LegSlot slot) { return FormatOf(legs_[slot].remote); };
  return Classify(matrix_.Row(listener), format_of(listener), format_of) == RowKind::kMixed;
}

// The listener of a mixed row, and all that it hears, get what mixing needs.
void MediaEngine::PrepareMix(LegSlot listener) {
  if (!IsMixed(listener)) return;
  const auto prepare = [this](LegSlot slot) {
    Leg& leg = legs_[slot];
    if (leg.parts) return;
    leg.parts = std::make_unique<MixParts>();
    Order(slot, {.kind = CommandKind::kMixParts, .parts = leg.parts.get()});
  };
  prepare(listener);
  for (const Column& column : matrix_.Row(listener)) {
    if (column.kind == Column::Kind::kLeg) prepare(column.leg);
  }
}

Status MediaEngine::SetRemote(EndpointId endpoint, const RemoteMedia& remote) {
  const auto slot = Find(endpoint);
  if (!slot) return Fail(slot.error());
  if (auto status = Validate(remote); !status) return status;
  legs_[*slot].remote = remote;
  PrepareMix(*slot);
  for (const LegSlot listener : matrix_.Listeners(*slot)) PrepareMix(listener);
  Order(*slot, {.kind = CommandKind::kRemote, .remote = remote});
  return {};
}

Result<std::vector<Column>> MediaEngine::ToColumns(std::span<const RowSource> row) const {
  if (row.size() > kMaxColumns) return Exhausted("TOO_MANY_SOURCES", "at most 8 to a row");
  std::vector<Column> columns;
  for (const RowSource& source : row) {
    if (!(source.gain > 0.0F && source.gain <= 4.0F)) {
      return InvalidField("gain", "must be above 0 and at most 4");
    }
    if (source.kind == Column::Kind::kTone) {
      columns.push_back(Column::Player(source.tone, source.gain));
      continue;
    }
    const auto slot = Find(source.leg);
    if (!slot) return Fail(slot.error());
    columns.push_back(Column::Leg(*slot, source.gain));
  }
  return columns;
}

Status MediaEngine::CheckRow(LegSlot listener, std::span<const Column> row) const {
  const auto tones = std::count_if(row.begin(), row.end(), [](const Column& column) {
    return column.kind == Column::Kind::kTone;
  });
  if (tones > 1) return InvalidField("row", "one tone at most");
  for (const Column& column : row) {
    if (column.kind != Column::Kind::kLeg) continue;
    const auto same = std::count_if(row.begin(), row.end(), [&column](const Column& other) {
      return other.kind == Column::Kind::kLeg && other.leg == column.leg;
    });
    if (same > 1) return InvalidField("row", "a leg is heard once");
    if (column.leg == listener) return InvalidField("row", "a leg does not hear itself");
    const auto heard_by = matrix_.Listeners(column.leg);
    const bool already = std::find(heard_by.begin(), heard_by.end(), listener) != heard_by.end();
    if (!already && heard_by.size() >= kMaxListeners) {
      return Exhausted("TOO_MANY_LISTENERS", "at most 16 legs hear one leg");
    }
  }
  return {};
}

Status MediaEngine::SetRow(EndpointId listener, std::span<const RowSource> row) {
  const auto slot = Find(listener);
  if (!slot) return Fail(slot.error());
  const auto columns = ToColumns(row);
  if (!columns) return Fail(columns.error());
  if (auto status = CheckRow(*slot, *columns); !status) return status;
  for (const Column& column : *columns) {
    if (column.kind == Column::Kind::kLeg) Join(*slot, column.leg);
  }
  matrix_.SetRow(*slot, *columns);
  PrepareMix(*slot);
  legs_[*slot].row_stale = true;
  SendRow(*slot);
  return {};
}

Status MediaEngine::Bridge(EndpointId a, EndpointId b) {
  const RowSource hears_b = RowSource::Leg(b);
  if (auto status = SetRow(a, {&hears_b, 1}); !status) return status;
  const RowSource hears_a = RowSource::Leg(a);
  auto status = SetRow(b, {&hears_a, 1});
  if (!status) (void)SetRow(a, {});
  return status;
}

Status MediaEngine::Play(EndpointId endpoint, Tone tone, std::uint16_t repeats) {
  const auto slot = Find(endpoint);
  if (!slot) return Fail(slot.error());
  if (repeats < 1 || repeats > 1000) return InvalidField("repeats", "must be 1..1000");
  return Play(endpoint, SoundList{.items = {{tones_.Clip(tone), repeats}}, .over_row = true});
}

Status MediaEngine::Play(EndpointId endpoint, SoundList list) {
  const auto slot = Find(endpoint);
  if (!slot) return Fail(slot.error());
  const auto playable = [](const SoundItem& item) { return item.clip && item.clip->size() > 0; };
  if (list.items.empty() || list.items.size() > kMaxSoundItems ||
      !std::all_of(list.items.begin(), list.items.end(), playable)) {
    return InvalidField("items", "must be 1..64 with something to hear");
  }
  Leg& leg = legs_[*slot];
  list.serial = leg.next_sound++;
  leg.sounds.push_back(std::make_unique<const SoundList>(std::move(list)));
  Order(*slot, {.kind = CommandKind::kPlay, .sound = leg.sounds.back().get()});
  return {};
}

Status MediaEngine::StopSound(EndpointId endpoint, bool only_yielding) {
  const auto slot = Find(endpoint);
  if (!slot) return Fail(slot.error());
  if (legs_[*slot].sounds.empty()) return {};
  Order(*slot, {.kind = only_yielding ? CommandKind::kYieldSound : CommandKind::kPlay});
  return {};
}

Status MediaEngine::SetTap(EndpointId endpoint, std::uint32_t number, std::uint8_t side) {
  const auto slot = Find(endpoint);
  if (!slot) return Fail(slot.error());
  if (side > 1) return InvalidField("side", "must be 0 or 1");
  Order(*slot, {.kind = CommandKind::kTap, .recording = number, .side = side});
  return {};
}

Status MediaEngine::Listen(EndpointId endpoint, const amd::Thresholds& thresholds) {
  const auto slot = Find(endpoint);
  if (!slot) return Fail(slot.error());
  Leg& leg = legs_[*slot];
  if (leg.amd) return FailedPrecondition("LISTENS", "it listens, or has listened");
  leg.amd = std::make_unique<AmdParts>(thresholds);
  Order(*slot, {.kind = CommandKind::kListen, .amd = leg.amd.get()});
  return {};
}

Status MediaEngine::StopListening(EndpointId endpoint) {
  const auto slot = Find(endpoint);
  if (!slot) return Fail(slot.error());
  if (legs_[*slot].amd) Order(*slot, {.kind = CommandKind::kListen});
  return {};
}

std::vector<RecordLink*> MediaEngine::RecordLinks() const {
  std::vector<RecordLink*> links;
  for (const auto& thread : threads_) {
    if (RecordLink* link = thread->record_link()) links.push_back(link);
  }
  return links;
}

Status MediaEngine::SendDtmf(EndpointId endpoint, std::string_view digits,
                             std::chrono::milliseconds key, std::chrono::milliseconds gap) {
  const auto slot = Find(endpoint);
  if (!slot) return Fail(slot.error());
  Leg& leg = legs_[*slot];
  if (leg.remote.dtmf_send == kNotNegotiated) {
    return FailedPrecondition("DTMF_NOT_NEGOTIATED", "the peer took no telephone-event");
  }
  if (leg.keys_busy) return FailedPrecondition("DTMF_BUSY", "keys are still being sent");
  const auto fits = [](std::chrono::milliseconds t) {
    return t.count() >= 40 && t.count() <= 2000;
  };
  if (!fits(key) || !fits(gap)) return InvalidField("duration", "key and gap must be 40..2000 ms");
  const bool known = std::all_of(digits.begin(), digits.end(),
                                 [](char digit) { return DtmfEvent(digit).has_value(); });
  if (digits.empty() || digits.size() > kMaxDtmfDigits || !known) {
    return InvalidField("digits", "must be 1..32 of 0-9 * # A-D");
  }
  Command command{.kind = CommandKind::kDtmf};
  std::copy(digits.begin(), digits.end(), command.digits.begin());
  command.digit_count = static_cast<std::uint8_t>(digits.size());
  command.key_ms = static_cast<std::uint16_t>(key.count());
  command.gap_ms = static_cast<std::uint16_t>(gap.count());
  leg.keys_busy = true;
  Order(*slot, command);
  return {};
}

Status MediaEngine::RequestStats(EndpointId endpoint) {
  const auto slot = Find(endpoint);
  if (!slot) return Fail(slot.error());
  Order(*slot, {.kind = CommandKind::kStats});
  return {};
}

Status MediaEngine::Close(EndpointId endpoint) {
  const auto slot = Find(endpoint);
  if (!slot) return Fail(slot.error());
  Leg& leg = legs_[*slot];
  leg.closing = true;
  matrix_.Remove(*slot);  // Its listeners' thread does the same by itself.
  if (leg.attached) {
    Order(*slot, {.kind = CommandKind::kClose});
    return {};
  }
  own_events_.push_back({.kind = MediaEventKind::kClosed,
                         .endpoint = endpoint,
                         .at = clock_.Now(),
                         .stats = leg.endpoint->Stats()});
  Forget(*slot);
  to_control_.Raise();
  return {};
}

EngineCounters MediaEngine::Counters() const {
  EngineCounters sum;
  sum.threads = threads_.size();
  sum.endpoints = open_.load(std::memory_order_relaxed);
  for (const auto& thread : threads_) {
    const ThreadCounters& c = thread->counters();
    const auto read = [](const ThreadCounters::Counter& counter) {
      return counter.load(std::memory_order_relaxed);
    };
    sum.packets_received += read(c.packets_received);
    sum.packets_relayed += read(c.packets_relayed);
    sum.packets_generated += read(c.packets_generated);
    sum.frames_mixed += read(c.frames_mixed);
    sum.strangers += read(c.strangers);
    sum.malformed += read(c.malformed);
    sum.unauthentic += read(c.unauthentic);
    sum.send_errors += read(c.send_errors);
    sum.late_packets += read(c.late_packets);
    sum.ticks += read(c.ticks);
    sum.ticks_skipped += read(c.ticks_skipped);
    sum.events_dropped += read(c.events_dropped);
    sum.realtime_threads += thread->realtime() ? 1 : 0;
    sum.cpu += thread->Cpu();
  }
  return sum;
}

}  // namespace callfleet::sip_edge::media
