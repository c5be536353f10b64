#include "services/sip_edge/media/media_thread.h"

#include <pthread.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <cstring>
#include <ctime>

#include "services/sip_edge/domain/media/tick_plan.h"

namespace callfleet::sip_edge::media {
namespace {

constexpr std::size_t kCommandRing = 1024;
constexpr std::size_t kEventRing = 4096;
constexpr int kBatch = 128;  // A tick is never later than a batch takes, about 0.8 ms.
constexpr std::uint64_t kHousekeepingTicks = 5;
// From so many packets a tick on (200 calls) the thread naps before it looks again: waking for each
// packet costs as much as relaying it. The nap is the most that it adds to a packet's delay. Half
// as many packets to a waking halve the delay and cost 3 % of CPU more; fewer cost as much again.
constexpr std::uint64_t kBusyPackets = 400;
constexpr std::uint64_t kPacketsToANap = 25;
constexpr long kLongestNapNs = 400'000;
constexpr long kShortestNapNs = 200'000;

// 0: no nap.
long NapFor(std::uint64_t packets_a_tick) {
  if (packets_a_tick < kBusyPackets) return 0;
  const auto ns = kTickMs * 1'000'000 * kPacketsToANap / packets_a_tick;
  return std::clamp(static_cast<long>(ns), kShortestNapNs, kLongestNapNs);
}

// What epoll hands back: a slot with the socket's kind, or one of ours.
constexpr std::uint64_t kTagTimer = ~std::uint64_t{0};
constexpr std::uint64_t kTagWake = kTagTimer - 1;
constexpr std::uint64_t TagOf(std::uint32_t slot, bool rtcp) {
  return std::uint64_t{slot} << 1 | (rtcp ? 1 : 0);
}

bool Watch(int epoll_fd, int fd, std::uint64_t tag) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = tag;
  return ::epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event) == 0;
}

}  // namespace

MediaThread::MediaThread(const MediaConfig& config, const Clock& clock, const ToneBank& tones,
                         Signal& to_control)
    : config_(config),
      clock_(clock),
      to_control_(to_control),
      epoll_fd_(::epoll_create1(EPOLL_CLOEXEC)),
      timer_fd_(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)),
      commands_(kCommandRing),
      events_(kEventRing),
      record_(config.record ? std::make_unique<RecordLink>() : nullptr),
      by_slot_(config.max_endpoints, nullptr),
      context_{
          .config = config,
          .tones = tones,
          .counters = counters_,
          .emit = [](void* self,
                     const MediaEvent& event) { static_cast<MediaThread*>(self)->Emit(event); },
          .thread = this,
          .record = record_.get(),
          .buffer = buffer_} {
  active_.reserve(config.max_endpoints);
  stuck_.reserve(std::size_t{6} * config.max_endpoints);
}

MediaThread::~MediaThread() {
  stop_.store(true);
  wake_.Raise();
  if (thread_.joinable()) thread_.join();
  if (timer_fd_ >= 0) ::close(timer_fd_);
  if (epoll_fd_ >= 0) ::close(epoll_fd_);
}

Status MediaThread::Start() {
  itimerspec period{};
  period.it_interval.tv_nsec = kTickMs * 1'000'000;
  period.it_value = period.it_interval;
  if (epoll_fd_ < 0 || timer_fd_ < 0 || wake_.fd() < 0 ||
      ::timerfd_settime(timer_fd_, 0, &period, nullptr) != 0 ||
      !Watch(epoll_fd_, timer_fd_, kTagTimer) || !Watch(epoll_fd_, wake_.fd(), kTagWake)) {
    return Fail({ErrorCode::kResourceExhausted, "NO_FILE_DESCRIPTOR", std::strerror(errno)});
  }
  thread_ = std::thread([this] { Run(); });
  handle_ = thread_.native_handle();
  return {};
}

void MediaThread::TryRealtime() {
  if (config_.realtime_priority == 0) return;
  sched_param param{};
  param.sched_priority = config_.realtime_priority;
  realtime_.store(::pthread_setschedparam(::pthread_self(), SCHED_FIFO, &param) == 0);
}

