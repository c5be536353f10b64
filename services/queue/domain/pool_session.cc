#include "services/queue/domain/pool_session.h"

#include <algorithm>
#include <utility>

namespace callfleet::queue {
namespace {

// The handle that queues see: which stream, which grant of it. 0 is a seized agent: no grant.
constexpr int kGrantBits = 40;
constexpr std::uint64_t kGrantMask = (std::uint64_t{1} << kGrantBits) - 1;

}  // namespace

PoolStep PoolSession::Apply(const PoolInput& input, Instant now) {
  now_ = now;
  out_ = {};
  std::visit([this](const auto& i) { On(i); }, input);
  return std::move(out_);
}

void PoolSession::Say(PoolMessage message) {
  if (up_) out_.messages.push_back(std::move(message));
}

void PoolSession::Tell(const QueueId& queue, QueueEvent event) {
  out_.events.push_back({queue, std::move(event)});
}

void PoolSession::Forget(const QueueId& queue) {
  std::erase_if(held_, [&](const auto& entry) { return entry.second.queue == queue; });
  std::erase_if(unanswered_, [&](const auto& entry) { return entry.second == queue; });
  std::erase_if(seizing_, [&](const auto& entry) { return entry.second.queue == queue; });
}

void PoolSession::On(const QueueJoins& input) {
  members_[input.queue] = {.token = input.token, .ready = false, .demands = {}};
  Forget(input.queue);
  for (const auto& held : input.held) held_[held.reservation] = {input.queue, held};
  Declare({input.queue});
}

void PoolSession::On(const QueueLeaves& input) {
  if (members_.erase(input.queue) == 0) return;
  Forget(input.queue);
  Say(SayLeave{input.queue});
}

void PoolSession::Declare(const std::vector<QueueId>& queues) {
  if (!up_ || queues.empty()) return;
  SayHello hello;
  for (const auto& queue : queues) {
    hello.units.push_back(
        {.unit = {UnitKind::kQueue, queue.str()}, .token = members_[queue].token});
  }
  Say(std::move(hello));
  for (const auto& queue : queues) {
    for (const auto& [id, held] : held_) {
      if (held.queue == queue) Say(SayHeld{queue, held.reservation});
    }
    for (const auto& [id, demand] : members_[queue].demands) Say(SayDemand{queue, demand});
  }
  Say(SayDeclareEnd{queues});
}

void PoolSession::On(const LinkUp&) {
  up_ = true;
  ++stream_;
  highest_grant_ = 0;
  unanswered_.clear();
  heartbeat_ = 0;
  sent_.clear();
  std::vector<QueueId> all;
  for (const auto& [queue, member] : members_) all.push_back(queue);
  Declare(all);
}

void PoolSession::On(const LinkDown&) {
  up_ = false;
  for (auto& [queue, member] : members_) {
    member.ready = false;
    Tell(queue, SessionChanged{false});
  }
  // Nobody will answer these any more: what was seized unheard ends undeclared.
  for (const auto& [id, seizing] : std::exchange(seizing_, {})) {
    Tell(seizing.queue, SeizeAnswered{.seize = id, .offer = {}, .reason = "REGISTRY_UNAVAILABLE"});
  }
}

void PoolSession::On(const PoolReady& input) {
  acknowledged_ = now_.mono;
  lapsed_ = false;
  for (const auto& queue : input.queues) {
    const auto member = members_.find(queue);
    if (member == members_.end()) continue;
    member->second.ready = true;
    Tell(queue, SessionChanged{true});
  }
}

void PoolSession::On(const PoolGrant& input) {
  highest_grant_ = std::max(highest_grant_, input.grant);
  const auto member = members_.find(input.queue);
  if (member == members_.end() || !member->second.demands.contains(input.demand)) {
    // Crossed our cancel, or nobody's: a demand that stayed in the book would be met for ever.
    Say(SayReturned{input.grant});
    Say(SayCancel{input.queue, input.demand});
    return;
  }
  unanswered_[input.grant] = input.queue;
  Tell(input.queue, Granted{.demand = input.demand,
                            .grant = (stream_ << kGrantBits) | input.grant,
                            .revision = input.revision,
                            .offers = input.offers});
}

void PoolSession::On(const PoolClosed& input) {
  const auto member = members_.find(input.queue);
  if (member == members_.end()) return;
  // The answer to our own Cancel finds no demand any more.
  if (member->second.demands.erase(input.demand) > 0) Tell(input.queue, DemandClosed{input.demand});
}

void PoolSession::On(const PoolRevoked& input) {
  const auto held = held_.find(input.reservation);
  if (held == held_.end()) return;
  Tell(held->second.queue, ReservationLost{input.reservation});
  held_.erase(held);
}

void PoolSession::On(const PoolFenced& input) {
  for (const auto& queue : input.queues) {
    if (members_.erase(queue) == 0) continue;
    Forget(queue);
    Tell(queue, Fenced{});
  }
}

void PoolSession::On(const PoolAck& input) {
  const auto sent = sent_.find(input.number);
  if (sent == sent_.end()) return;
  acknowledged_ = std::max(acknowledged_, sent->second);
  lapsed_ = false;
  sent_.erase(sent_.begin(), std::next(sent));
}

void PoolSession::On(const PoolAudience& input) {
  if (members_.contains(input.queue)) Tell(input.queue, AudienceChanged{input.audience});
}

void PoolSession::On(const PoolSeized& input) {
  const auto asked = seizing_.find(input.seize);
  if (asked == seizing_.end()) {
    if (input.offer) Say(ReportOffer{input.offer->reservation, OfferEnd::kWithdrawn});
    return;
  }
  const Seizing seizing = asked->second;
  seizing_.erase(asked);
  if (input.offer) {
    held_[input.offer->reservation] = {seizing.queue,
                                       {.reservation = input.offer->reservation,
                                        .agent = input.offer->agent,
                                        .demand = seizing.wish.ticket,
                                        .call = seizing.wish.call,
                                        .leg = LegId()}};
  }
  Tell(seizing.queue,
       SeizeAnswered{.seize = input.seize, .offer = input.offer, .reason = input.reason});
}

void PoolSession::On(const PoolTick&) {
  // After a long sleep of our own the stream is read for one tick before anything is given up.
  const bool late = last_tick_ != MonoTime{} && now_.mono - last_tick_ > 2 * kTick;
  last_tick_ = now_.mono;
  if (!late && !lapsed_ && acknowledged_ != MonoTime{} && now_.mono > acknowledged_ + kActUntil) {
    Lapse();
  }
  if (!up_) return;
  // "Seen and not held" means returned: a grant whose answer is still to come is not said yet.
  const std::uint64_t seen = unanswered_.empty() ? highest_grant_ : unanswered_.begin()->first - 1;
  SayHeartbeat beat{.number = ++heartbeat_, .highest_grant_seen = seen, .held = {}};
  for (const auto& [id, held] : held_) beat.held.push_back({held.queue, held.reservation});
  sent_[beat.number] = now_.mono;
  Say(std::move(beat));
}

// What is not in a talk yet may no longer be acted on. Held ones stay declared: a live leg proves
// the talk, and queues give back the others.
void PoolSession::Lapse() {
  lapsed_ = true;
  for (const auto& [id, one] : held_) Tell(one.queue, ReservationLost{id});
}

void PoolSession::On(const WishOf& input) {
  if (!members_.contains(input.queue)) return;
  std::visit([&](const auto& wish) { Wish(input.queue, wish); }, input.wish);
}

void PoolSession::Wish(const QueueId& queue, const SendDemand& wish) {
  members_[queue].demands[wish.demand] = wish;
  Say(SayDemand{queue, wish});
}

void PoolSession::Wish(const QueueId& queue, const CancelDemand& wish) {
  if (members_[queue].demands.erase(wish.demand) > 0) Say(SayCancel{queue, wish.demand});
}

void PoolSession::Wish(const QueueId& queue, const TakeGrant& wish) {
  if (wish.grant == 0) {  // Seized: held since its answer; now its leg is known.
    for (const auto& held : wish.held) held_[held.reservation] = {queue, held};
    return;
  }
  const bool demanded = members_[queue].demands.erase(wish.demand) > 0;
  const bool of_this_stream = (wish.grant >> kGrantBits) == stream_;
  if (of_this_stream) unanswered_.erase(wish.grant & kGrantMask);
  if (!of_this_stream || !up_ || lapsed_) {
    if (of_this_stream) Say(SayReturned{wish.grant & kGrantMask});
    // This stream declared the demand anew: nobody is behind it any more.
    if (demanded) Say(SayCancel{queue, wish.demand});
    for (const auto& held : wish.held) Tell(queue, ReservationLost{held.reservation});
    return;
  }
  for (const auto& held : wish.held) held_[held.reservation] = {queue, held};
  Say(SayTaken{wish.grant & kGrantMask});
}

void PoolSession::Wish(const QueueId&, const ReturnGrant& wish) {
  if ((wish.grant >> kGrantBits) != stream_) return;
  unanswered_.erase(wish.grant & kGrantMask);
  Say(SayReturned{wish.grant & kGrantMask});
}

void PoolSession::Wish(const QueueId&, const ReportOffer& wish) {
  if (!held_.contains(wish.reservation)) return;
  if (wish.end != OfferEnd::kAnswered) held_.erase(wish.reservation);
  Say(wish);
}

void PoolSession::Wish(const QueueId&, const CompleteWork& wish) {
  // Said while the stream is down it is not repeated: the heartbeat without it frees the slot.
  if (held_.erase(wish.reservation) > 0) Say(wish);
}

void PoolSession::Wish(const QueueId& queue, const SeizeAgent& wish) {
  if (!up_) {
    Tell(queue, SeizeAnswered{.seize = wish.seize, .offer = {}, .reason = "REGISTRY_UNAVAILABLE"});
    return;
  }
  seizing_[wish.seize] = {queue, wish};
  Say(SaySeize{queue, wish});
}

}  // namespace callfleet::queue
