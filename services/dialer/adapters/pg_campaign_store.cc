#include "services/dialer/adapters/pg_campaign_store.h"

#include <utility>

#include "common/pg/unit_tokens.h"
#include "services/dialer/adapters/campaign_rows.h"
#include "services/dialer/adapters/column_text.h"
#include "services/dialer/adapters/load_campaign.h"
#include "services/dialer/adapters/pg_writes.h"

namespace callfleet::dialer {

using namespace std::chrono_literals;

namespace {

constexpr auto kLoadLimit = 30s;
constexpr auto kPageLimit = 5s;
constexpr auto kGateLimit = 2s;
constexpr int kMostDue = 5'000;  // Leads made due by one page.

constexpr pg::Statement kAllCampaigns{"dialer_all_campaigns",
                                      "SELECT campaign_id FROM campaigns ORDER BY campaign_id"};
constexpr pg::Statement kWakeDue{
    "dialer_wake_due",
    "UPDATE leads SET state = 0, due_time = NULL WHERE lead_id IN (SELECT lead_id FROM leads "
    "WHERE campaign_id = $1 AND state = 2 AND due_time <= $2 ORDER BY due_time LIMIT $3)"};
constexpr pg::Statement kHeads{
    "dialer_heads",
    "SELECT lead_id, position, priority, number, name, zone, region, skills, tries, extra FROM "
    "leads WHERE campaign_id = $1 AND state = 0 AND NOT (zone = ANY ($3::text[]) OR (zone = '' AND "
    "($5::boolean OR region = ANY ($4::text[])))) ORDER BY priority DESC, position LIMIT $2"};
constexpr pg::Statement kNextDue{
    "dialer_next_due",
    "SELECT min(due_time) AS due_time FROM leads WHERE campaign_id = $1 AND state = 2"};
// Facts and reservation in one statement: two campaigns cannot both be allowed. A campaign has a
// number once and one line a lead: its newer attempt takes over, as the release of the older one
// may still be on its way to the database.
constexpr pg::Statement kAskGate{
    "dialer_ask_gate",
    "WITH listed AS (SELECT EXISTS (SELECT 1 FROM suppressions WHERE number = $1 AND campaign_id "
    "IN ('', $2)) AS suppressed), tried AS (SELECT count(*) AS calls, min(place_time) AS oldest "
    "FROM attempts WHERE number = $1 AND counted AND place_time > $4), locked AS (INSERT INTO "
    "number_locks (number, attempt_id, campaign_id) SELECT $1, $3, $2 FROM listed, tried WHERE "
    "NOT listed.suppressed AND tried.calls < $5 ON CONFLICT (number) DO UPDATE SET attempt_id = "
    "EXCLUDED.attempt_id WHERE number_locks.campaign_id = EXCLUDED.campaign_id RETURNING 1) "
    "SELECT listed.suppressed, tried.calls, tried.oldest, EXISTS (SELECT 1 FROM locked) AS mine "
    "FROM listed, tried"};

class PgCampaignWriter final : public CampaignWriter {
 public:
  PgCampaignWriter(pg::Committer* committer, const EventParts& parts, const UnitToken& unit,
                   const TrunkId& trunk)
      : committer_(committer),
        parts_(parts),
        lane_(std::make_shared<pg::Lane>(unit)),
        trunk_(trunk.str()) {}

  Status Submit(std::vector<Write> writes, Done done) override {
    pg::Batch batch{.lane = lane_, .writes = {}, .events = {}};
    for (const auto& write : writes) AddWrite(write, trunk_, parts_, &batch);
    return committer_->Submit(std::move(batch), std::move(done));
  }

 private:
  pg::Committer* committer_;
  EventParts parts_;
  std::shared_ptr<pg::Lane> lane_;
  std::string trunk_;
};

PageLoaded ReadHeads(pg::Transaction& transaction, const UnitToken& unit, const LoadPage& page,
                     WallTime now) {
  const auto woken = transaction.Exec(kWakeDue, {unit.unit.id, now, kMostDue}).affected();
  PageLoaded loaded{.generation = page.generation, .leads = {}, .next_due = {}};
  loaded.woken = static_cast<std::int64_t>(woken);
  for (const auto row : transaction.Exec(kHeads, {unit.unit.id, page.limit, page.closed.zones,
                                                  page.closed.regions, page.closed.zoneless})) {
    loaded.leads.push_back(ReadLead(row));
  }
  loaded.next_due = transaction.Exec(kNextDue, {unit.unit.id})[0].OptionalTime("due_time");
  return loaded;
}

}  // namespace

std::unique_ptr<CampaignWriter> PgCampaignStore::Open(const UnitToken& unit, const TrunkId& trunk) {
  return std::make_unique<PgCampaignWriter>(committer_, EventParts{ids_, codec_}, unit, trunk);
}

void PgCampaignStore::Load(const CampaignId& id, Reply<CampaignModel> reply) {
  pool_->Run<CampaignModel>(
      kLoadLimit, [id](pg::Transaction& transaction) { return LoadCampaign(transaction, id); },
      std::move(reply));
}

void PgCampaignStore::ReadPage(const UnitToken& unit, LoadPage page, WallTime now,
                               std::function<void(PageLoaded)> reply) {
  pool_->Run<PageLoaded>(
      kPageLimit,
      [unit, page, now](pg::Transaction& transaction) -> Result<PageLoaded> {
        if (auto owned = pg::CheckToken(transaction, unit); !owned) return Fail(owned.error());
        return ReadHeads(transaction, unit, page, now);
      },
      [page, reply = std::move(reply)](Result<PageLoaded> loaded) {
        reply(
            loaded
                ? std::move(*loaded)
                : PageLoaded{
                      .generation = page.generation, .leads = {}, .next_due = {}, .failed = true});
      });
}

void PgCampaignStore::AskGate(const UnitToken& unit, CheckGate check, WallTime now,
                              std::function<void(std::optional<NumberFacts>)> reply) {
  pool_->Run<NumberFacts>(
      kGateLimit,
      [unit, check, now](pg::Transaction& transaction) -> Result<NumberFacts> {
        if (auto owned = pg::CheckToken(transaction, unit); !owned) return Fail(owned.error());
        const auto rows = transaction.Exec(kAskGate, {check.number, unit.unit.id, check.attempt,
                                                      now - check.cap.within, check.cap.calls});
        NumberFacts facts{.suppressed = rows[0].Bool("suppressed"),
                          .in_call = false,
                          .placed_within = static_cast<int>(rows[0].Int("calls")),
                          .oldest_placed = rows[0].OptionalTime("oldest").value_or(WallTime{})};
        facts.in_call =
            !facts.suppressed && facts.placed_within < check.cap.calls && !rows[0].Bool("mine");
        return facts;
      },
      [reply = std::move(reply)](Result<NumberFacts> facts) {
        reply(facts ? std::optional(*facts) : std::nullopt);
      });
}

Result<std::vector<CampaignId>> PgCampaignStore::AllCampaigns() {
  return pool_->RunAndWait<std::vector<CampaignId>>(
      kLoadLimit, [](pg::Transaction& transaction) -> Result<std::vector<CampaignId>> {
        std::vector<CampaignId> ids;
        for (const auto row : transaction.Exec(kAllCampaigns)) {
          ids.emplace_back(row.Text("campaign_id"));
        }
        return ids;
      });
}

}  // namespace callfleet::dialer