std::chrono::nanoseconds MediaThread::Cpu() const {
  clockid_t id{};
  timespec time{};
  if (!thread_.joinable() || ::pthread_getcpuclockid(handle_, &id) != 0) return {};
  ::clock_gettime(id, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

// The producer pushes, then looks whether we sleep; we say that we sleep, then look at the ring.
// Sequential consistency makes at least one of the two see the other.
bool MediaThread::Push(const Command& command) { return commands_.Push(command); }

void MediaThread::Wake() {
  std::atomic_thread_fence(std::memory_order_seq_cst);
  if (asleep_.exchange(false)) wake_.Raise();
}

void MediaThread::Run() {
  TryRealtime();
  std::array<epoll_event, kBatch> events{};
  int ready = 0;
  while (!stop_.load(std::memory_order_relaxed)) {
    if (nap_ns_ > 0 && ready < kBatch) {
      const timespec nap{0, nap_ns_};
      ::nanosleep(&nap, nullptr);
    }
    asleep_.store(true);
    std::atomic_thread_fence(std::memory_order_seq_cst);
    ready = ::epoll_wait(epoll_fd_, events.data(), kBatch, commands_.Empty() ? -1 : 0);
    asleep_.store(false, std::memory_order_relaxed);
    context_.now = clock_.Now();
    for (int i = 0; i < ready; ++i) Dispatch(events[static_cast<std::size_t>(i)].data.u64);
    RunCommands();
    if (record_) record_->Ran();
    if (told_) {
      told_ = false;
      to_control_.Raise();
    }
  }
}

void MediaThread::Dispatch(std::uint64_t tag) {
  if (tag == kTagWake) {
    wake_.Clear();
  } else if (tag == kTagTimer) {
    std::uint64_t expirations = 0;
    if (::read(timer_fd_, &expirations, sizeof expirations) != sizeof expirations) return;
    const TickPlan plan = PlanTicks(expirations);
    Count(counters_.ticks, plan.run);
    Count(counters_.ticks_skipped, plan.skipped);
    for (std::uint64_t i = 0; i < plan.run; ++i) Tick();
  } else if (Endpoint* endpoint = by_slot_[tag >> 1]) {
    if ((tag & 1) != 0) {
      endpoint->OnRtcp(context_);
    } else {
      endpoint->OnRtp(context_);
    }
  }
}

void MediaThread::Tick() {
  context_.tick = ++tick_;
  const auto packets = counters_.packets_received.load(std::memory_order_relaxed);
  nap_ns_ = NapFor(packets - packets_at_tick_);
  packets_at_tick_ = packets;
  for (std::size_t i = 0; i < active_.size(); ++i) {
    if (!active_[i]->OnlyRelays(context_.now.mono)) active_[i]->OnTick(context_);
    if ((i + tick_) % kHousekeepingTicks == 0) active_[i]->OnHousekeeping(context_);
  }
  FlushStuck();
}

Endpoint* MediaThread::Find(EndpointId id) const {
  if (id.generation == 0 || id.slot >= by_slot_.size()) return nullptr;
  Endpoint* endpoint = by_slot_[id.slot];
  return endpoint != nullptr && endpoint->id() == id ? endpoint : nullptr;
}

void MediaThread::RunCommands() {
  Command command;
  while (commands_.Pop(command)) Run(command);
}

void MediaThread::Run(const Command& command) {
  if (command.kind == CommandKind::kAttach) {
    Attach(command.endpoint, command.fresh);
    return;
  }
  Endpoint* endpoint = Find(command.id);
  assert(endpoint != nullptr);  // The control side never commands what it has not attached here.
  if (endpoint == nullptr) return;
  switch (command.kind) {
    case CommandKind::kAttach:
      break;
    case CommandKind::kDetach:
      Release(endpoint, false);
      break;
    case CommandKind::kClose:
      Release(endpoint, true);
      break;
    case CommandKind::kRemote:
      endpoint->SetRemote(command.remote, context_);
      break;
    case CommandKind::kMixParts:
      endpoint->TakeParts(command.parts);
      break;
    case CommandKind::kRow:
      SetRow(endpoint, command);
      break;
    case CommandKind::kPlay:
      endpoint->Play(command.sound, context_);
      break;
    case CommandKind::kYieldSound:
      endpoint->YieldSound(context_);
      break;
    case CommandKind::kDtmf:
      endpoint->SendKeys({command.digits.data(), command.digit_count}, command.key_ms,
                         command.gap_ms);
      break;
    case CommandKind::kTap:
      endpoint->SetTap(command.recording, command.side, context_);
      break;
    case CommandKind::kListen:
      endpoint->Listen(command.amd, context_);
      break;
    case CommandKind::kStats:
      Emit({.kind = MediaEventKind::kStats,
            .endpoint = command.id,
            .at = context_.now,
            .stats = endpoint->Stats()});
      break;
  }
}

void MediaThread::Attach(Endpoint* endpoint, bool fresh) {
  if (fresh) endpoint->DropQueued();
  const std::uint32_t slot = endpoint->id().slot;
  by_slot_[slot] = endpoint;
  endpoint->active_index = active_.size();
  active_.push_back(endpoint);
  if (!Watch(epoll_fd_, endpoint->rtp_fd(), TagOf(slot, false)) ||
      !Watch(epoll_fd_, endpoint->rtcp_fd(), TagOf(slot, true))) {
    // Out of watches (fs.epoll.max_user_watches): the leg is deaf, kNoRtp tells.
    Count(counters_.send_errors);
  }
}

void MediaThread::Release(Endpoint* endpoint, bool closed) {
  const EndpointId id = endpoint->id();
  endpoint->PostTap(context_);
  if (closed) endpoint->SendReport(true, context_);
  endpoint->Unlink();
  (void)::epoll_ctl(epoll_fd_, EPOLL_CTL_DEL, endpoint->rtp_fd(), nullptr);
  (void)::epoll_ctl(epoll_fd_, EPOLL_CTL_DEL, endpoint->rtcp_fd(), nullptr);
  by_slot_[id.slot] = nullptr;
  Endpoint* last = active_.back();
  active_[endpoint->active_index] = last;
  last->active_index = endpoint->active_index;
  active_.pop_back();
  EmitForSure({.detached = !closed,
               .event = {.kind = MediaEventKind::kClosed,
                         .endpoint = id,
                         .at = context_.now,
                         .stats = endpoint->Stats()}});
}

void MediaThread::SetRow(Endpoint* listener, const Command& command) {
  std::array<Endpoint::Heard, kMaxColumns> legs{};
  for (std::size_t i = 0; i < command.source_count; ++i) {
    legs[i] = {.leg = Find(command.sources[i]), .gain = command.gains[i]};
  }
  std::optional<Endpoint::HeardTone> tone;
  if (command.has_tone) tone = {.tone = command.tone, .gain = command.tone_gain};
  listener->Hear(std::span(legs).first(command.source_count), tone);
}

void MediaThread::Emit(const MediaEvent& event) {
  // The control side refuses new keys until it hears this one.
  // What holds a sound is given back, and a controller goes on, by kSoundDone.
  // A bridge waits for who answered, a message for its cue.
  if (event.kind == MediaEventKind::kDtmfSent || event.kind == MediaEventKind::kSoundDone ||
      event.kind == MediaEventKind::kAmdDecision || event.kind == MediaEventKind::kAmdCue) {
    EmitForSure({.detached = false, .event = event});
    return;
  }
  told_ = true;
  if (!events_.Push({.detached = false, .event = event})) Count(counters_.events_dropped);
}

void MediaThread::EmitForSure(const ThreadEvent& event) {
  told_ = true;
  FlushStuck();
  if (!stuck_.empty() || !events_.Push(event)) stuck_.push_back(event);
}

void MediaThread::FlushStuck() {
  std::size_t done = 0;
  while (done < stuck_.size() && events_.Push(stuck_[done])) ++done;
  if (done == 0) return;
  told_ = true;
  stuck_.erase(stuck_.begin(), stuck_.begin() + static_cast<std::ptrdiff_t>(done));
}

}  // namespace callfleet::sip_edge::media
