#include "common/agent_pool/session.h"

#include <algorithm>
#include <utility>

namespace callfleet::agent_pool {

namespace {
// The handle that units see: which stream, which grant of it. 0 is a seized agent: no grant.
constexpr int kGrantBits = 40;
constexpr std::uint64_t kGrantMask = (std::uint64_t{1} << kGrantBits) - 1;
}  // namespace

Step Session::Apply(const Input& input, Instant now) {
  now_ = now;
  if (last_tick_ == MonoTime{}) last_tick_ = now.mono;
  out_ = {};
  std::visit([this](const auto& i) { On(i); }, input);
  return std::move(out_);
}

void Session::Say(Message message) {
  if (up_) out_.messages.push_back(std::move(message));
}

void Session::Tell(const Unit& unit, Event event) {
  out_.events.push_back({unit, std::move(event)});
}

void Session::Forget(const Unit& unit) {
  std::erase_if(held_, [&](const auto& entry) { return entry.second.unit == unit; });
  std::erase_if(unanswered_, [&](const auto& entry) { return entry.second == unit; });
  std::erase_if(seizing_, [&](const auto& entry) { return entry.second.unit == unit; });
}

void Session::On(const UnitJoins& input) {
  members_[input.unit] = {.token = input.token, .ready = false, .demands = {}};
  Forget(input.unit);
  for (const auto& held : input.held) held_[held.reservation] = {input.unit, held};
  Declare({input.unit});
}

void Session::On(const UnitLeaves& input) {
  if (members_.erase(input.unit) == 0) return;
  Forget(input.unit);
  Say(SayLeave{input.unit});
}

void Session::Declare(const std::vector<Unit>& units) {
  if (!up_ || units.empty()) return;
  SayHello hello;
  for (const auto& unit : units) {
    hello.units.push_back({.unit = unit, .token = members_[unit].token});
  }
  Say(std::move(hello));
  for (const auto& unit : units) {
    for (const auto& [id, held] : held_) {
      if (held.unit == unit) Say(SayHeld{unit, held.reservation});
    }
    for (const auto& [id, demand] : members_[unit].demands) Say(SayDemand{unit, demand});
  }
  Say(SayDeclareEnd{units});
}

void Session::On(const LinkUp&) {
  up_ = true;
  ++stream_;
  highest_grant_ = 0;
  unanswered_.clear();
  heartbeat_ = 0;
  unconfirmed_ = 0;
  sent_.clear();
  declared_ = now_.mono;
  std::vector<Unit> all;
  for (const auto& [unit, member] : members_) all.push_back(unit);
  Declare(all);
}

void Session::On(const LinkDown&) {
  up_ = false;
  for (auto& [unit, member] : members_) {
    member.ready = false;
    Tell(unit, SessionChanged{false});
  }
  // Nobody will answer these any more: what was seized unheard ends undeclared.
  for (const auto& [id, seizing] : std::exchange(seizing_, {})) {
    Tell(seizing.unit, Seized{.asked = seizing.wish, .offer = {}, .refused = kRegistryAway});
  }
}

void Session::On(const PoolReady& input) {
  // Heard now; but what was read late proves no more than that it was asked for.
  acknowledged_ = std::max(acknowledged_, declared_);
  lapsed_ = false;
  if (HoldsAny(input.units)) {
    Beat();
    unconfirmed_ = heartbeat_;
  }
  for (const auto& unit : input.units) {
    const auto member = members_.find(unit);
    if (member == members_.end()) continue;
    member->second.ready = true;
    Tell(unit, SessionChanged{true});
  }
}

bool Session::HoldsAny(const std::vector<Unit>& units) const {
  return std::any_of(held_.begin(), held_.end(), [&](const auto& entry) {
    return std::find(units.begin(), units.end(), entry.second.unit) != units.end();
  });
}

void Session::On(const PoolGrant& input) {
  highest_grant_ = std::max(highest_grant_, input.grant);
  const auto member = members_.find(input.unit);
  if (member == members_.end() || !member->second.demands.contains(input.demand)) {
    // Crossed our cancel, or nobody's: a demand that stayed in the book would be met for ever.
    Say(SayReturned{input.grant});
    Say(SayCancel{input.unit, input.demand});
    return;
  }
  if (input.offers.empty()) return Say(SayReturned{input.grant});
  unanswered_[input.grant] = input.unit;
  Tell(input.unit, Granted{.demand = input.demand,
                           .grant = (stream_ << kGrantBits) | input.grant,
                           .revision = input.revision,
                           .offers = input.offers});
}

void Session::On(const PoolClosed& input) {
  const auto member = members_.find(input.unit);
  if (member == members_.end()) return;
  // The answer to our own Cancel finds no demand any more.
  if (member->second.demands.erase(input.demand) == 0) return;
  Tell(input.unit, DemandClosed{.demand = input.demand, .refused = input.refused});
}

void Session::On(const PoolRevoked& input) {
  const auto held = held_.find(input.reservation);
  if (held == held_.end()) return;
  Tell(held->second.unit, ReservationLost{input.reservation});
  held_.erase(held);
}

void Session::On(const PoolFenced& input) {
  for (const auto& unit : input.units) {
    if (members_.erase(unit) == 0) continue;
    Forget(unit);
    Tell(unit, Fenced{});
  }
}

void Session::On(const PoolAck& input) {
  const auto sent = sent_.find(input.number);
  if (sent == sent_.end()) return;
  acknowledged_ = std::max(acknowledged_, sent->second);
  lapsed_ = false;
  if (input.number >= unconfirmed_) unconfirmed_ = 0;
  sent_.erase(sent_.begin(), std::next(sent));
}

void Session::On(const PoolAudience& input) {
  if (members_.contains(input.unit)) Tell(input.unit, AudienceChanged{input.audience});
}

void Session::On(const PoolSeized& input) {
  const auto asked = seizing_.find(input.seize);
  if (asked == seizing_.end()) {
    if (input.offer) Say(ReportOffer{input.offer->reservation, OfferEnd::kWithdrawn});
    return;
  }
  const auto [unit, wish] = asked->second;
  seizing_.erase(asked);
  if (input.offer) {
    held_[input.offer->reservation] = {unit,
                                       {.reservation = input.offer->reservation,
                                        .agent = input.offer->agent,
                                        .demand = wish.demand,
                                        .call = wish.call,
                                        .leg = LegId()}};
  }
  Tell(unit, Seized{.asked = wish, .offer = input.offer, .refused = input.refused});
}

void Session::On(const PoolTick&) {
  // After a long sleep of our own the stream is read for one tick before anything is given up.
  const bool late = now_.mono - last_tick_ > 2 * kTick;
  last_tick_ = now_.mono;
  // The next tick would be too late.
  const bool over = acknowledged_ != MonoTime{} && now_.mono + kTick > acknowledged_ + kActUntil;
  if (!late && !lapsed_ && over) Lapse();
  if (up_) Beat();
}

void Session::Beat() {
  // "Seen and not held" means returned: a grant whose answer is still to come is not said yet.
  const std::uint64_t seen = unanswered_.empty() ? highest_grant_ : unanswered_.begin()->first - 1;
  SayHeartbeat beat{.number = ++heartbeat_, .highest_grant_seen = seen, .held = {}};
  for (const auto& [id, held] : held_) beat.held.push_back({held.unit, held.reservation});
  sent_[beat.number] = now_.mono;
  Say(std::move(beat));
}

// What is not in a talk yet may no longer be acted on. Held ones stay declared: a live leg proves
// the talk, and units give back the others.
void Session::Lapse() {
  lapsed_ = true;
  for (const auto& [id, one] : held_) Tell(one.unit, ReservationLost{id});
}

void Session::On(const WishOf& input) {
  if (!members_.contains(input.unit)) return;
  std::visit([&](const auto& wish) { Do(input.unit, wish); }, input.wish);
}

void Session::Do(const Unit& unit, const SendDemand& wish) {
  members_[unit].demands[wish.demand] = wish;
  Say(SayDemand{unit, wish});
}

void Session::Do(const Unit& unit, const CancelDemand& wish) {
  if (members_[unit].demands.erase(wish.demand) > 0) Say(SayCancel{unit, wish.demand});
}

void Session::Do(const Unit& unit, const TakeGrant& wish) {
  if (wish.grant == 0) {  // Seized: held since its answer; now its leg is known.
    for (const auto& held : wish.held) {
      const auto known = held_.find(held.reservation);
      if (known != held_.end()) known->second.reservation = held;
    }
    return;
  }
  const bool demanded = members_[unit].demands.erase(wish.demand) > 0;
  const bool of_this_stream = (wish.grant >> kGrantBits) == stream_;
  if (of_this_stream) unanswered_.erase(wish.grant & kGrantMask);
  if (!of_this_stream || !up_ || lapsed_) {
    if (of_this_stream) Say(SayReturned{wish.grant & kGrantMask});
    // This stream declared the demand anew: nobody is behind it any more.
    if (demanded) Say(SayCancel{unit, wish.demand});
    for (const auto& held : wish.held) Tell(unit, ReservationLost{held.reservation});
    return;
  }
  for (const auto& held : wish.held) held_[held.reservation] = {unit, held};
  Say(SayTaken{wish.grant & kGrantMask});
}

void Session::Do(const Unit&, const ReturnGrant& wish) {
  if ((wish.grant >> kGrantBits) != stream_) return;
  unanswered_.erase(wish.grant & kGrantMask);
  Say(SayReturned{wish.grant & kGrantMask});
}

void Session::Do(const Unit&, const ReportOffer& wish) {
  if (!held_.contains(wish.reservation)) return;
  if (wish.end != OfferEnd::kAnswered) held_.erase(wish.reservation);
  Say(wish);
}

void Session::Do(const Unit&, const CompleteWork& wish) {
  // Said while the stream is down it is not repeated: the heartbeat without it frees the slot.
  if (held_.erase(wish.reservation) > 0) Say(wish);
}

void Session::Do(const Unit& unit, const SeizeAgent& wish) {
  if (!up_ || lapsed_ || !members_[unit].ready) {
    Tell(unit, Seized{.asked = wish, .offer = {}, .refused = kRegistryAway});
    return;
  }
  seizing_[wish.seize] = {unit, wish};
  Say(SaySeize{unit, wish});
}

}  // namespace callfleet::agent_pool
