#include "services/supervisor/adapters/pg_history_log.h"

#include <map>

#include "services/supervisor/adapters/history_columns.h"

namespace callfleet::supervisor {
namespace {

constexpr std::chrono::seconds kLogPatience{30};

constexpr pg::Statement kCursor{
    "history_cursor",
    "INSERT INTO history_cursors (source, cursor) VALUES ($1, '') "
    "ON CONFLICT (source) DO UPDATE SET source = excluded.source RETURNING cursor, "
    "gap_since IS NOT NULL AS gap"};
constexpr pg::Statement kMove{
    "history_move",
    "UPDATE history_cursors SET cursor = $3, events = events + $4, "
    "newest = greatest(newest, $5::timestamptz) WHERE source = $1 AND cursor = $2"};
constexpr pg::Statement kCalls{
    "history_put_calls",
    "INSERT INTO history_calls (began, fact_id, kind, rank, counted_at, call_id, queue_id, "
    "campaign_id, agent_id, caller, called, customer_type, outcome, picked_up, answered, ended, "
    "flags, wait_us, talk_us, sip_code, q850_cause) SELECT * FROM unnest($1::timestamptz[], "
    "$2::text[], $3::smallint[], $4::smallint[], $5::timestamptz[], $6::text[], $7::text[], "
    "$8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], "
    "$14::timestamptz[], $15::timestamptz[], $16::timestamptz[], $17::int[], $18::bigint[], "
    "$19::bigint[], $20::int[], $21::int[]) "
    "ON CONFLICT (began, fact_id) DO UPDATE SET rank = excluded.rank, "
    "counted_at = excluded.counted_at, call_id = excluded.call_id, queue_id = excluded.queue_id, "
    "agent_id = excluded.agent_id, outcome = excluded.outcome, picked_up = excluded.picked_up, "
    "answered = excluded.answered, ended = excluded.ended, flags = excluded.flags, "
    "wait_us = excluded.wait_us, talk_us = excluded.talk_us, sip_code = excluded.sip_code, "
    "q850_cause = excluded.q850_cause WHERE excluded.rank >= history_calls.rank"};
constexpr pg::Statement kOffers{
    "history_put_offers",
    "INSERT INTO history_offers (started, reservation_id, agent_id, unit_kind, unit_id, how, "
    "ended, avoidable_us) SELECT * FROM unnest($1::timestamptz[], $2::text[], $3::text[], "
    "$4::smallint[], $5::text[], $6::smallint[], $7::timestamptz[], $8::bigint[]) "
    "ON CONFLICT DO NOTHING"};
constexpr pg::Statement kWork{
    "history_put_work",
    "INSERT INTO history_work (ended, reservation_id, agent_id, unit_kind, unit_id, answered, "
    "talk_us, hold_us, wrap_up_us) SELECT * FROM unnest($1::timestamptz[], $2::text[], "
    "$3::text[], $4::smallint[], $5::text[], $6::boolean[], $7::bigint[], $8::bigint[], "
    "$9::bigint[]) ON CONFLICT DO NOTHING"};
constexpr pg::Statement kOutcomes{
    "history_put_outcomes",
    "INSERT INTO history_outcomes (told, reservation_id, agent_id, unit_kind, unit_id, outcome) "
    "SELECT * FROM unnest($1::timestamptz[], $2::text[], $3::text[], $4::smallint[], $5::text[], "
    "$6::text[]) ON CONFLICT DO NOTHING"};
constexpr pg::Statement kPutRepairs{
    "history_put_repairs",
    "INSERT INTO history_repairs (told, event_id, source, kind, reason, unit, agent_id, "
    "reservation_id, call_id, lead_id, ticket_id) SELECT * FROM unnest($1::timestamptz[], "
    "$2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], "
    "$9::text[], $10::text[], $11::text[]) ON CONFLICT DO NOTHING"};
constexpr pg::Statement kPutRecordings{
    "history_put_recordings",
    "INSERT INTO history_recordings (started, recording_id, call_id, edge_id, file_name, "
    "left_legs, right_legs, agent_id, unit, ended, length_us, bytes, sha256, reason, pauses, "
    "paused_us, mode, sample_percent, consent_prompt, include_whisper, keep_days, by_command, "
    "delete_at) SELECT * FROM unnest($1::timestamptz[], $2::text[], $3::text[], $4::text[], "
    "$5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::timestamptz[], "
    "$11::bigint[], $12::bigint[], $13::text[], $14::text[], $15::int[], $16::bigint[], "
    "$17::smallint[], $18::double precision[], $19::text[], $20::boolean[], $21::int[], "
    "$22::boolean[], $23::timestamptz[]) ON CONFLICT DO NOTHING"};
constexpr pg::Statement kSpans{
    "history_put_spans",
    "INSERT INTO history_spans (started, event_id, agent_id, unit_kind, unit_id, state, reason, "
    "ended) SELECT * FROM unnest($1::timestamptz[], $2::text[], $3::text[], $4::smallint[], "
    "$5::text[], $6::smallint[], $7::text[], $8::timestamptz[]) ON CONFLICT DO NOTHING"};
constexpr pg::Statement kCloseSpans{
    "history_close_spans",
    "DELETE FROM history_open_spans USING unnest($1::text[], $2::text[]) AS gone(agent_id, key) "
    "WHERE history_open_spans.agent_id = gone.agent_id AND history_open_spans.key = gone.key"};
// Before history_close_spans, which then takes it away.
constexpr pg::Statement kEndSpans{
    "history_end_spans",
    "INSERT INTO history_spans (started, event_id, agent_id, unit_kind, unit_id, state, reason, "
    "ended) SELECT o.started, gone.event_id, o.agent_id, o.unit_kind, o.unit_id, o.state, "
    "o.reason, gone.ended FROM history_open_spans o JOIN unnest($1::text[], $2::text[], "
    "$3::text[], $4::timestamptz[]) AS gone(agent_id, key, event_id, ended) ON o.agent_id = "
    "gone.agent_id AND o.key = gone.key WHERE o.started < gone.ended ON CONFLICT DO NOTHING"};
constexpr pg::Statement kOpenSpans{
    "history_open_spans",
    "INSERT INTO history_open_spans (agent_id, key, unit_kind, unit_id, state, reason, started) "
    "SELECT * FROM unnest($1::text[], $2::text[], $3::smallint[], $4::text[], $5::smallint[], "
    "$6::text[], $7::timestamptz[]) ON CONFLICT (agent_id, key) DO UPDATE SET "
    "unit_kind = excluded.unit_kind, unit_id = excluded.unit_id, state = excluded.state, "
    "reason = excluded.reason, started = excluded.started"};
constexpr pg::Statement kNames{
    "history_put_names",
    "INSERT INTO history_names (subject, name) SELECT * FROM unnest($1::text[], $2::text[]) "
    "ON CONFLICT (subject) DO UPDATE SET name = excluded.name"};
constexpr pg::Statement kHoles{
    "history_put_holes",
    "INSERT INTO history_holes (source, started, ended, events) SELECT * FROM unnest($1::text[], "
    "$2::timestamptz[], $3::timestamptz[], $4::bigint[]) ON CONFLICT DO NOTHING"};
// The newest that was read, and the first that is read after the hole, are its ends.
constexpr pg::Statement kGapBegins{
    "history_gap_begins",
    "UPDATE history_cursors SET cursor = $3, gap_since = coalesce(gap_since, newest, $4) "
    "WHERE source = $1 AND cursor = $2"};
constexpr pg::Statement kGapEnds{
    "history_gap_ends",
    "WITH was AS (SELECT source, gap_since FROM history_cursors WHERE source = $1 AND gap_since "
    "IS NOT NULL), cleared AS (UPDATE history_cursors SET gap_since = NULL WHERE source = $1 AND "
    "gap_since IS NOT NULL) INSERT INTO history_holes (source, started, ended, events) "
    "SELECT source, gap_since, greatest(gap_since, $2::timestamptz), 0 FROM was "
    "ON CONFLICT DO NOTHING"};

Error Moved() {
  return {.code = ErrorCode::kAborted,
          .reason = "CURSOR_MOVED",
          .message = "Another process keeps this history too."};
}

// Rows by their keys: a statement may name a key once only, and the newest counts.
class Gathered {
 public:
  Gathered(const HistoryPartitions& partitions, WallTime now)
      : partitions_(partitions), now_(now) {}

