#include "tests/scenario/dialer/fake_store.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace callfleet::dialer {

using namespace std::chrono_literals;

namespace {
constexpr auto kCommit = 2ms;
constexpr auto kRead = 1ms;

bool IsClosed(const ClosedHours& closed, const Lead& lead) {
  const auto among = [](const std::vector<std::string>& all, const std::string& one) {
    return std::find(all.begin(), all.end(), one) != all.end();
  };
  if (!lead.zone.empty()) return among(closed.zones, lead.zone);
  return closed.zoneless || among(closed.regions, lead.region);
}
}  // namespace

void FakeStore::AddCampaign(const CampaignId& id, CampaignSettings settings) {
  campaigns[id].settings = std::move(settings);
}

void FakeStore::AddLead(const CampaignId& id, Lead lead) {
  auto& leads = campaigns[id].leads;
  lead.position = static_cast<std::int64_t>(leads.size()) + 1;
  const LeadId lead_id = lead.id;
  leads[lead_id].lead = std::move(lead);
}

class FakeStore::Writer final : public CampaignWriter {
 public:
  Writer(FakeStore* store, UnitToken unit)
      : store_(store), unit_(std::move(unit)), life_(store->life_) {}
  Status Submit(std::vector<Write> writes, Done done) override {
    store_->timers_->Start(kCommit, [store = store_, unit = unit_, life = life_,
                                     writes = std::move(writes), done = std::move(done)] {
      if (life != store->life_) return;  // The process is gone.
      const CampaignId id(unit.unit.id);
      if (store->campaigns.at(id).token != unit.token) {
        return done(FailedPrecondition("FENCED", "A newer owner."));
      }
      store->Commit(id, writes);
      done({});
    });
    return {};
  }

 private:
  FakeStore* store_;
  UnitToken unit_;
  int life_;
};

std::unique_ptr<CampaignWriter> FakeStore::Open(const UnitToken& unit, const TrunkId&) {
  return std::make_unique<Writer>(this, unit);
}

void FakeStore::Commit(const CampaignId& id, const std::vector<Write>& writes) {
  for (const auto& write : writes) std::visit([&](const auto& one) { Apply(id, one); }, write);
}

void FakeStore::Apply(const CampaignId& id, const SaveCampaignState& write) {
  campaigns[id].state = write.state;
}

void FakeStore::Apply(const CampaignId& id, const WriteAttempt& write) {
  auto& attempt = attempts[write.line.id];
  attempt.campaign = id;
  attempt.line = write.line;
  auto& lead = campaigns[id].leads.at(write.line.lead.id);
  EXPECT_TRUE(lead.state == LeadState::kQueued || lead.state == LeadState::kDialing);
  lead.state = LeadState::kDialing;
}

void FakeStore::Apply(const CampaignId& id, const CloseAttempt& write) {
  auto& attempt = attempts.at(write.line.id);
  EXPECT_TRUE(attempt.open) << "two outcomes of " << write.line.id.str();
  attempt.open = false;
  attempt.line = write.line;
  attempt.counted = write.counted;
  attempt.outcome = write.outcome;
  attempt.ended = write.ended;
  auto& lead = campaigns[id].leads.at(write.line.lead.id);
  EXPECT_EQ(lead.state, LeadState::kDialing);
  lead.state = write.lead_state;
  lead.due = write.lead_due;
  lead.lead.tries = write.tries;
  lead.outcome = write.outcome;
  std::erase_if(locks, [&](const auto& lock) { return lock.second == write.line.id; });
}

void FakeStore::Apply(const CampaignId& id, const SettleLead& write) {
  auto& lead = campaigns[id].leads.at(write.lead.id);
  EXPECT_EQ(lead.state, LeadState::kQueued);
  lead.state = write.state;
  lead.due = write.decision.retry_at;
  if (write.state == LeadState::kFailed) lead.outcome = write.outcome;
}

void FakeStore::Apply(const CampaignId&, const ReleaseNumber& write) {
  std::erase_if(locks, [&](const auto& lock) { return lock.second == write.attempt; });
}

void FakeStore::Load(const CampaignId& id, Reply<CampaignModel> reply) {
  auto& campaign = campaigns.at(id);
  CampaignModel model;
  model.id = id;
  model.token = ++campaign.token;
  model.settings = campaign.settings;
  model.state = campaign.state;
  for (const auto& [lead_id, lead] : campaign.leads) ++model.counters.Leads(lead.state);
  std::set<AttemptId> open;
  for (const auto& [attempt_id, attempt] : attempts) {
    if (!attempt.open || attempt.campaign != id) continue;
    open.insert(attempt_id);
    Line line = attempt.line;
    line.state = AttemptState::kDialing;
    line.facts = {};
    line.command_leg = LegId();
    line.adopted = line.row_written = line.number_reserved = true;
    model.lines.emplace(attempt_id, std::move(line));
  }
  std::erase_if(locks, [&](const auto& lock) {
    return lock.second.str().starts_with(id.str() + ".") && !open.contains(lock.second);
  });
  reply(std::move(model));
}

void FakeStore::ReadPage(const UnitToken& unit, LoadPage page, WallTime now,
                         std::function<void(PageLoaded)> reply) {
  timers_->Start(kRead, [this, unit, page, now, reply = std::move(reply)] {
    auto& campaign = campaigns.at(CampaignId(unit.unit.id));
    PageLoaded loaded{.generation = page.generation, .leads = {}, .next_due = {}};
    for (auto& [id, lead] : campaign.leads) {
      if (lead.state == LeadState::kWaiting && lead.due <= now) {
        lead.state = LeadState::kQueued;
        ++loaded.woken;
      }
      if (lead.state == LeadState::kQueued && !IsClosed(page.closed, lead.lead)) {
        loaded.leads.push_back(lead.lead);
      }
      if (lead.state == LeadState::kWaiting && (!loaded.next_due || lead.due < *loaded.next_due)) {
        loaded.next_due = lead.due;
      }
    }
    std::sort(loaded.leads.begin(), loaded.leads.end(),
              [](const Lead& a, const Lead& b) { return a.Before(b); });
    if (loaded.leads.size() > static_cast<std::size_t>(page.limit)) {
      loaded.leads.resize(static_cast<std::size_t>(page.limit));
    }
    reply(std::move(loaded));
  });
}

void FakeStore::AskGate(const UnitToken&, CheckGate check, WallTime now,
                        std::function<void(std::optional<NumberFacts>)> reply) {
  timers_->Start(kRead, [this, check, now, reply = std::move(reply)] {
    NumberFacts facts;
    facts.suppressed = suppressed.contains(check.number);
    for (const auto& [id, attempt] : attempts) {
      if (!attempt.counted || attempt.line.lead.number != check.number) continue;
      const WallTime placed = attempt.line.facts.customer.placed;
      if (placed <= now - check.cap.within) continue;
      facts.oldest_placed =
          facts.placed_within == 0 ? placed : std::min(facts.oldest_placed, placed);
      ++facts.placed_within;
    }
    if (!facts.suppressed && facts.placed_within < check.cap.calls) {
      const auto [lock, mine] = locks.emplace(check.number, check.attempt);
      facts.in_call = !mine && lock->second != check.attempt;
    }
    reply(facts);
  });
}

}  // namespace callfleet::dialer
