#include "services/dialer/domain/pool_session.h"

#include <utility>

namespace callfleet::dialer {

namespace {
// The handle that campaigns see: which stream, which grant of it.
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

void PoolSession::Tell(const CampaignId& campaign, Event event) {
  out_.events.push_back({campaign, std::move(event)});
}

void PoolSession::Forget(const CampaignId& campaign) {
  std::erase_if(held_, [&](const auto& entry) { return entry.second.campaign == campaign; });
  std::erase_if(unanswered_, [&](const auto& entry) { return entry.second == campaign; });
}

void PoolSession::On(const JoinPool& input) {
  members_[input.campaign] = {.token = input.token, .ready = false, .demands = {}};
  Forget(input.campaign);
  for (const auto& held : input.held) {
    held_[held.reservation] = {.campaign = input.campaign, .reservation = held};
  }
  Declare({input.campaign});
}

void PoolSession::On(const LeavePool& input) {
  if (members_.erase(input.campaign) == 0) return;
  Forget(input.campaign);
  Say(SayLeave{input.campaign});
}

void PoolSession::Declare(const std::vector<CampaignId>& campaigns) {
  if (!up_ || campaigns.empty()) return;
  SayHello hello;
  for (const auto& campaign : campaigns) {
    hello.units.push_back(
        {.unit = {UnitKind::kCampaign, campaign.str()}, .token = members_[campaign].token});
  }
  Say(std::move(hello));
  for (const auto& campaign : campaigns) {
    for (const auto& [id, held] : held_) {
      if (held.campaign == campaign) Say(SayHeld{campaign, held.reservation});
    }
    for (const auto& [id, demand] : members_[campaign].demands) Say(SayDemand{campaign, demand});
  }
  Say(SayDeclareEnd{campaigns});
}

void PoolSession::On(const LinkUp&) {
  up_ = true;
  ++stream_;
  highest_grant_ = 0;
  unanswered_.clear();
  heartbeat_ = 0;
  unconfirmed_ = 0;
  sent_.clear();
  std::vector<CampaignId> all;
  for (const auto& [campaign, member] : members_) all.push_back(campaign);
  Declare(all);
}

void PoolSession::On(const LinkDown&) {
  up_ = false;
  for (const auto& [seize, who] : std::exchange(seizing_, {})) {
    Tell(who.first, Seized{seize, who.second, std::nullopt, "REGISTRY_AWAY"});
  }
  for (auto& [campaign, member] : members_) {
    member.ready = false;
    Tell(campaign, SessionChanged{false});
  }
}

void PoolSession::On(const PoolReady& input) {
  acknowledged_ = now_.mono;
  lapsed_ = false;
  if (!held_.empty()) {
    Beat();
    unconfirmed_ = heartbeat_;
  }
  for (const auto& campaign : input.campaigns) {
    const auto member = members_.find(campaign);
    if (member == members_.end()) continue;
    member->second.ready = true;
    Tell(campaign, SessionChanged{true});
  }
}

void PoolSession::On(const PoolGrant& input) {
  highest_grant_ = std::max(highest_grant_, input.grant);
  const auto member = members_.find(input.campaign);
  if (member == members_.end() || !member->second.demands.contains(input.demand)) {
    // Crossed our cancel, or nobody's: a demand that stayed in the book would be met for ever.
    Say(SayReturned{input.grant});
    Say(SayCancel{input.campaign, input.demand});
    return;
  }
  unanswered_[input.grant] = input.campaign;
  Tell(input.campaign, Granted{.demand = input.demand,
                               .grant = (stream_ << kGrantBits) | input.grant,
                               .revision = input.revision,
                               .offer = input.offer});
}

void PoolSession::On(const PoolClosed& input) {
  const auto member = members_.find(input.campaign);
  if (member == members_.end()) return;
  // The answer to our own Cancel finds no demand any more.
  if (member->second.demands.erase(input.demand) > 0) {
    Tell(input.campaign, DemandClosed{input.demand});
  }
}

void PoolSession::On(const PoolRevoked& input) {
  const auto held = held_.find(input.reservation);
  if (held == held_.end()) return;
  Tell(held->second.campaign, ReservationLost{input.reservation});
  held_.erase(held);
}

void PoolSession::On(const PoolFenced& input) {
  for (const auto& campaign : input.campaigns) {
    if (members_.erase(campaign) == 0) continue;
    Forget(campaign);
    Tell(campaign, Fenced{});
  }
}

void PoolSession::On(const PoolAck& input) {
  const auto sent = sent_.find(input.number);
  if (sent == sent_.end()) return;
  acknowledged_ = std::max(acknowledged_, sent->second);
  lapsed_ = false;
  if (input.number >= unconfirmed_) unconfirmed_ = 0;
  sent_.erase(sent_.begin(), std::next(sent));
}

void PoolSession::On(const PoolAudience& input) {
  Tell(input.campaign, AudienceChanged{input.audience});
}

void PoolSession::On(const PoolTick&) {
  // After a long sleep of our own the stream is read for one tick before anything is given up.
  const bool late = last_tick_ != MonoTime{} && now_.mono - last_tick_ > 2 * kTick;
  last_tick_ = now_.mono;
  // The next tick would be too late.
  const bool over = acknowledged_ != MonoTime{} && now_.mono + kTick > acknowledged_ + kActUntil;
  if (!late && !lapsed_ && over) {
    Lapse();
  }
  if (up_) Beat();
}

void PoolSession::Beat() {
  // "Seen and not held" means returned: a grant whose answer is still to come is not said yet.
  const std::uint64_t seen = unanswered_.empty() ? highest_grant_ : unanswered_.begin()->first - 1;
  SayHeartbeat beat{.number = ++heartbeat_, .highest_grant_seen = seen, .held = {}};
  for (const auto& [id, held] : held_) beat.held.push_back({held.campaign, held.reservation});
  sent_[beat.number] = now_.mono;
  Say(std::move(beat));
}

// What is not in a call yet may no longer be acted on. Held ones stay declared: a live leg proves
// the call, and campaigns give back the others.
void PoolSession::Lapse() {
  lapsed_ = true;
  const auto held = held_;
  for (const auto& [id, one] : held) Tell(one.campaign, ReservationLost{id});
}

void PoolSession::On(const WishOf& input) {
  if (!members_.contains(input.campaign)) return;
  std::visit([&](const auto& wish) { Wish(input.campaign, wish); }, input.wish);
}

void PoolSession::Wish(const CampaignId& campaign, const SendDemand& wish) {
  members_[campaign].demands[wish.demand] = wish;
  Say(SayDemand{campaign, wish});
}

void PoolSession::Wish(const CampaignId& campaign, const CancelDemand& wish) {
  if (members_[campaign].demands.erase(wish.demand) > 0) Say(SayCancel{campaign, wish.demand});
}

void PoolSession::Wish(const CampaignId& campaign, const TakeGrant& wish) {
  const bool demanded = members_[campaign].demands.erase(wish.demand) > 0;
  const bool of_this_stream = (wish.grant >> kGrantBits) == stream_;
  if (of_this_stream) unanswered_.erase(wish.grant & kGrantMask);
  if (!of_this_stream || !up_ || lapsed_) {
    if (of_this_stream) Say(SayReturned{wish.grant & kGrantMask});
    // This stream declared the demand anew: nobody is behind it any more.
    if (demanded) Say(SayCancel{campaign, wish.demand});
    Tell(campaign, ReservationLost{wish.reservation});
    return;
  }
  held_[wish.reservation] = {.campaign = campaign,
                             .reservation = {.reservation = wish.reservation,
                                             .agent = wish.agent,
                                             .demand = wish.demand,
                                             .leg = wish.leg}};
  Say(SayTaken{wish.grant & kGrantMask});
}

void PoolSession::Wish(const CampaignId&, const ReturnGrant& wish) {
  if ((wish.grant >> kGrantBits) != stream_) return;
  unanswered_.erase(wish.grant & kGrantMask);
  Say(SayReturned{wish.grant & kGrantMask});
}

void PoolSession::Wish(const CampaignId&, const ReportOffer& wish) {
  if (!held_.contains(wish.reservation)) return;
  if (wish.end != OfferEnd::kAnswered) held_.erase(wish.reservation);
  Say(wish);
}

void PoolSession::Wish(const CampaignId& campaign, const SeizeAgent& wish) {
  if (!up_ || lapsed_ || !members_[campaign].ready) {
    Tell(campaign, Seized{wish.seize, wish.call, std::nullopt, "REGISTRY_AWAY"});
    return;
  }
  seizing_[wish.seize] = {campaign, wish.call};
  Say(SaySeize{campaign, wish});
}

void PoolSession::On(const PoolSeized& input) {
  const auto asked = seizing_.find(input.seize);
  if (asked == seizing_.end()) {
    if (input.offer) Say(ReportOffer{input.offer->reservation, OfferEnd::kWithdrawn});
    return;
  }
  const auto [campaign, call] = asked->second;
  seizing_.erase(asked);
  if (input.offer) {
    held_[input.offer->reservation] = {.campaign = campaign,
                                       .reservation = {.reservation = input.offer->reservation,
                                                       .agent = input.offer->agent,
                                                       .demand = call,
                                                       .leg = LegId()}};
  }
  Tell(campaign, Seized{input.seize, call, input.offer, input.refused});
}

void PoolSession::Wish(const CampaignId&, const CompleteWork& wish) {
  // Said while the stream is down it is not repeated: the heartbeat without it frees the slot.
  if (held_.erase(wish.reservation) > 0) Say(wish);
}

}  // namespace callfleet::dialer
