#include "services/supervisor/adapters/leg_log.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <tuple>
#include <utility>
#include <variant>

#include "services/supervisor/adapters/history_columns.h"
#include "services/supervisor/domain/call_row.h"

namespace callfleet::supervisor {
namespace {

constexpr std::chrono::seconds kLegPatience{30};

// Also where nobody knows whether it was kept: it is not kept twice.
bool MayBeRepeated(ErrorCode code) {
  return code == ErrorCode::kUnavailable || code == ErrorCode::kUnknown ||
         code == ErrorCode::kAborted;
}

constexpr pg::Statement kPutLegs{
    "history_put_legs",
    "INSERT INTO history_legs (answered, leg_id, call_id, role, agent_id, remote, codec, "
    "answered_by, one_way, packets_received, packets_sent, packets_lost, jitter_us, "
    "round_trip_us, first_rtp_us, mos) SELECT * FROM unnest($1::timestamptz[], $2::text[], "
    "$3::text[], $4::smallint[], $5::text[], $6::text[], $7::text[], $8::text[], $9::smallint[], "
    "$10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[], $15::bigint[], "
    "$16::double precision[]) ON CONFLICT (answered, leg_id, call_id) DO UPDATE SET "
    "one_way = excluded.one_way, packets_received = excluded.packets_received, "
    "packets_sent = excluded.packets_sent, packets_lost = excluded.packets_lost, "
    "jitter_us = excluded.jitter_us, round_trip_us = excluded.round_trip_us, "
    "first_rtp_us = excluded.first_rtp_us, mos = excluded.mos "
    "WHERE history_legs.packets_received IS NULL AND excluded.packets_received IS NOT NULL"};

// An end that was told twice, first without its figures (a snapshot may), is one row, the last: a
// statement may not change a row twice.
std::vector<LegRow> Once(const std::vector<LegRow>& rows) {
  std::map<std::tuple<WallTime, LegId, std::string>, const LegRow*> last;
  for (const LegRow& row : rows) {
    const LegRow*& kept = last[{row.answered, row.leg.leg, row.call}];
    if (kept == nullptr || row.leg.quality) kept = &row;
  }
  std::vector<LegRow> once;
  once.reserve(last.size());
  for (const auto& [key, row] : last) once.push_back(*row);
  return once;
}

}  // namespace

LegLog::LegLog(FactSink* next, const HistoryLogOptions& options, const Clock* clock,
               logging::Logger log)
    : next_(next),
      session_(options.session),
      partitions_(options.retention),
      clock_(clock),
      log_(std::move(log)),
      thread_([this] { Work(); }) {}

LegLog::~LegLog() { Close(); }

void LegLog::Close() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    changed_.notify_all();
  }
  session_.Interrupt();
  if (thread_.joinable()) thread_.join();
}

bool LegLog::closed() const {
  const std::lock_guard lock(mutex_);
  return closed_;
}

LegCounts LegLog::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

void LegLog::Push(SourcedFact fact) {
  const auto* call = std::get_if<CallFact>(&fact.fact);
  if (call != nullptr && call->state == EdgeCallState::kEnded) {
    auto rows = LegRows(*call);
    const std::lock_guard lock(mutex_);
    const bool first = waiting_.empty();
    const bool room = !closed_ && waiting_.size() + rows.size() <= kMaxWaiting;
    if (room) {
      std::ranges::move(rows, std::back_inserter(waiting_));
    } else {
      counts_.lost += rows.size();
    }
    // What comes between the first and a full batch wakes nobody.
    if ((first && !waiting_.empty()) || waiting_.size() >= kMaxBatch) changed_.notify_all();
  }
  next_->Push(std::move(fact));
}

void LegLog::Work() {
  while (true) {
    const auto rows = Gathered();
    if (rows.empty()) return;
    Write(rows);
  }
}

std::vector<LegRow> LegLog::Gathered() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return closed_ || !waiting_.empty(); });
  changed_.wait_for(lock, kGather, [this] { return closed_ || waiting_.size() >= kMaxBatch; });
  const auto count = static_cast<std::ptrdiff_t>(std::min(waiting_.size(), kMaxBatch));
  std::vector<LegRow> rows(std::make_move_iterator(waiting_.begin()),
                           std::make_move_iterator(waiting_.begin() + count));
  waiting_.erase(waiting_.begin(), waiting_.begin() + count);
  return rows;
}

// While the database is away they wait, and so do those that come after them.
void LegLog::Write(const std::vector<LegRow>& rows) {
  auto saved = Save(rows);
  while (!saved && MayBeRepeated(saved.error().code) && !closed()) saved = Save(rows);
  if (!saved) {
    log_.Error("legs not written", {{"reason", saved.error().reason},
                                    {"legs", static_cast<std::int64_t>(rows.size())}});
  }
  const std::lock_guard lock(mutex_);
  (saved ? counts_.kept : counts_.lost) += rows.size();
  if (saved || !closed_) return;
  counts_.lost += waiting_.size();
  waiting_.clear();
}

Status LegLog::Save(const std::vector<LegRow>& rows) {
  const auto deadline = std::chrono::steady_clock::now() + kLegPatience;
  const WallTime now = clock_->Now().wall;
  std::set<std::string> months;
  Columns columns;
  for (const LegRow& row : Once(rows)) {
    if (!partitions_.Kept(row.answered, now)) continue;
    months.insert(HistoryPartitions::MonthOf(row.answered));
    columns.Add(ToParams(row));
  }
  if (columns.empty()) return {};
  if (auto made = partitions_.Make(&session_, months, deadline); !made) return made;
  return session_.Transact(
      [&](pg::Transaction& transaction) -> Status {
        transaction.Exec(kPutLegs, columns.Params());
        return {};
      },
      deadline);
}

}  // namespace callfleet::supervisor