  void Take(const HistoryEvent& event) {
    newest_ = std::max(newest_, event.time);
    if (oldest_ == WallTime{}) oldest_ = event.time;
    std::visit([this](const auto& what) { Add(what); }, event.what);
  }
  WallTime newest() const { return newest_; }
  WallTime oldest() const { return oldest_; }
  const std::set<std::string>& months() const { return months_; }

  void Write(pg::Transaction& transaction) const {
    Put(transaction, kCalls, calls_);
    Put(transaction, kOffers, offers_);
    Put(transaction, kWork, work_);
    Put(transaction, kOutcomes, outcomes_);
    Put(transaction, kPutRepairs, repairs_);
    Put(transaction, kPutRecordings, recordings_);
    Put(transaction, kSpans, spans_);
    Columns gone;
    Columns open;
    for (const auto& [key, span] : open_) {
      if (span) {
        open.Add({key.first, key.second, KindOf(span->unit), IdOf(span->unit),
                  static_cast<int>(span->state), span->reason, span->start});
      } else {
        gone.Add({key.first, key.second});
      }
    }
    if (!ends_.empty()) transaction.Exec(kEndSpans, ends_.Params());
    if (!gone.empty()) transaction.Exec(kCloseSpans, gone.Params());
    if (!open.empty()) transaction.Exec(kOpenSpans, open.Params());
    Columns names;
    for (const auto& [subject, name] : names_) names.Add({subject, name});
    if (!names.empty()) transaction.Exec(kNames, names.Params());
    if (!holes_.empty()) transaction.Exec(kHoles, holes_.Params());
  }

 private:
  template <class Row>
  using ByKey = std::map<std::pair<WallTime, std::string>, Row>;

