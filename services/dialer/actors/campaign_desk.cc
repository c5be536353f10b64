#include "services/dialer/actors/campaign_desk.h"

#include <utility>
#include <vector>

#include "services/dialer/actors/pool_words.h"

namespace callfleet::dialer {

using namespace std::chrono_literals;

CampaignDesk::CampaignDesk(caf::actor_system& system, CampaignPorts ports, logging::Logger log)
    : system_(system), ports_(ports), log_(std::move(log)) {}

void CampaignDesk::Open(const CampaignId& id) {
  {
    const std::lock_guard lock(mutex_);
    if (stopped_) return;
    seats_[id];
  }
  ports_.store->Load(id,
                     [this, id](Result<CampaignModel> loaded) { Seated(id, std::move(loaded)); });
}

void CampaignDesk::OpenNew(const CampaignId& id) {
  {
    const std::lock_guard lock(mutex_);
    if (seats_.contains(id)) return;
  }
  Open(id);
}

void CampaignDesk::Change(const CampaignId& id, const CampaignSettings& settings, int revision) {
  bool moved = false;
  {
    const std::lock_guard lock(mutex_);
    const auto seat = seats_.find(id);
    if (seat == seats_.end() || !seat->second.actor) return;  // It will read them.
    moved = seat->second.pool != settings.pool || seat->second.trunk != settings.trunk;
  }
  if (moved) {
    Close(id);
    Open(id);
  } else {
    Send(id, SettingsChanged{settings, revision});
  }
}

void CampaignDesk::Seated(const CampaignId& id, Result<CampaignModel> loaded) {
  if (!loaded) {
    if (loaded.error().code == ErrorCode::kNotFound) {
      Close(id);
    } else {
      log_.Warn("campaign cannot be read yet",
                {{"campaign_id", id}, {"error", loaded.error().message}});
      OpenLater(id);
    }
    return;
  }
  const UnitToken unit{.unit = {UnitKind::kCampaign, id.str()}, .token = loaded->token};
  const PoolId pool = loaded->settings.pool;
  const TrunkId trunk = loaded->settings.trunk;
  const SettingsChanged untold{loaded->settings, loaded->untold_revision, loaded->untold_creation};
  std::vector<agent_pool::HeldReservation> held;
  for (const auto& [attempt, line] : loaded->lines) {
    if (!line.agent) continue;
    held.push_back(ToHeld(line.agent->reservation, line.agent->agent, attempt, line.AgentLeg()));
  }
  log_.Info("campaign taken",
            {{"campaign_id", id}, {"token", unit.token}, {"open_attempts", loaded->lines.size()}});
  std::vector<WithActor> waiting;
  caf::actor actor;
  {
    const std::lock_guard lock(mutex_);
    const auto seat = seats_.find(id);
    if (stopped_ || seat == seats_.end()) return;
    seat->second.pool = pool;
    seat->second.trunk = trunk;
    auto writer =
        std::make_shared<std::unique_ptr<CampaignWriter>>(ports_.store->Open(unit, trunk));
    actor = system_.spawn(CampaignActor, ports_,
                          std::make_shared<CampaignModel>(std::move(*loaded)), writer,
                          CampaignRunner::OnLost([this](const CampaignId& lost,
                                                        const Error& error) { Lost(lost, error); }),
                          log_);
    seat->second.actor = actor;
    waiting.swap(seat->second.waiting);
  }
  // A creation or a change whose owner died before it could tell is told now.
  if (untold.revision > 0) caf::anon_send(actor, EventMessage{untold});
  for (const auto& then : waiting) then(actor);
  // The pool first: what the edge tells at once may complete what is declared as held here.
  ports_.pool->Join(unit, pool, std::move(held));
  ports_.calls->Follow(unit, trunk);
}

void CampaignDesk::Lost(const CampaignId& id, const Error& error) {
  ports_.pool->Leave(UnitOf(id));
  ports_.calls->Forget(id);
  {
    const std::lock_guard lock(mutex_);
    const auto seat = seats_.find(id);
    if (seat == seats_.end()) return;
    seat->second.actor = nullptr;
    if (error.reason == "FENCED") {
      seats_.erase(seat);  // Another process has it now.
      return;
    }
  }
  OpenLater(id);
}

void CampaignDesk::OpenLater(const CampaignId& id) {
  ports_.timers->Start(1s, [this, id] { Open(id); });
}

void CampaignDesk::Close(const CampaignId& id) {
  Seat closed;
  {
    const std::lock_guard lock(mutex_);
    const auto seat = seats_.find(id);
    if (seat == seats_.end()) return;
    closed = std::move(seat->second);
    seats_.erase(seat);
  }
  for (const auto& then : closed.waiting) {
    then(NotFound("CAMPAIGN_NOT_FOUND", "There is no campaign with this id."));
  }
  const caf::actor& actor = closed.actor;
  if (!actor) return;
  ports_.pool->Leave(UnitOf(id));
  ports_.calls->Forget(id);
  caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
}

void CampaignDesk::CloseAll(const std::shared_ptr<void>& closed) {
  std::vector<caf::actor> actors;
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    for (const auto& [id, seat] : seats_) {
      if (seat.actor) actors.push_back(seat.actor);
    }
  }
  for (const auto& actor : actors) caf::anon_send(actor, ClosingMessage{closed});
}

