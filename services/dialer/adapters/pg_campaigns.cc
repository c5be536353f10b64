// Campaigns of the book.
#include <utility>

#include "services/dialer/adapters/campaign_rows.h"
#include "services/dialer/adapters/pg_campaign_book.h"

namespace callfleet::dialer {

using namespace std::chrono_literals;

namespace {

constexpr auto kLimit = 5s;

constexpr pg::Statement kInsert{
    "dialer_insert_campaign",
    "INSERT INTO campaigns (campaign_id, name, description, pool_id, trunk_id, caller_id, "
    "strategy, max_concurrent, pacing, ratio, window_from, window_to, window_days, time_zone, "
    "default_region, retry_rules, max_attempts, cap_calls, cap_within_s, ring_timeout_s, "
    "wrap_up_s, skills, safe_message, recording, amd, request_id, state, create_time) VALUES ($1, "
    "$2, "
    "$3, $4, $5, $6, $7, $8, "
    "$9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, "
    "$26, 0, $27)"};
constexpr pg::Statement kUpdate{
    "dialer_update_campaign",
    "UPDATE campaigns SET name = $2, description = $3, pool_id = $4, trunk_id = $5, caller_id = "
    "$6, strategy = $7, max_concurrent = $8, pacing = $9, ratio = $10, window_from = $11, "
    "window_to = $12, window_days = $13, time_zone = $14, default_region = $15, retry_rules = "
    "$16, max_attempts = $17, cap_calls = $18, cap_within_s = $19, ring_timeout_s = $20, "
    "wrap_up_s = $21, skills = $22, safe_message = $23, recording = $24, "
    "amd = $25, "
    "revision = revision + 1 WHERE campaign_id = $1"};
#define DIALER_CAMPAIGN_COLUMNS                                                                  \
  "campaign_id, name, description, pool_id, trunk_id, caller_id, strategy, max_concurrent, "     \
  "pacing, ratio, window_from, window_to, window_days, time_zone, default_region, retry_rules, " \
  "max_attempts, cap_calls, cap_within_s, ring_timeout_s, wrap_up_s, skills, safe_message, "     \
  "recording, amd, state, "                                                                      \
  "create_time, start_time, revision"
constexpr pg::Statement kByRequest{"dialer_campaign_by_request",
                                   "SELECT " DIALER_CAMPAIGN_COLUMNS
                                   " FROM campaigns WHERE request_id = $1"};
constexpr pg::Statement kById{"dialer_campaign_by_id", "SELECT " DIALER_CAMPAIGN_COLUMNS
                                                       " FROM campaigns WHERE campaign_id = $1"};
constexpr pg::Statement kByName{"dialer_campaign_name",
                                "SELECT 1 FROM campaigns WHERE name = $1 AND campaign_id <> $2"};
constexpr pg::Statement kList{"dialer_list_campaigns",
                              "SELECT " DIALER_CAMPAIGN_COLUMNS
                              " FROM campaigns WHERE name > $1 ORDER BY name LIMIT $2"};
#undef DIALER_CAMPAIGN_COLUMNS
constexpr pg::Statement kDeleteLeads{"dialer_delete_leads",
                                     "DELETE FROM leads WHERE campaign_id = $1"};
constexpr pg::Statement kDeleteAttempts{"dialer_delete_attempts",
                                        "DELETE FROM attempts WHERE campaign_id = $1"};
constexpr pg::Statement kDeleteDecisions{"dialer_delete_decisions",
                                         "DELETE FROM decisions WHERE campaign_id = $1"};
constexpr pg::Statement kDeleteList{"dialer_delete_suppressions",
                                    "DELETE FROM suppressions WHERE campaign_id = $1"};
constexpr pg::Statement kDelete{"dialer_delete_campaign",
                                "DELETE FROM campaigns WHERE campaign_id = $1"};

tl::unexpected<Error> NameTaken(const std::string& name) {
  return Fail(Error{.code = ErrorCode::kAlreadyExists,
                    .reason = "CAMPAIGN_NAME_TAKEN",
                    .message = "Another campaign has this name.",
                    .metadata = {{"name", name}}});
}

Result<CampaignRecord> ReadOne(const pg::Rows& rows) {
  if (rows.empty()) return NotFound("CAMPAIGN_NOT_FOUND", "There is no campaign with this id.");
  return ReadCampaign(rows[0]);
}

}  // namespace

void PgCampaignBook::Create(const RequestId& request, const CampaignSettings& settings,
                            Reply<CampaignRecord> reply) {
  const CampaignId id(ids_->Next());
  pool_->Run<CampaignRecord>(
      kLimit,
      [request, settings, id,
       now = clock_->Now().wall](pg::Transaction& transaction) -> Result<CampaignRecord> {
        const auto known = transaction.Exec(kByRequest, {request});
        if (!known.empty()) return ReadCampaign(known[0]);
        if (!transaction.Exec(kByName, {settings.name, id}).empty()) {
          return NameTaken(settings.name);
        }
        auto params = SettingsParams(id, settings);
        params.emplace_back(request);
        params.emplace_back(now);
        transaction.Exec(kInsert, params);
        return ReadOne(transaction.Exec(kById, {id}));
      },
      std::move(reply));
}

void PgCampaignBook::Get(const CampaignId& id, Reply<CampaignRecord> reply) {
  pool_->Run<CampaignRecord>(
      kLimit, [id](pg::Transaction& transaction) { return ReadOne(transaction.Exec(kById, {id})); },
      std::move(reply));
}

void PgCampaignBook::List(std::string token, int size, Reply<Page<CampaignRecord>> reply) {
  pool_->Run<Page<CampaignRecord>>(
      kLimit,
      [token, size](pg::Transaction& transaction) -> Result<Page<CampaignRecord>> {
        Page<CampaignRecord> page;
        for (const auto row : transaction.Exec(kList, {token, size})) {
          page.items.push_back(ReadCampaign(row));
        }
        if (static_cast<int>(page.items.size()) == size) {
          page.next_token = page.items.back().settings.name;
        }
        return page;
      },
      std::move(reply));
}

void PgCampaignBook::Update(const CampaignId& id, const CampaignSettings& settings,
                            Reply<CampaignRecord> reply) {
  pool_->Run<CampaignRecord>(
      kLimit,
      [id, settings](pg::Transaction& transaction) -> Result<CampaignRecord> {
        if (!transaction.Exec(kByName, {settings.name, id}).empty()) {
          return NameTaken(settings.name);
        }
        transaction.Exec(kUpdate, SettingsParams(id, settings));
        return ReadOne(transaction.Exec(kById, {id}));
      },
      std::move(reply));
}

void PgCampaignBook::Delete(const CampaignId& id, Reply<bool> reply) {
  pool_->Run<bool>(
      60s,  // A million leads take their time.
      [id](pg::Transaction& transaction) -> Result<bool> {
        for (const auto* statement :
             {&kDeleteLeads, &kDeleteAttempts, &kDeleteDecisions, &kDeleteList, &kDelete}) {
          transaction.Exec(*statement, {id});
        }
        return true;
      },
      std::move(reply));
}

}  // namespace callfleet::dialer