  template <class Row>
  static void Put(pg::Transaction& transaction, const pg::Statement& statement,
                  const ByKey<Row>& rows) {
    Columns columns;
    for (const auto& [key, row] : rows) columns.Add(ToParams(row));
    if (!columns.empty()) transaction.Exec(statement, columns.Params());
  }
  // False: older than history is kept.
  bool Keep(WallTime time) {
    if (!partitions_.Kept(time, now_)) return false;
    months_.insert(HistoryPartitions::MonthOf(time));
    return true;
  }

  void Add(const std::monostate& /*nothing*/) {}
  void Add(const CallRow& row) {
    if (!Keep(row.began)) return;
    auto& known = calls_[{row.began, row.id}];
    if (row.rank >= known.rank) known = row;
  }
  void Add(const OfferRow& row) {
    if (Keep(row.start)) offers_.try_emplace({row.start, row.reservation}, row);
  }
  void Add(const WorkRow& row) {
    if (Keep(row.over)) work_.try_emplace({row.over, row.reservation}, row);
  }
  void Add(const OutcomeRow& row) {
    if (Keep(row.told)) outcomes_.try_emplace({row.told, row.reservation}, row);
  }
  void Add(const RepairRow& row) {
    if (Keep(row.time)) repairs_.try_emplace({row.time, row.id}, row);
  }
  void Add(const RecordingRow& row) {
    if (Keep(row.start)) recordings_.try_emplace({row.start, row.id}, row);
  }
  void Add(const SpanChange& change) {
    if (change.closed && Keep(change.closed->start)) {
      spans_.try_emplace({change.closed->start, change.closed->id}, *change.closed);
    }
    const auto [open, fresh] = open_.try_emplace({change.agent, change.key});
    if (change.ends && fresh) {
      ends_.Add({change.agent, change.key, change.ends->id, change.ends->end});
    } else if (change.ends && open->second) {
      End(*change.ends, *open->second);
    }
    open->second = change.open;
  }
  // A span that was opened in the same batch; others are ended in the database.
  void End(const SpanRow& end, SpanRow span) {
    span.id = end.id;
    span.end = end.end;
    if (span.start < span.end && Keep(span.start)) spans_.try_emplace({span.start, span.id}, span);
  }
  void Add(const SubjectName& name) { names_[name.subject] = name.name; }
  void Add(const Hole& hole) {
    holes_.Add({hole.source, hole.start, hole.end, static_cast<std::int64_t>(hole.events)});
  }

  const HistoryPartitions& partitions_;
  WallTime now_;
  WallTime newest_{};
  WallTime oldest_{};
  std::set<std::string> months_;
  ByKey<CallRow> calls_;
  ByKey<OfferRow> offers_;
  ByKey<WorkRow> work_;
  ByKey<OutcomeRow> outcomes_;
  ByKey<RepairRow> repairs_;
  ByKey<RecordingRow> recordings_;
  ByKey<SpanRow> spans_;
  std::map<std::pair<std::string, std::string>, std::optional<SpanRow>> open_;
  std::map<std::string, std::string> names_;
  Columns holes_;
  Columns ends_;
};

}  // namespace

Result<std::string> PgHistoryLog::Cursor(const std::string& source) {
  std::string cursor;
  auto read = session_.Transact(
      [&](pg::Transaction& transaction) -> Status {
        const auto rows = transaction.Exec(kCursor, {source});
        cursor = rows[0].Text("cursor");
        gap_ = rows[0].Bool("gap");
        return {};
      },
      std::chrono::steady_clock::now() + kLogPatience);
  if (!read) return Fail(std::move(read.error()));
  return cursor;
}

Status PgHistoryLog::Save(const HistoryBatch& batch) {
  const auto deadline = std::chrono::steady_clock::now() + kLogPatience;
  const WallTime now = clock_->Now().wall;
  Gathered rows(partitions_, now);
  for (const auto& event : batch.events) rows.Take(event);
  if (auto made = partitions_.Make(&session_, rows.months(), deadline); !made) return made;
  auto saved = session_.Transact(
      [&](pg::Transaction& transaction) -> Status {
        const pg::Params move{batch.source, batch.before, batch.after,
                              static_cast<std::int64_t>(batch.events.size()), rows.newest()};
        if (transaction.Exec(kMove, move).affected() != 1) return Fail(Moved());
        if (gap_) transaction.Exec(kGapEnds, {batch.source, rows.oldest()});
        rows.Write(transaction);
        return {};
      },
      deadline);
  if (!saved) return saved;
  gap_ = false;
  if (const auto month = HistoryPartitions::MonthOf(now); month != last_month_) {
    last_month_ = month;
    return partitions_.DropOld(&session_, now, deadline);
  }
  return saved;
}

Status PgHistoryLog::SaveGap(const std::string& source, const std::string& before,
                             const std::string& resume, WallTime now) {
  gap_ = true;
  return session_.Transact(
      [&](pg::Transaction& transaction) -> Status {
        const auto moved = transaction.Exec(kGapBegins, {source, before, resume, now}).affected();
        return moved == 1 ? Status() : Fail(Moved());
      },
      std::chrono::steady_clock::now() + kLogPatience);
}

}  // namespace callfleet::supervisor
