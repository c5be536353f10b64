#include "tests/scenario/engine/people.h"

#include <utility>

#include "tests/scenario/engine/registry_run.h"

namespace callfleet::engine {

using namespace agent_registry;

namespace {
constexpr MonoDuration kHour = std::chrono::hours(1);
}

People::People(House* house) : house_(house) {}

void People::Arrive() {
  const Scenario& s = *house_->scenario;
  const int humans = static_cast<int>(s.agents);
  const int machines = static_cast<int>(s.ai_agents);
  people_.resize(static_cast<std::size_t>(humans + machines));
  for (int n = 0; n < humans + machines; ++n) {
    const auto who = static_cast<std::size_t>(n);
    Person& p = people_[who];
    p.name = "agent" + std::to_string(100 + n);
    p.machine = n >= humans;
    p.answers_at_once = p.machine || n < static_cast<int>(s.auto_agents);
    p.lines = p.machine ? static_cast<int>(s.ai_capacity + s.ai_capacity_step * (n - humans)) : 1;
    const std::string contact = "sip:" + p.name + "@phones";
    p.phone = house_->far.AddPhone(p.machine ? "" : p.name, contact, p.lines, p.answers_at_once);
    for (const auto& [campaign, row] : house_->dialer_tables.campaigns) {
      const bool first = p.units.empty();
      if (first || s.members >= 1 || house_->kernel->Chance(s.members)) {
        p.units.push_back({UnitKind::kCampaign, campaign.str()});
      }
    }
    for (const auto& [queue, row] : house_->queue_tables.queues()) {
      if (queue == queue::DirectQueue()) continue;
      if (s.members >= 1 || house_->kernel->Chance(s.members)) {
        p.units.push_back({UnitKind::kQueue, queue.str()});
      }
    }
    Create(who);
    Happen(who, s.pause, &People::Pause);
    Happen(who, s.deactivate, &People::Deactivate);
    Happen(who, s.vanish, &People::Vanish);
  }
}

void People::AtRegistry(std::function<void(RegistryRun&)> what) {
  house_->kernel->After(house_->network.Delay(), "operator", [house = house_, what] {
    const LifeRef life = house->RegistryLife();
    if (!life) return;
    life->Run([house, what, life] {
      if (house->registry != nullptr && house->registry->life() == life) what(*house->registry);
    });
  });
}

void People::Create(std::size_t who) {
  const Person& p = people_[who];
  if (!p.agent.empty()) return;
  NewAgent wish;
  wish.name = p.name;
  wish.max_concurrent_calls = p.lines;
  wish.kind = p.machine ? AgentKind::kAi : AgentKind::kHuman;
  wish.line_mode = p.answers_at_once && !p.machine ? LineMode::kAuto : LineMode::kRing;
  wish.wrap_up = milliseconds(static_cast<int>(house_->scenario->wrap_up * 1000));
  if (p.machine) {
    wish.contact_uri = p.phone->contact;
  } else {
    wish.sip_user = p.name;
  }
  AtRegistry([this, who, wish](RegistryRun& registry) {
    registry.desk().Create(RequestId("create-" + wish.name), wish,
                           [this, who](const Result<CreatedAgent>& created) {
                             if (!created) return;
                             people_[who].agent = created->record->profile->id;
                           });
  });
  house_->kernel->After(seconds(2), "operator",
                        [this, who] { people_[who].agent.empty() ? Create(who) : Join(who); });
}

void People::Join(std::size_t who) {
  if (people_[who].member) return Look(who);
  const auto left = std::make_shared<std::size_t>(people_[who].units.size());
  for (const Unit& unit : people_[who].units) {
    AtRegistry([this, who, unit, left](RegistryRun& registry) {
      registry.desk().SetMembers(unit, {{people_[who].agent.str(), false}}, false,
                                 [this, who, left](const Result<int>& done) {
                                   if (done && --*left == 0) people_[who].member = true;
                                 });
    });
  }
  house_->kernel->After(seconds(2), "operator", [this, who] { Join(who); });
}

void People::Ask(Presence wish, const std::string& reason, std::size_t who) {
  AtRegistry([agent = people_[who].agent, wish, reason](RegistryRun& registry) {
    registry.desk().SetPresence(agent, wish, reason, [](const auto&) {});
  });
}

void People::Look(std::size_t who) {
  house_->kernel->After(house_->kernel->Between(seconds(2), seconds(8)), "agent looks",
                        [this, who] { Look(who); });
  const Person& p = people_[who];
  if (house_->registry == nullptr || p.phone->gone || p.inactive) return;
  const auto record = house_->registry->board().find(p.agent);
  if (record == house_->registry->board().end()) return;
  const auto& presence = record->second->presence;
  if (!record->second->profile->active) {
    AgentPatch on;
    on.active = true;
    AtRegistry([agent = p.agent, on](RegistryRun& registry) {
      registry.desk().Update(agent, on, [](const auto&) {});
    });
  } else if (p.paused) {
    if (presence.presence == Presence::kReady && !presence.pending) {
      Ask(Presence::kNotReady, "pause", who);
    }
  } else if (presence.presence != Presence::kReady ||
             (presence.pending && *presence.pending != Presence::kReady)) {
    Ask(Presence::kReady, "", who);
  }
}

void People::Happen(std::size_t who, double rate, void (People::*what)(std::size_t)) {
  if (rate <= 0) return;
  const auto mean = MonoDuration(static_cast<std::int64_t>(kHour.count() / rate));
  house_->kernel->After(house_->kernel->Exponential(mean), "life", [this, who, rate, what] {
    if (calm) return;
    (this->*what)(who);
    Happen(who, rate, what);
  });
}

void People::Pause(std::size_t who) {
  Person& p = people_[who];
  if (std::exchange(p.paused, true) || p.agent.empty()) return;
  house_->kernel->Note("pause", p.name);
  Ask(Presence::kNotReady, "pause", who);
  house_->kernel->After(house_->kernel->Between(seconds(5), seconds(60)), "pause over",
                        [this, who] { people_[who].paused = false; });
}

void People::Deactivate(std::size_t who) {
  Person& p = people_[who];
  if (p.agent.empty() || std::exchange(p.inactive, true)) return;
  house_->kernel->Note("deactivated", p.name);
  AgentPatch off;
  off.active = false;
  AtRegistry([agent = p.agent, off](RegistryRun& registry) {
    registry.desk().Update(agent, off, [](const auto&) {});
  });
  house_->kernel->After(house_->kernel->Between(seconds(5), seconds(60)), "activated",
                        [this, who] { people_[who].inactive = false; });
}

void People::Vanish(std::size_t who) {
  Person& p = people_[who];
  if (p.machine || p.phone->gone) return;
  house_->far.SwitchOff(p.phone);
  house_->kernel->After(house_->kernel->Between(seconds(2), seconds(90)), "phone",
                        [this, who] { house_->far.SwitchOn(people_[who].phone); });
}

}  // namespace callfleet::engine
