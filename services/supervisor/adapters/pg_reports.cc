#include "services/supervisor/adapters/pg_reports.h"

#include <charconv>

#include "services/supervisor/adapters/history_columns.h"

namespace callfleet::supervisor {
namespace {

constexpr std::chrono::seconds kReportPatience{20};
constexpr std::int64_t kPage = 20'000;
constexpr std::int64_t kMostRows = 2'000'000;

// A call began at most a day before a person waited in it.
#define CALL_COLUMNS                                                                           \
  "began, fact_id, kind, rank, counted_at, call_id, queue_id, campaign_id, agent_id, caller, " \
  "called, customer_type, outcome, picked_up, answered, ended, flags, wait_us, talk_us, "      \
  "sip_code, q850_cause"
constexpr pg::Statement kReadCalls{
    "report_calls",
    "SELECT " CALL_COLUMNS
    " FROM history_calls WHERE began >= $1::timestamptz - interval '1 day' AND began < $2 AND "
    "counted_at >= $1 AND counted_at < $2 AND (began, fact_id) > ($3::timestamptz, $4::text) "
    "ORDER BY began, fact_id LIMIT $5"};
// A call has a row of each queue that it was in, and may have begun at the same time in all: the
// talk is what it came to, else where it ended.
constexpr pg::Statement kFindCall{
    "report_find_call", "SELECT " CALL_COLUMNS
                        " FROM history_calls WHERE call_id = $1 AND kind <> 4 "
                        "ORDER BY answered IS NULL, ended DESC NULLS FIRST, began DESC LIMIT 1"};
constexpr pg::Statement kCallsSince{
    "report_calls_since",
    "SELECT " CALL_COLUMNS
    " FROM history_calls WHERE counted_at >= $1 AND ended IS NOT NULL AND "
    "began >= $1::timestamptz - interval '1 day' ORDER BY counted_at DESC LIMIT 200000"};
#undef CALL_COLUMNS
constexpr pg::Statement kReadOffers{
    "report_offers",
    "SELECT started, reservation_id, agent_id, unit_kind, unit_id, how, ended, "
    "avoidable_us FROM history_offers "
    "WHERE started >= $1::timestamptz - interval '1 day' AND started < $2 AND ended > $1 AND "
    "(started, reservation_id) > ($3::timestamptz, $4::text) ORDER BY started, reservation_id "
    "LIMIT $5"};
constexpr pg::Statement kReadWork{
    "report_work",
    "SELECT ended, reservation_id, agent_id, unit_kind, unit_id, answered, talk_us, hold_us, "
    "wrap_up_us FROM history_work WHERE ended >= $1 AND ended < $2 AND "
    "(ended, reservation_id) > ($3::timestamptz, $4::text) ORDER BY ended, reservation_id "
    "LIMIT $5"};
constexpr pg::Statement kReadOutcomes{
    "report_outcomes",
    "SELECT told, reservation_id, agent_id, unit_kind, unit_id, outcome FROM history_outcomes "
    "WHERE told >= $1 AND told < $2 AND (told, reservation_id) > ($3::timestamptz, $4::text) "
    "ORDER BY told, reservation_id LIMIT $5"};
constexpr pg::Statement kReadRepairs{
    "report_repairs",
    "SELECT told, event_id, source, kind, reason, unit, agent_id, reservation_id, call_id, "
    "lead_id, ticket_id FROM history_repairs WHERE told >= $1 AND told < $2 AND "
    "($3 = '' OR source = $3) AND ($4 = '' OR kind = $4) AND "
    "(told, event_id) < ($5::timestamptz, $6::text) ORDER BY told DESC, event_id DESC LIMIT $7"};
constexpr pg::Statement kReadRecordings{
    "report_recordings",
    "SELECT * FROM history_recordings WHERE started >= $1 AND started < $2 AND "
    "($3 = '' OR call_id = $3) AND ($4 = '' OR agent_id = $4) AND (NOT $5 OR reason <> '') AND "
    "(started, recording_id) < ($6::timestamptz, $7::text) "
    "ORDER BY started DESC, recording_id DESC LIMIT $8"};
constexpr pg::Statement kRecordingsOf{
    "report_recordings_of",
    "SELECT recording_id FROM history_recordings WHERE call_id = $1 ORDER BY started"};
constexpr pg::Statement kLegsOf{
    "report_legs_of",
    "SELECT leg_id, role, agent_id, remote, codec, answered_by, one_way, packets_received, "
    "packets_sent, packets_lost, jitter_us, round_trip_us, first_rtp_us, mos FROM history_legs "
    "WHERE call_id = $1 ORDER BY answered, leg_id LIMIT 64"};
constexpr pg::Statement kReadSpans{
    "report_spans",
    "SELECT started, event_id, agent_id, unit_kind, unit_id, state, reason, ended "
    "FROM history_spans WHERE started < $2 AND ended > $1 AND "
    "(started, event_id) > ($3::timestamptz, $4::text) ORDER BY started, event_id LIMIT $5"};
constexpr pg::Statement kReadOpenSpans{
    "report_open_spans",
    "SELECT agent_id, unit_kind, unit_id, state, reason, started, NULL::timestamptz AS ended "
    "FROM history_open_spans WHERE started < $1"};
constexpr pg::Statement kReadHoles{
    "report_holes",
    "SELECT source, started, ended, events FROM history_holes WHERE started < $2 AND "
    "coalesce(ended, $2) >= $1 ORDER BY started LIMIT 1000"};
constexpr pg::Statement kComplete{"report_complete",
                                  "SELECT max(newest) AS newest FROM history_cursors WHERE "
                                  "source <> 'sip_edge'"};
constexpr pg::Statement kReadNames{
    "report_names", "SELECT subject, name FROM history_names WHERE subject = ANY($1::text[])"};

using Row = pg::Rows::Row;

class Reading {
 public:
  Reading(pg::Transaction* transaction, const PerformanceQuery& query, WallTime now)
      : transaction_(*transaction), query_(query), now_(now), report_(query) {}

