// The promises: each second those about waiting, at the end all of them.
#include <algorithm>
#include <set>
#include <utility>

#include "tests/scenario/engine/world.h"

namespace callfleet::engine {

using namespace std::chrono_literals;
using dialer::LeadState;

namespace {
constexpr seconds kCalm{60};  // After a fault all may take its time.
}  // namespace

bool World::Calm() const { return faults_open_ == 0 && kernel_.now() > last_fault_ + kCalm; }

void World::EachSecond() {
  kernel_.After(1s, "check", [this] { EachSecond(); });
  house_.calm = Calm();
  house_.far.SetCalm(house_.calm);
  if (TakesCalls()) CheckCallers();
  if (AllDone()) {
    if (done_at_ == MonoDuration(0)) done_at_ = kernel_.now();
    people_.calm = true;
    return;
  }
  std::uint64_t rung = house_.far.invites();
  for (const auto& phone : house_.far.phones()) rung += phone->calls;
  if (rung != last_rung_) {
    last_rung_ = rung;
    last_rung_at_ = kernel_.now();
  }
  CheckLiveness();
}

// Ready agents whose phones ring nowhere, leads that are due, and no call for a long while.
void World::CheckLiveness() {
  if (!registry_ || !dialer_ || !Calm() || scenario_.trunk_fault > 0) {
    idle_since_.clear();
    due_since_.clear();
    return;
  }
  std::set<std::string> waited_for;  // Campaigns with a member who has long had nothing to do.
  for (const auto& [id, record] : registry_->board()) {
    const bool free = record->presence.presence == agent_registry::Presence::kReady &&
                      !record->presence.pending && record->reachable && record->slots.empty() &&
                      record->manual_legs.empty() && !record->blocked_by_wrap_up &&
                      record->profile->active;
    if (!free) {
      idle_since_.erase(id);
    } else if (idle_since_.try_emplace(id, kernel_.now()).first->second + kMostIdle <
               kernel_.now()) {
      for (const auto& member : record->profile->memberships) waited_for.insert(member.unit.id);
    }
  }
  if (queue_) CheckWaiting(waited_for);
  // A lead whose hour has just come has not waited yet, however long the agents had nothing to do.
  for (const auto& [id, row] : house_.dialer_tables.campaigns) {
    const bool due =
        row.state == dialer::CampaignState::kRunning &&
        (!row.queued.empty() ||
         (!row.waiting.empty() && row.waiting.begin()->first < dialer_->life()->Now().wall));
    if (!due) {
      due_since_.erase(id);
      continue;
    }
    const MonoDuration since = due_since_.try_emplace(id, kernel_.now()).first->second;
    if (waited_for.contains(id.str()) &&
        std::max(last_rung_at_, since) + kMostIdle < kernel_.now()) {
      return kernel_.Broken("an agent and a lead of " + id.str() + " wait for each other: " +
                            std::string(dialer::Name(dialer_->views[id].waits)));
    }
  }
}

void World::CheckTheEnd() {
  CheckLeads();
  CheckCounters();
  CheckHistory();
  CheckRolls();
  if (!edge_ || !registry_ || !dialer_ || (TakesCalls() && !queue_))
    return kernel_.Broken("a service is not back");
  const auto& counts = edge_->calls().counts();
  if (counts.active_calls != 0) {
    kernel_.Broken(std::to_string(counts.active_calls) + " calls live at the end");
  }
  if (counts.unacknowledged != 0) {
    std::string which;
    for (const auto& record : edge_->calls().Snapshot()) {
      which += " " + record->id.str() + " of " +
               (record->controller ? ToString(record->controller->unit) : "nobody");
    }
    kernel_.Broken(std::to_string(counts.unacknowledged) + " records never acknowledged:" + which);
  }
  if (house_.far.live() != 0) {
    kernel_.Broken(std::to_string(house_.far.live()) + " far ends live at the end");
  }
  if (const auto trunk = edge_->trunks().View(TrunkId("trunk"), edge_->life().Now());
      trunk->active_channels != 0) {
    kernel_.Broken("channels in use at the end");
  }
  if (TakesCalls()) CheckInboundEnd();
  for (const auto& [id, record] : registry_->board()) {
    for (const auto& slot : record->slots) {
      kernel_.Broken(record->profile->name + " holds a slot at the end: " +
                     std::string(agent_registry::SlotMachine::Name(slot.state)) + " " +
                     slot.demand + " leg " + slot.leg.str() + (slot.leg_live ? " live" : "") +
                     (slot.up_unseen ? " unseen" : ""));
    }
    if (!record->manual_legs.empty()) {
      kernel_.Broken(record->profile->name + " has a leg that nobody explains");
    }
  }
  for (const auto& [pool, stats] : registry_->service().stats()) {
    if (stats->reservations != 0) kernel_.Broken("reservations at the end");
    if (stats->demands != 0) kernel_.Broken("demands at the end");
  }
}

void World::CheckLeads() {
  const auto& tables = house_.dialer_tables;
  std::map<std::string, int> allowed;
  for (const auto& [id, lead] : tables.leads) {
    allowed[lead.lead.number] += static_cast<int>(scenario_.attempts);
    if (!dialer::LeadMachine::IsTerminal(lead.state)) {
      kernel_.Broken("lead " + id.str() + " has no end");
    }
    if (tables.suppressed.contains(lead.lead.number) &&
        lead.outcome != dialer::Outcome::kSuppressed) {
      kernel_.Broken("lead " + id.str() + " wants no calls and does not end so");
    }
    int counted = 0;
    int completed = 0;
    for (const AttemptId& attempt : lead.attempts) {
      const auto& row = tables.attempts.at(attempt);
      if (row.open) kernel_.Broken("attempt " + attempt.str() + " has no outcome");
      counted += row.counted;
      if (row.counted && row.outcome == dialer::Outcome::kTrunkFault) {
        kernel_.Broken("a fault of the trunk cost lead " + id.str() + " a try");
      }
      completed += row.outcome == dialer::Outcome::kCompleted ||
                   row.outcome == dialer::Outcome::kMessageLeft;
    }
    if (lead.lead.tries.Total() != counted) {
      kernel_.Broken("lead " + id.str() + " and its attempts count differently");
    }
    if (counted > static_cast<int>(scenario_.attempts)) {
      kernel_.Broken("lead " + id.str() + " was tried too often");
    }
    if (completed > 1) kernel_.Broken("lead " + id.str() + " was completed twice");
    if ((lead.state == LeadState::kCompleted) != (completed == 1)) {
      kernel_.Broken("lead " + id.str() + " and its attempts disagree");
    }
  }
  for (const auto& [number, tries] : house_.queue_tables.callback_tries) allowed[number] += tries;
  for (const auto& number : outside_) allowed[number] += 1;
  for (const auto& [number, seen] : house_.far.numbers()) {
    if (tables.suppressed.contains(number)) kernel_.Broken(number + " wants no calls");
    if (seen.carried > allowed[number]) {
      std::string story;
      for (const auto& [id, lead] : tables.leads) {
        if (lead.lead.number != number) continue;
        for (const AttemptId& attempt : lead.attempts) {
          const auto& row = tables.attempts.at(attempt);
          const auto& end = row.line.facts.customer.end;
          story += "; " + attempt.str() + " " + std::string(dialer::Name(row.outcome)) +
                   (row.counted ? " counted " : " not counted ") + std::to_string(end.sip_code) +
                   " cause " + std::to_string(static_cast<int>(end.cause));
        }
      }
      kernel_.Broken(number + " rang " + std::to_string(seen.carried) + " times" + story);
    }
  }
}

// The live figures, the attempts in the table and the events of the outbox tell one story.
void World::CheckCounters() {
  if (!dialer_) return;
  for (const auto& [id, row] : house_.dialer_tables.campaigns) {
    const auto view = dialer_->views.find(id);
    if (view == dialer_->views.end()) {
      kernel_.Broken("no view of " + id.str());
      continue;
    }
    const dialer::Counters& live = view->second.counters;
    const auto differ = [&, &id = id](const std::string& what, std::int64_t a, std::int64_t b) {
      if (a != b) {
        kernel_.Broken(id.str() + ": " + what + " live " + std::to_string(a) + ", kept " +
                       std::to_string(b));
      }
    };
    const auto told = [&row = row](dialer::NewsKind kind) {
      const auto found = row.told.find(kind);
      return found == row.told.end() ? 0 : found->second;
    };
    const std::int64_t completed = told(dialer::NewsKind::kCallCompleted);
    const std::int64_t failed = told(dialer::NewsKind::kCallFailed);
    const std::int64_t started = told(dialer::NewsKind::kCallStarted);
    const std::int64_t answered = told(dialer::NewsKind::kCallAnswered);
    for (const auto outcome : dialer::kOutcomes) {
      const auto at = static_cast<std::size_t>(outcome);
      differ(std::string(dialer::Name(outcome)), live.attempts[at], row.closed.attempts[at]);
    }
    differ("counted", live.counted, row.closed.counted);
    differ("answered", live.answered, row.closed.answered);
    differ("machines", live.machines, row.closed.machines);
    differ("completed events", live.attempts[static_cast<std::size_t>(dialer::Outcome::kCompleted)],
           completed);
    std::map<LeadState, std::int64_t> leads;
    for (const LeadId& lead : row.all) ++leads[house_.dialer_tables.leads.at(lead).state];
    for (const auto state : dialer::LeadMachine::kStates) {
      differ("leads " + std::string(dialer::LeadMachine::Name(state)),
             view->second.counters.Leads(state), leads[state]);
    }
    if (completed + failed < live.counted) differ("ended events", live.counted, completed + failed);
    if (answered < live.answered) differ("answered events", live.answered, answered);
    if (started < completed) differ("started events", completed, started);
  }
}

}  // namespace callfleet::engine
