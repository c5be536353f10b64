// Leads, the call log and the suppression list of the book.
#include <charconv>
#include <utility>

#include "services/dialer/adapters/campaign_rows.h"
#include "services/dialer/adapters/pg_campaign_book.h"

namespace callfleet::dialer {

using namespace std::chrono_literals;

namespace {

constexpr auto kLeadLimit = 5s;

#define DIALER_LEAD_COLUMNS                                                               \
  "lead_id, campaign_id, position, priority, number, name, zone, region, skills, tries, " \
  "extra, state, outcome, attempts, due_time, gate_reason, line"
// Waiting leads are queued ones to the reader; final ones come in two states.
constexpr pg::Statement kListLeads{
    "dialer_list_leads",
    "SELECT " DIALER_LEAD_COLUMNS
    " FROM leads WHERE campaign_id = $1 AND (-priority, position) > ($2, $3) AND state = ANY "
    "($4::smallint[]) ORDER BY priority DESC, position LIMIT $5"};
constexpr pg::Statement kGetLead{"dialer_get_lead",
                                 "SELECT " DIALER_LEAD_COLUMNS " FROM leads WHERE lead_id = $1"};
#undef DIALER_LEAD_COLUMNS
#define DIALER_ATTEMPT_COLUMNS                                                          \
  "attempt_id, campaign_id, lead_id, number, agent_id, agent_name, trunk_id, outcome, " \
  "counted, sip_code, q850_cause, gate_decision, create_time, place_time, ring_time, "  \
  "answer_time, bridge_time, end_time, amd"
constexpr pg::Statement kAttemptsOf{
    "dialer_attempts_of", "SELECT " DIALER_ATTEMPT_COLUMNS
                          " FROM attempts WHERE lead_id = $1 ORDER BY create_time LIMIT 100"};
constexpr pg::Statement kLog{
    "dialer_attempts_log",
    "SELECT " DIALER_ATTEMPT_COLUMNS
    " FROM attempts WHERE campaign_id = $1 AND (create_time, attempt_id) < ($2, $3) ORDER BY "
    "create_time DESC, attempt_id DESC LIMIT $4"};
#undef DIALER_ATTEMPT_COLUMNS
constexpr pg::Statement kSuppress{
    "dialer_suppress",
    "INSERT INTO suppressions (campaign_id, number, reason, create_time) VALUES ($1, $2, $3, $4) "
    "ON CONFLICT (campaign_id, number) DO NOTHING"};
constexpr pg::Statement kUnsuppress{
    "dialer_unsuppress",
    "DELETE FROM suppressions WHERE campaign_id = $1 AND number = ANY ($2::text[])"};
constexpr pg::Statement kListSuppressed{
    "dialer_list_suppressed",
    "SELECT campaign_id, number, reason, create_time FROM suppressions WHERE campaign_id = $1 AND "
    "number > $2 ORDER BY number LIMIT $3"};

std::vector<std::int64_t> StatesOf(std::optional<LeadState> state) {
  if (!state) return {0, 1, 2, 3, 4};
  switch (*state) {
    case LeadState::kQueued:
    case LeadState::kWaiting:
      return {0, 2};
    case LeadState::kDialing:
      return {1};
    case LeadState::kCompleted:
    case LeadState::kFailed:
      break;
  }
  return {3, 4};
}

Error BadToken() { return InvalidField("page_token", "is not one that an answer gave").value(); }

// "a:b" of two numbers.
bool ParsePair(const std::string& text, std::int64_t* a, std::int64_t* b) {
  const auto colon = text.find(':');
  if (colon == std::string::npos) return false;
  const char* end = text.data() + text.size();
  return std::from_chars(text.data(), text.data() + colon, *a).ec == std::errc{} &&
         std::from_chars(text.data() + colon + 1, end, *b).ec == std::errc{};
}

template <class T, class Read>
Page<T> ReadPage(const pg::Rows& rows, int size, const Read& read,
                 const std::function<std::string(const T&)>& token) {
  Page<T> page;
  for (const auto row : rows) page.items.push_back(read(row));
  if (static_cast<int>(page.items.size()) == size) page.next_token = token(page.items.back());
  return page;
}

}  // namespace

void PgCampaignBook::ListLeads(const CampaignId& id, std::optional<LeadState> state,
                               std::string token, int size, Reply<Page<LeadRecord>> reply) {
  std::int64_t priority = -1'000'000;
  std::int64_t position = 0;
  if (!token.empty() && !ParsePair(token, &priority, &position)) {
    reply(Fail(BadToken()));
    return;
  }
  pool_->Run<Page<LeadRecord>>(
      kLeadLimit,
      [id, state, priority, position,
       size](pg::Transaction& transaction) -> Result<Page<LeadRecord>> {
        return ReadPage<LeadRecord>(
            transaction.Exec(kListLeads, {id, priority, position, StatesOf(state), size}), size,
            ReadLeadRecord, [](const LeadRecord& last) {
              return std::to_string(-last.lead.priority) + ":" + std::to_string(last.lead.position);
            });
      },
      std::move(reply));
}

void PgCampaignBook::GetLead(const LeadId& id, Reply<LeadRecord> reply) {
  pool_->Run<LeadRecord>(
      kLeadLimit,
      [id](pg::Transaction& transaction) -> Result<LeadRecord> {
        const auto rows = transaction.Exec(kGetLead, {id});
        if (rows.empty()) return NotFound("LEAD_NOT_FOUND", "There is no lead with this id.");
        return ReadLeadRecord(rows[0]);
      },
      std::move(reply));
}

void PgCampaignBook::AttemptsOf(const LeadId& id, Reply<std::vector<AttemptRecord>> reply) {
  pool_->Run<std::vector<AttemptRecord>>(
      kLeadLimit,
      [id](pg::Transaction& transaction) -> Result<std::vector<AttemptRecord>> {
        std::vector<AttemptRecord> attempts;
        for (const auto row : transaction.Exec(kAttemptsOf, {id})) {
          attempts.push_back(ReadAttempt(row));
        }
        return attempts;
      },
      std::move(reply));
}

void PgCampaignBook::ListAttempts(const CampaignId& id, std::string token, int size,
                                  Reply<Page<AttemptRecord>> reply) {
  WallTime before = WallTime(std::chrono::hours(24 * 365 * 300));
  std::string last = "~";
  if (!token.empty()) {
    const auto bar = token.find('|');
    const auto time = pg::ParseTime(token.substr(0, bar));
    if (bar == std::string::npos || !time) {
      reply(Fail(BadToken()));
      return;
    }
    before = *time;
    last = token.substr(bar + 1);
  }
  pool_->Run<Page<AttemptRecord>>(
      kLeadLimit,
      [id, before, last, size](pg::Transaction& transaction) -> Result<Page<AttemptRecord>> {
        return ReadPage<AttemptRecord>(
            transaction.Exec(kLog, {id, before, last, size}), size, ReadAttempt,
            [](const AttemptRecord& a) { return pg::FormatTime(a.created) + "|" + a.id.str(); });
      },
      std::move(reply));
}

void PgCampaignBook::AddSuppressions(std::vector<SuppressionRecord> records, Reply<int> reply) {
  pool_->Run<int>(
      kLeadLimit,
      [records = std::move(records),
       now = clock_->Now().wall](pg::Transaction& transaction) -> Result<int> {
        std::size_t added = 0;
        for (const auto& record : records) {
          added += transaction.Exec(kSuppress, {record.campaign, record.number, record.reason, now})
                       .affected();
        }
        return static_cast<int>(added);
      },
      std::move(reply));
}

void PgCampaignBook::RemoveSuppressions(const CampaignId& list, std::vector<std::string> numbers,
                                        Reply<int> reply) {
  pool_->Run<int>(
      kLeadLimit,
      [list, numbers = std::move(numbers)](pg::Transaction& transaction) -> Result<int> {
        return static_cast<int>(transaction.Exec(kUnsuppress, {list, numbers}).affected());
      },
      std::move(reply));
}

void PgCampaignBook::ListSuppressions(const CampaignId& list, std::string token, int size,
                                      Reply<Page<SuppressionRecord>> reply) {
  pool_->Run<Page<SuppressionRecord>>(
      kLeadLimit,
      [list, token, size](pg::Transaction& transaction) -> Result<Page<SuppressionRecord>> {
        return ReadPage<SuppressionRecord>(
            transaction.Exec(kListSuppressed, {list, token, size}), size,
            [](const pg::Rows::Row& row) {
              return SuppressionRecord{.campaign = CampaignId(row.Text("campaign_id")),
                                       .number = row.Text("number"),
                                       .reason = row.Text("reason"),
                                       .created = row.Time("create_time")};
            },
            [](const SuppressionRecord& last) { return last.number; });
      },
      std::move(reply));
}

}  // namespace callfleet::dialer
