// How the engine places legs on media threads and talks to them.
#include "services/sip_edge/media/media_engine.h"

namespace callfleet::sip_edge::media {

// Moves the smaller of the two groups to the other's thread, if they are on two.
void MediaEngine::Join(LegSlot listener, LegSlot source) {
  if (legs_[listener].shard == legs_[source].shard) return;
  auto stays = matrix_.Component(listener);
  auto moves = matrix_.Component(source);
  if (moves.size() > stays.size()) stays.swap(moves);
  const std::uint32_t shard = legs_[stays.front()].shard;
  for (const LegSlot slot : moves) Move(slot, shard);
}

void MediaEngine::Move(LegSlot slot, std::uint32_t shard) {
  Leg& leg = legs_[slot];
  leg.row_stale = true;
  const std::uint32_t from = leg.shard;
  leg.shard = shard;  // Where it will be; a leg that moves already lands there then.
  if (!leg.attached || leg.moving) return;
  leg.moving = true;
  Transmit(from, {.kind = CommandKind::kDetach, .id = IdOf(slot)});
}

void MediaEngine::SendRow(LegSlot listener) {
  Leg& leg = legs_[listener];
  if (!leg.endpoint || leg.closing || leg.moving || !leg.row_stale) return;
  Command command{.kind = CommandKind::kRow};
  for (const Column& column : matrix_.Row(listener)) {
    if (column.kind == Column::Kind::kTone) {
      command.has_tone = true;
      command.tone = column.tone;
      command.tone_gain = column.gain;
      continue;
    }
    Leg& source = legs_[column.leg];
    if (source.moving) return;  // Landed() comes back to it.
    if (!source.attached) Order(column.leg, {.kind = CommandKind::kAttach});
    command.sources[command.source_count] = IdOf(column.leg);
    command.gains[command.source_count++] = column.gain;
  }
  leg.row_stale = false;
  Order(listener, command);
}

void MediaEngine::Order(LegSlot slot, Command command) {
  Leg& leg = legs_[slot];
  command.id = IdOf(slot);
  if (leg.moving) {
    leg.held.push_back(command);
    return;
  }
  if (!leg.attached) {
    leg.attached = true;
    Transmit(leg.shard, {.kind = CommandKind::kAttach,
                         .id = command.id,
                         .endpoint = leg.endpoint.get(),
                         .fresh = true});
  }
  if (command.kind != CommandKind::kAttach) Transmit(leg.shard, command);
}

void MediaEngine::Transmit(std::uint32_t shard, const Command& command) {
  FlushBacklog();
  if (!backlog_[shard].empty() || !threads_[shard]->Push(command)) {
    backlog_[shard].push_back(command);
  }
  if (wake_by_flush_) {
    unwoken_[shard] = true;
  } else {
    threads_[shard]->Wake();
  }
}

void MediaEngine::Flush() {
  const MonoTime now = clock_.Now().mono;
  FreePorts(kept_.Expire(now), now);
  for (std::size_t shard = 0; shard < threads_.size(); ++shard) {
    if (!unwoken_[shard]) continue;
    unwoken_[shard] = false;
    threads_[shard]->Wake();
  }
}

void MediaEngine::FlushBacklog() {
  for (std::size_t shard = 0; shard < threads_.size(); ++shard) {
    auto& waiting = backlog_[shard];
    if (waiting.empty()) continue;
    while (!waiting.empty() && threads_[shard]->Push(waiting.front())) waiting.pop_front();
    threads_[shard]->Wake();
  }
}

// A leg that moved has been given back by its old thread.
void MediaEngine::Landed(LegSlot slot) {
  Leg& leg = legs_[slot];
  leg.moving = false;
  Transmit(leg.shard, {.kind = CommandKind::kAttach,
                       .id = IdOf(slot),
                       .endpoint = leg.endpoint.get(),
                       .fresh = false});
  for (const Command& command : leg.held) Transmit(leg.shard, command);
  leg.held.clear();
  for (const LegSlot other : matrix_.Component(slot)) SendRow(other);
}

void MediaEngine::Forget(LegSlot slot) {
  Leg& leg = legs_[slot];
  const MonoTime now = clock_.Now().mono;
  auto [rtp, rtcp] = leg.endpoint->TakeSockets();
  leg.endpoint.reset();
  leg.parts.reset();
  leg.amd.reset();
  // What is not kept is closed here, off the media thread.
  if (!kept_.Put({leg.port, std::move(rtp), std::move(rtcp)}, now)) ports_.Return(leg.port, now);
  leg.sounds.clear();
  leg.attached = false;
  free_.push_back(slot);
  open_.fetch_sub(1, std::memory_order_relaxed);
}

// A sound is done when another has begun or none is heard: the thread reads no older one any more.
void MediaEngine::DropSounds(LegSlot slot, std::uint32_t serial) {
  auto& sounds = legs_[slot].sounds;
  while (!sounds.empty() && sounds.front()->serial <= serial) sounds.pop_front();
}

// False: nothing for the user.
bool MediaEngine::Take(const ThreadEvent& event, MediaEvent& out) {
  const LegSlot slot = event.event.endpoint.slot;
  if (event.detached) {
    Landed(slot);
    return false;
  }
  out = event.event;
  if (out.kind == MediaEventKind::kDtmfSent) legs_[slot].keys_busy = false;
  if (out.kind == MediaEventKind::kClosed) Forget(slot);
  if (out.kind == MediaEventKind::kSoundDone) DropSounds(slot, out.serial);
  return true;
}

std::size_t MediaEngine::Drain(const std::function<void(const MediaEvent&)>& deliver) {
  to_control_.Clear();
  FlushBacklog();
  std::size_t count = 0;
  MediaEvent event;
  while (!own_events_.empty()) {
    event = own_events_.front();
    own_events_.pop_front();
    deliver(event);
    ++count;
  }
  ThreadEvent raw;
  for (auto& thread : threads_) {
    while (thread->Pop(raw)) {
      if (!Take(raw, event)) continue;
      deliver(event);
      ++count;
    }
  }
  return count;
}

}  // namespace callfleet::sip_edge::media
