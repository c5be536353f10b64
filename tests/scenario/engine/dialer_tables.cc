#include "tests/scenario/engine/dialer_tables.h"

#include <algorithm>
#include <utility>

#include "services/dialer/rpc/proto_events.h"

namespace callfleet::engine {

using dialer::LeadState;
using dialer::Outcome;

void DialerTables::AddCampaign(const CampaignId& id, dialer::CampaignSettings settings) {
  campaigns[id].settings = std::move(settings);
}

void DialerTables::AddLead(const CampaignId& id, dialer::Lead lead) {
  CampaignRow& campaign = campaigns.at(id);
  lead.position = static_cast<std::int64_t>(campaign.all.size()) + 1;
  campaign.all.push_back(lead.id);
  campaign.queued.emplace(lead.position, lead.id);
  LeadRow& row = leads[lead.id];
  row.campaign = id;
  row.lead = std::move(lead);
}

void DialerTables::Move(LeadRow& row, LeadState to, WallTime due) {
  CampaignRow& campaign = campaigns.at(row.campaign);
  if (row.state == LeadState::kQueued) campaign.queued.erase({row.lead.position, row.lead.id});
  if (row.state == LeadState::kWaiting) campaign.waiting.erase({row.due, row.lead.id});
  if (dialer::LeadMachine::IsTerminal(row.state)) {
    kernel_->Broken("lead " + row.lead.id.str() + " moved on after its end");
  }
  row.state = to;
  row.due = due;
  if (to == LeadState::kQueued) campaign.queued.emplace(row.lead.position, row.lead.id);
  if (to == LeadState::kWaiting) campaign.waiting.emplace(due, row.lead.id);
}

void DialerTables::Unlock(const AttemptId& attempt) {
  const auto row = attempts.find(attempt);
  if (row != attempts.end()) {
    const auto lock = locks_.find(row->second.line.lead.number);
    if (lock != locks_.end() && lock->second.attempt == attempt) locks_.erase(lock);
    return;
  }
  std::erase_if(locks_, [&](const auto& lock) { return lock.second.attempt == attempt; });
}

Result<dialer::CampaignModel> DialerTables::Load(Database* database, const CampaignId& id) {
  CampaignRow& campaign = campaigns.at(id);
  dialer::CampaignModel model;
  model.id = id;
  model.token = database->Take({UnitKind::kCampaign, id.str()});
  model.settings = campaign.settings;
  model.state = campaign.state;
  std::erase_if(locks_, [&](const auto& lock) {
    return lock.second.campaign == id && !campaign.open_attempts.contains(lock.second.attempt);
  });
  for (const AttemptId& attempt : campaign.open_attempts) {
    const dialer::Line& kept = attempts.at(attempt).line;
    dialer::Line line;
    line.id = kept.id;
    line.state = dialer::AttemptState::kDialing;
    line.lead = leads.at(kept.lead.id).lead;
    line.agent_first = kept.agent_first;
    line.agent_legs = kept.agent_legs;
    if (kept.agent && !kept.agent->reservation.empty()) {
      line.agent = dialer::AgentOffer{.reservation = kept.agent->reservation,
                                      .agent = kept.agent->agent,
                                      .agent_name = kept.agent->agent_name};
    }
    line.number_reserved = line.row_written = line.adopted = true;
    line.heir_of = std::to_string(model.token) + ".";
    line.edge = kept.edge;
    line.boot = kept.boot;
    line.opened = line.dialed = kept.dialed;
    model.lines.emplace(attempt, std::move(line));
  }
  model.counters = campaign.closed;
  for (const LeadId& lead : campaign.all) {
    const LeadRow& row = leads.at(lead);
    ++model.counters.Leads(row.state);
    if (dialer::LeadMachine::IsTerminal(row.state)) {
      ++model.counters.leads_ended[static_cast<std::size_t>(row.outcome)];
    }
  }
  model.counters.denied = campaign.denied;
  return model;
}

namespace {
// A campaign holds leads outside their hours without a row of theirs being written.
bool IsHeld(const dialer::ClosedHours& closed, const dialer::Lead& lead) {
  const auto among = [](const std::vector<std::string>& all, const std::string& one) {
    return std::find(all.begin(), all.end(), one) != all.end();
  };
  if (!lead.zone.empty()) return among(closed.zones, lead.zone);
  return closed.zoneless || among(closed.regions, lead.region);
}
}  // namespace

dialer::PageLoaded DialerTables::Page(const CampaignId& id, const dialer::LoadPage& page,
                                      WallTime now) {
  CampaignRow& campaign = campaigns.at(id);
  dialer::PageLoaded loaded{.generation = page.generation, .leads = {}, .next_due = {}};
  while (!campaign.waiting.empty() && campaign.waiting.begin()->first <= now) {
    Move(leads.at(LeadId(campaign.waiting.begin()->second)), LeadState::kQueued);
    ++loaded.woken;
  }
  for (const auto& [position, lead] : campaign.queued) {
    if (static_cast<int>(loaded.leads.size()) >= page.limit) break;
    const dialer::Lead& one = leads.at(lead).lead;
    if (!IsHeld(page.closed, one)) loaded.leads.push_back(one);
  }
  if (!campaign.waiting.empty()) loaded.next_due = campaign.waiting.begin()->first;
  return loaded;
}

dialer::NumberFacts DialerTables::AskGate(const CampaignId& id, const dialer::CheckGate& check,
                                          WallTime now) {
  dialer::NumberFacts facts;
  facts.suppressed = suppressed.contains(check.number);
  if (facts.suppressed) return facts;
  const auto tried = counted_.find(check.number);
  if (tried != counted_.end()) {
    for (const AttemptId& attempt : tried->second) {
      const WallTime placed = attempts.at(attempt).line.facts.customer.placed;
      if (placed <= now - check.cap.within) continue;
      facts.oldest_placed =
          facts.placed_within == 0 ? placed : std::min(facts.oldest_placed, placed);
      ++facts.placed_within;
    }
  }
  if (facts.placed_within >= check.cap.calls) return facts;
  const auto [lock, mine] = locks_.try_emplace(check.number, Lock{check.attempt, id});
  if (!mine && lock->second.campaign == id) lock->second.attempt = check.attempt;
  facts.in_call = lock->second.campaign != id;
  return facts;
}

void DialerTables::Write(const CampaignId& id, const std::vector<dialer::Write>& writes) {
  for (const auto& write : writes) {
    std::visit([&](const auto& one) { Apply(id, one); }, write);
    Tell(id, write);
  }
  events.Committed();
}

// As adapters/pg_writes tells them.
void DialerTables::Tell(const CampaignId& id, const dialer::Write& write) {
  static const dialer::ProtoEvents kCodec;
  const TrunkId& trunk = campaigns.at(id).settings.trunk;
  const auto tell = [&](WallTime at, std::string subject, dialer::EventPayload payload) {
    events.Append({.stream = "campaign:" + id.str(),
                   .subject = std::move(subject),
                   .type = std::move(payload.type),
                   .payload = std::move(payload.bytes),
                   .at = at});
  };
  if (const auto* begun = std::get_if<dialer::WriteAttempt>(&write)) {
    if (!begun->first) return;
    tell(begun->line.dialed, "call:" + begun->line.id.str(), kCodec.Encode(*begun, id, trunk));
  } else if (const auto* over = std::get_if<dialer::CloseAttempt>(&write)) {
    tell(over->ended, "call:" + over->line.id.str(), kCodec.Encode(*over, id, trunk));
  } else if (const auto* settled = std::get_if<dialer::SettleLead>(&write)) {
    tell(settled->at, "lead:" + settled->lead.id.str(), kCodec.Encode(*settled, id));
  } else if (const auto* news = std::get_if<dialer::News>(&write)) {
    auto payload = kCodec.Encode(*news, id, trunk);
    if (payload) {
      tell(news->at, news->line ? "call:" + news->line->id.str() : "campaign:" + id.str(),
           std::move(*payload));
    }
  }
}

void DialerTables::Apply(const CampaignId& id, const dialer::SaveCampaignState& write) {
  campaigns.at(id).state = write.state;
}

void DialerTables::Apply(const CampaignId& id, const dialer::WriteAttempt& write) {
  AttemptRow& attempt = attempts[write.line.id];
  LeadRow& lead = leads.at(write.line.lead.id);
  const bool fresh = attempt.campaign.empty();
  if (!attempt.open) kernel_->Broken("attempt " + write.line.id.str() + " written after its end");
  attempt.campaign = id;
  attempt.line = write.line;
  campaigns.at(id).open_attempts.insert(write.line.id);
  if (fresh) {
    if (lead.state != LeadState::kQueued) {
      kernel_->Broken("lead " + lead.lead.id.str() + " dialled while it is not queued");
    }
    lead.attempts.push_back(write.line.id);
  }
  if (lead.state != LeadState::kDialing) Move(lead, LeadState::kDialing);
}

void DialerTables::Apply(const CampaignId& id, const dialer::CloseAttempt& write) {
  CampaignRow& campaign = campaigns.at(id);
  AttemptRow& attempt = attempts.at(write.line.id);
  if (!attempt.open) kernel_->Broken("two outcomes of " + write.line.id.str());
  attempt.open = false;
  attempt.line = write.line;
  attempt.counted = write.counted;
  attempt.outcome = write.outcome;
  attempt.ended = write.ended;
  campaign.open_attempts.erase(write.line.id);
  const dialer::CallFacts& facts = write.line.facts;
  ++campaign.closed.attempts[static_cast<std::size_t>(write.outcome)];
  campaign.closed.counted += write.counted;
  const bool answered = facts.customer.answered != WallTime{};
  const bool machine = facts.customer.amd && dialer::IsMachine(facts.customer.amd->verdict);
  campaign.closed.answered += answered && !machine;
  campaign.closed.machines += answered && machine;
  if (facts.bridged != WallTime{}) {
    campaign.closed.talk += std::chrono::duration_cast<milliseconds>(write.ended - facts.bridged);
  }
  if (write.counted) counted_[write.line.lead.number].push_back(write.line.id);
  LeadRow& lead = leads.at(write.line.lead.id);
  if (lead.state != LeadState::kDialing) {
    kernel_->Broken("lead " + lead.lead.id.str() + " settled while it is not dialling");
  }
  Move(lead, write.lead_state, write.lead_due);
  lead.lead.tries = write.tries;
  lead.outcome = write.counted ? write.outcome : Outcome::kNone;
  Unlock(write.line.id);
}

void DialerTables::Apply(const CampaignId& id, const dialer::SettleLead& write) {
  LeadRow& lead = leads.at(write.lead.id);
  if (lead.state != LeadState::kQueued) {
    kernel_->Broken("lead " + lead.lead.id.str() + " refused while it is not queued");
  }
  Move(lead, write.state, write.decision.retry_at);
  if (write.state == LeadState::kFailed) lead.outcome = write.outcome;
  ++campaigns.at(id).denied;
}

void DialerTables::Apply(const CampaignId& id, const dialer::NoteDecision&) {
  ++campaigns.at(id).denied;
}

void DialerTables::Apply(const CampaignId&, const dialer::ReleaseNumber& write) {
  Unlock(write.attempt);
}

void DialerTables::Apply(const CampaignId& id, const dialer::News& write) {
  ++campaigns.at(id).told[write.kind];
}

// --- A process's store

namespace {

constexpr seconds kLoadLimit{30};
constexpr seconds kPageLimit{5};
constexpr seconds kGateLimit{2};

class Writer final : public dialer::CampaignWriter {
 public:
  Writer(DialerTables* tables, std::shared_ptr<GroupCommit> writer, UnitToken unit)
      : tables_(tables),
        writer_(std::move(writer)),
        lane_(std::make_shared<GroupCommit::Lane>(GroupCommit::Lane{std::move(unit)})) {}
  Status Submit(std::vector<dialer::Write> writes, Done done) override {
    auto kept = std::make_shared<std::vector<dialer::Write>>(std::move(writes));
    return writer_->Submit(
        lane_,
        [tables = tables_, id = CampaignId(lane_->unit.unit.id), kept] {
          tables->Write(id, *kept);
        },
        std::move(done));
  }