  Result<Report> Run() {
    transaction_.Script("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
    const bool read =
        Pages(kReadCalls, "began", "fact_id", [](const Row& row) { return ToCallRow(row); }) &&
        Pages(kReadOffers, "started", "reservation_id",
              [](const Row& row) { return ToOfferRow(row); }) &&
        Pages(kReadWork, "ended", "reservation_id",
              [](const Row& row) { return ToWorkRow(row); }) &&
        Pages(kReadOutcomes, "told", "reservation_id",
              [](const Row& row) { return ToOutcomeRow(row); }) &&
        Pages(kReadSpans, "started", "event_id",
              [this](const Row& row) { return ToSpanRow(row, now_); });
    if (!read) {
      return Fail({.code = ErrorCode::kResourceExhausted,
                   .reason = "RANGE_TOO_LARGE",
                   .message = "There are more than 2,000,000 rows; ask for a shorter span."});
    }
    for (const auto row : transaction_.Exec(kReadOpenSpans, {query_.end})) {
      const auto span = ToSpanRow(row, now_);
      if (span.end > span.start) report_.Add(span);
    }
    Report out{.query = query_, .rows = std::move(report_).Rows()};
    AddAround(&out);
    return out;
  }

 private:
  template <class Convert>
  bool Pages(const pg::Statement& statement, const char* time_column, const char* id_column,
             Convert convert) {
    WallTime time{};
    std::string id;
    while (true) {
      const auto rows = transaction_.Exec(statement, {query_.start, query_.end, time, id, kPage});
      for (const auto row : rows) report_.Add(convert(row));
      rows_ += static_cast<std::int64_t>(rows.size());
      if (rows_ > kMostRows) return false;
      if (rows.size() < static_cast<std::size_t>(kPage)) return true;
      const auto last = rows[rows.size() - 1];
      time = last.Time(time_column);
      id = last.Text(id_column);
    }
  }

  void AddAround(Report* out) {
    for (const auto row : transaction_.Exec(kReadHoles, {query_.start, query_.end})) {
      out->holes.push_back({.source = row.Text("source"),
                            .start = row.Time("started"),
                            .end = row.OptionalTime("ended").value_or(now_),
                            .events = static_cast<std::uint64_t>(row.Int("events"))});
    }
    out->complete_until = transaction_.Exec(kComplete)[0].OptionalTime("newest");
    std::vector<std::string> subjects;
    for (const auto& row : out->rows) {
      if (subjects.empty() || subjects.back() != row.subject) subjects.push_back(row.subject);
    }
    for (const auto row : transaction_.Exec(kReadNames, {subjects})) {
      out->names[row.Text("subject")] = row.Text("name");
    }
  }

  pg::Transaction& transaction_;
  const PerformanceQuery& query_;
  WallTime now_;
  PerformanceReport report_;
  std::int64_t rows_ = 0;
};

// Where a page of repairs or recordings ended: "<microseconds>.<id>".
struct Place {
  WallTime time;
  std::string id;
};

std::string ToText(const Place& place) {
  return std::to_string(place.time.time_since_epoch().count()) + "." + place.id;
}

std::optional<Place> PlaceOf(const std::string& token) {
  const auto dot = token.find('.');
  std::int64_t micros = 0;
  const char* end = token.data() + std::min(dot, token.size());
  const auto read = std::from_chars(token.data(), end, micros);
  if (dot == std::string::npos || read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return Place{WallTime(Micros(micros)), token.substr(dot + 1)};
}

}  // namespace

void PgReports::Performance(const PerformanceQuery& query,
                            std::function<void(Result<Report>)> reply) {
  if (auto checked = CheckQuery(query); !checked) {
    reply(Fail(std::move(checked.error())));
    return;
  }
  pool_->Run<Report>(
      kReportPatience,
      [query, now = clock_->Now().wall](pg::Transaction& transaction) {
        return Reading(&transaction, query, now).Run();
      },
      std::move(reply));
}

void PgReports::FindCall(const std::string& call,
                         std::function<void(Result<std::optional<CallRow>>)> reply) {
  pool_->Run<std::optional<CallRow>>(
      kReportPatience,
      [call](pg::Transaction& transaction) -> Result<std::optional<CallRow>> {
        const auto rows = transaction.Exec(kFindCall, {call});
        if (rows.empty()) return std::optional<CallRow>();
        CallRow found = ToCallRow(rows[0]);
        for (const auto row : transaction.Exec(kRecordingsOf, {call})) {
          found.recordings.push_back(row.Text("recording_id"));
        }
        for (const auto row : transaction.Exec(kLegsOf, {call})) {
          found.legs.push_back(ToLegView(row));
        }
        return std::optional(std::move(found));
      },
      std::move(reply));
}

void PgReports::CallsSince(WallTime since,
                           std::function<void(Result<std::vector<CallRow>>)> reply) {
  pool_->Run<std::vector<CallRow>>(
      kReportPatience,
      [since](pg::Transaction& transaction) -> Result<std::vector<CallRow>> {
        std::vector<CallRow> calls;
        for (const auto row : transaction.Exec(kCallsSince, {since})) {
          calls.push_back(ToCallRow(row));
        }
        return calls;
      },
      std::move(reply));
}

void PgReports::Repairs(const RepairQuery& query, std::function<void(Result<RepairPage>)> reply) {
  const WallTime end = query.end.value_or(clock_->Now().wall + std::chrono::hours(24));
  auto after = query.after.empty() ? std::optional(Place{end, ""}) : PlaceOf(query.after);
  if (!after) {
    reply(InvalidField("page_token", "must be the token of an answer before"));
    return;
  }
  pool_->Run<RepairPage>(
      kReportPatience,
      [query, end, after = *after](pg::Transaction& transaction) -> Result<RepairPage> {
        RepairPage page;
        for (const auto row :
             transaction.Exec(kReadRepairs, {query.start, end, query.source, query.kind, after.time,
                                             after.id, query.size + 1})) {
          page.repairs.push_back(ToRepairRow(row));
        }
        if (page.repairs.size() > static_cast<std::size_t>(query.size)) {
          page.repairs.pop_back();
          page.next = ToText({page.repairs.back().time, page.repairs.back().id});
        }
        return page;
      },
      std::move(reply));
}

void PgReports::Recordings(const RecordingQuery& query,
                           std::function<void(Result<RecordingPage>)> reply) {
  const WallTime end = query.end.value_or(clock_->Now().wall + std::chrono::hours(24));
  auto after = query.after.empty() ? std::optional(Place{end, ""}) : PlaceOf(query.after);
  if (!after) {
    reply(InvalidField("page_token", "must be the token of an answer before"));
    return;
  }
  pool_->Run<RecordingPage>(
      kReportPatience,
      [query, end, after = *after](pg::Transaction& transaction) -> Result<RecordingPage> {
        RecordingPage page;
        for (const auto row : transaction.Exec(
                 kReadRecordings, {query.start, end, query.call, query.agent, query.failed,
                                   after.time, after.id, query.size + 1})) {
          page.recordings.push_back(ToRecordingRow(row));
        }
        if (page.recordings.size() > static_cast<std::size_t>(query.size)) {
          page.recordings.pop_back();
          page.next = ToText({page.recordings.back().start, page.recordings.back().id});
        }
        return page;
      },
      std::move(reply));
}

}  // namespace callfleet::supervisor