void CampaignDesk::StopAll() {
  std::map<CampaignId, Seat> seats;
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    seats.swap(seats_);
  }
  for (const auto& [id, seat] : seats) {
    if (seat.actor) caf::anon_send_exit(seat.actor, caf::exit_reason::user_shutdown);
  }
}

std::size_t CampaignDesk::size() const {
  const std::lock_guard lock(mutex_);
  return seats_.size();
}

caf::actor CampaignDesk::Find(const CampaignId& id) const {
  const std::lock_guard lock(mutex_);
  const auto seat = seats_.find(id);
  return seat == seats_.end() ? caf::actor{} : seat->second.actor;
}

void CampaignDesk::WhenSeated(const CampaignId& id, WithActor then) {
  Result<caf::actor> actor = NotFound("CAMPAIGN_NOT_FOUND", "There is no campaign with this id.");
  {
    const std::lock_guard lock(mutex_);
    const auto seat = seats_.find(id);
    if (seat != seats_.end()) {
      actor = seat->second.actor;
      if (!*actor && seat->second.waiting.size() < kMostWaiting) {
        seat->second.waiting.push_back(std::move(then));
        return;
      }
      if (!*actor) {
        actor = Unavailable("CAMPAIGN_LOADING", "The campaign is being read; try again.");
      }
    }
  }
  then(std::move(actor));
}

void CampaignDesk::Send(const CampaignId& campaign, Event event) {
  if (const auto actor = Find(campaign)) {
    caf::anon_send(actor, EventMessage{std::move(event)});
  }
}

void CampaignDesk::Turn(const CampaignId& campaign, CampaignEvent verb, ViewReply reply) {
  WhenSeated(campaign, [verb, reply = std::move(reply)](Result<caf::actor> actor) {
    if (!actor) return reply(Fail(actor.error()));
    caf::anon_send(*actor, VerbMessage{.verb = verb, .reply = reply});
  });
}

void CampaignDesk::View(const CampaignId& campaign, ViewReply reply) {
  WhenSeated(campaign, [reply = std::move(reply)](Result<caf::actor> actor) {
    if (!actor) return reply(Fail(actor.error()));
    caf::anon_send(*actor, ViewMessage{.reply = reply});
  });
}

void CampaignDesk::SteerCall(Steer steer, std::function<void(Status)> reply) {
  const auto owner = ports_.calls->OwnerOf(steer.call);
  if (!owner) return reply(NotFound("CALL_NOT_FOUND", "No such call of a campaign."));
  WhenSeated(*owner,
             [steer = std::move(steer), reply = std::move(reply)](Result<caf::actor> actor) {
               if (!actor) return reply(Fail(actor.error()));
               caf::anon_send(*actor, SteerMessage{.steer = steer, .reply = reply});
             });
}

}  // namespace callfleet::dialer