 private:
  DialerTables* tables_;
  std::shared_ptr<GroupCommit> writer_;
  GroupCommit::LaneRef lane_;
};

}  // namespace

void DialerStore::Load(const CampaignId& id, Reply<dialer::CampaignModel> reply) {
  auto model = std::make_shared<Result<dialer::CampaignModel>>(
      Unavailable("DATABASE_AWAY", "The database is away."));
  database_->Transact(
      life_, kLoadLimit,
      [tables = tables_, database = database_, id, model] { *model = tables->Load(database, id); },
      [model, reply = std::move(reply)](bool) { reply(std::move(*model)); });
}

std::unique_ptr<dialer::CampaignWriter> DialerStore::Open(const UnitToken& unit, const TrunkId&) {
  return std::make_unique<Writer>(tables_, writer_, unit);
}

void DialerStore::ReadPage(const UnitToken& unit, dialer::LoadPage page, WallTime now,
                           std::function<void(dialer::PageLoaded)> reply) {
  auto loaded = std::make_shared<dialer::PageLoaded>(dialer::PageLoaded{
      .generation = page.generation, .leads = {}, .next_due = {}, .failed = true});
  database_->Transact(
      life_, kPageLimit,
      [tables = tables_, database = database_, unit, page, now, loaded] {
        if (database->Check(unit)) *loaded = tables->Page(CampaignId(unit.unit.id), page, now);
      },
      [loaded, reply = std::move(reply)](bool) { reply(std::move(*loaded)); });
}

void DialerStore::AskGate(const UnitToken& unit, dialer::CheckGate check, WallTime now,
                          std::function<void(std::optional<dialer::NumberFacts>)> reply) {
  auto facts = std::make_shared<std::optional<dialer::NumberFacts>>();
  database_->Transact(
      life_, kGateLimit,
      [tables = tables_, database = database_, unit, check, now, facts] {
        if (database->Check(unit)) {
          *facts = tables->AskGate(CampaignId(unit.unit.id), check, now);
        }
      },
      [facts, reply = std::move(reply)](bool) { reply(std::move(*facts)); });
}

}  // namespace callfleet::engine
