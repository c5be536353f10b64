#include "common/pg/committer.h"

#include <algorithm>
#include <utility>

#include "common/pg/sql_errors.h"
#include "common/pg/unit_tokens.h"

namespace callfleet::pg {
namespace {

using std::chrono::steady_clock;

Error Make(ErrorCode code, std::string reason, std::string message) {
  return {.code = code, .reason = std::move(reason), .message = std::move(message)};
}

Error EarlierFailed() {
  return Make(ErrorCode::kAborted, "EARLIER_WRITE_FAILED",
              "An earlier write of the same owner failed; load it again.");
}

Error Stopped() { return Make(ErrorCode::kUnavailable, "WRITER_STOPPED", "The service stops."); }

SessionOptions ForWriting(SessionOptions options) {
  options.plan_once = true;
  return options;
}

std::vector<UnitToken> UnitsOf(const std::vector<const UnitToken*>& all) {
  std::vector<UnitToken> units;
  for (const auto* unit : all) {
    if (std::ranges::find(units, *unit) == units.end()) units.push_back(*unit);
  }
  return units;
}

}  // namespace

Committer::Committer(CommitterOptions options,
                     std::function<void(const std::vector<std::string>&)> on_committed)
    : options_(std::move(options)),
      on_committed_(std::move(on_committed)),
      session_(ForWriting(options_.session)),
      outbox_(options_.partition_rows) {
  if (options_.session.metrics != nullptr) AddMetrics();
  thread_ = std::thread([this] { Work(); });
}

Committer::~Committer() { Stop(); }

void Committer::AddMetrics() {
  auto* metrics = options_.session.metrics;
  transaction_rows_ = metrics->NewHistogram("callfleet_database_transaction_rows",
                                            "Statements and events that one commit carried.",
                                            {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000});
  const auto waiting =
      metrics->NewGauge("callfleet_database_writes_waiting", "Batches that are not under way yet.");
  const auto late = metrics->NewGauge("callfleet_database_write_behind_seconds",
                                      "Age of the oldest batch that is not committed.");
  metrics->OnCollect([this, waiting, late] {
    waiting.Set(static_cast<double>(this->waiting()));
    late.Set(std::chrono::duration<double>(behind()).count());
  });
}

Status Committer::Submit(Batch batch, Done done) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return Fail(Stopped());
    if (batch.lane->failed()) return Fail(EarlierFailed());
    if (waiting_.size() >= options_.queue && !batch.must) {
      auto full = Make(ErrorCode::kResourceExhausted, "WRITER_FULL", "Too many writes wait.");
      full.retry_after = std::chrono::milliseconds(100);
      return Fail(std::move(full));
    }
    hasty_ += batch.patient ? 0 : 1;
    waiting_.push_back({std::move(batch), std::move(done), steady_clock::now()});
    if (waiting_.size() * 2 >= options_.queue) pressed_ = true;
    if (waiting_.size() > 1 && !InHaste()) return {};  // The writer waits for its time.
  }
  wake_.notify_one();
  return {};
}

void Committer::Hurry() {
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.empty()) return;
    hurried_ = true;
  }
  wake_.notify_one();
}

bool Committer::InHaste() const {
  return stopping_ || hurried_ || hasty_ > 0 || waiting_.size() >= options_.group ||
         options_.gather == std::chrono::milliseconds(0);
}

std::size_t Committer::waiting() const {
  const std::lock_guard lock(mutex_);
  return waiting_.size();
}

std::chrono::milliseconds Committer::behind() const {
  const std::lock_guard lock(mutex_);
  if (!busy_ && waiting_.empty()) return std::chrono::milliseconds(0);
  const auto oldest = busy_ ? oldest_under_way_ : waiting_.front().submitted;
  return std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - oldest);
}

bool Committer::Relieved() {
  return waiting_.size() * 4 <= options_.queue && pressed_.exchange(false);
}

void Committer::Work() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    const auto gathered = waiting_.front().submitted + options_.gather;
    wake_.wait_until(lock, gathered, [this] { return InHaste(); });
    if (waiting_.empty()) continue;  // Stop has taken them.
    Group group;
    while (!waiting_.empty() && group.size() < options_.group) {
      hasty_ -= waiting_.front().batch.patient ? 0 : 1;
      group.push_back(std::move(waiting_.front()));
      waiting_.pop_front();
    }
    hurried_ = hurried_ && !waiting_.empty();
    busy_ = true;
    oldest_under_way_ = group.front().submitted;
    const bool relieved = Relieved();
    lock.unlock();
    if (relieved && options_.on_relieved) options_.on_relieved();
    WriteGroup(std::move(group));
    lock.lock();
    busy_ = false;
    idle_.notify_all();
  }
}

void Committer::WriteGroup(Group group) {
  auto orphans = TakeOut(&group, [](const Item& item) { return item.batch.lane->failed(); });
  for (auto& item : orphans) FailItem(&item, EarlierFailed());
  while (!group.empty()) {
    std::vector<UnitToken> fenced;
    const Status status = TryCommit(group, &fenced);
    if (status) return Written(group);
    if (fenced.empty()) return Split(std::move(group), status);
    TellFenced(fenced);
    auto lost = TakeOut(&group, [&fenced](const Item& item) {
      return std::ranges::find(fenced, item.batch.lane->unit()) != fenced.end();
    });
    for (auto& item : lost) FailItem(&item, Fenced(item.batch.lane->unit().unit));
  }
}

void Committer::Written(const Group& group) {
  std::set<std::string> streams;
  std::size_t rows = 0;
  for (const auto& item : group) {
    rows += item.batch.writes.size() + item.batch.events.size();
    for (const auto& event : item.batch.events) streams.insert(event.stream);
  }
  // Counted before it is told: who has his answer finds it in the figures.
  rows_ += rows;
  transaction_rows_.Observe(static_cast<double>(rows));
  ++commits_;
  for (const auto& item : group) item.done({});
  if (on_committed_ && !streams.empty()) on_committed_({streams.begin(), streams.end()});
}

// One faulty batch fails the whole transaction: each is tried alone, so that only it is refused.
void Committer::Split(Group group, const Status& why) {
  const bool away = IsDatabaseAway(why.error());
  if (group.size() == 1 || away || why.error().reason == "COMMIT_IN_DOUBT") {
    for (auto& item : group) FailItem(&item, why.error());
    return;
  }
  for (auto& item : group) {
    Group alone;
    alone.push_back(std::move(item));
    WriteGroup(std::move(alone));
  }
}

// All in one round trip. Where a statement is at fault, one after the other, the fence first: who
// has lost its unit must hear that and not of its consequences.
Status Committer::TryCommit(const Group& group, std::vector<UnitToken>* fenced) {
  const auto status = CommitOnce(group, fenced, true);
  if (status || IsDatabaseAway(status.error())) return status;
  const bool told = status.error().reason == "FENCED" || status.error().reason == "COMMIT_IN_DOUBT";
  return told ? status : CommitOnce(group, fenced, false);
}

Status Committer::CommitOnce(const Group& group, std::vector<UnitToken>* fenced, bool together) {
  bool again = false;
  const auto status = session_.Transact(
      [&](Transaction& transaction) {
        if (std::exchange(again, true)) outbox_.RolledBack();
        return WriteAll(transaction, group, fenced, together);
      },
      options_.limit ? group.front().submitted + *options_.limit : Deadline::max());
  if (status) {
    outbox_.Committed();
  } else {
    outbox_.RolledBack();
  }
  return status;
}

Status Committer::WriteAll(Transaction& transaction, const Group& group,
                           std::vector<UnitToken>* fenced, bool together) {
  std::vector<const UnitToken*> all;
  std::vector<EventOfUnit> events;
  std::vector<const Write*> writes;
  for (const auto& item : group) {
    all.push_back(&item.batch.lane->unit());
    for (const auto& write : item.batch.writes) writes.push_back(&write);
    for (const auto& event : item.batch.events) {
      events.push_back({&event, item.batch.lane->unit().token});
    }
  }
  const auto units = UnitsOf(all);
  if (together && outbox_.Ready(events)) {
    return WriteTogether(transaction, units, std::move(writes), events, fenced);
  }
  *fenced = FencedUnits(transaction, units);
  if (!fenced->empty()) return Fail(Fenced(fenced->front().unit));
  transaction.ExecAll(writes);
  return outbox_.Append(transaction, events);
}

Status Committer::WriteTogether(Transaction& transaction, const std::vector<UnitToken>& units,
                                std::vector<const Write*> writes,
                                const std::vector<EventOfUnit>& events,
                                std::vector<UnitToken>* fenced) {
  const Write share = ShareUnits(units);
  writes.insert(writes.begin(), &share);  // The lock comes first, as with everybody.
  const Rows told = transaction.ExecAllThen(writes, outbox_.Sealing(events, units));
  transaction.NoteId(told[0].Text("id"));
  if (told[0].Int("held") == static_cast<std::int64_t>(units.size())) {
    return outbox_.Sealed(transaction, events, told[0]);
  }
  *fenced = FencedUnits(transaction, units);
  return Fail(Fenced(fenced->empty() ? units.front().unit : fenced->front().unit));
}

// Who is fenced can still tell that it was: a token is handed out once, so the stream of unit and
// token has one writer. Whoever reads the outbox hears of it; a database that is away is not waited
// for, as nothing hangs on it.
void Committer::TellFenced(const std::vector<UnitToken>& units) {
  constexpr std::chrono::seconds kPatience{2};
  if (!options_.fenced_event) return;
  for (const auto& unit : units) {
    const std::string stream = ToString(unit.unit) + "@" + std::to_string(unit.token);
    if (!told_fenced_.insert(stream).second) continue;
    OutboxEvent event = options_.fenced_event(unit);
    event.stream = stream;
    event.event_id = "fenced-" + event.source + "-" + stream;
    const auto told = session_.Transact(
        [&](Transaction& transaction) {
          outbox_.RolledBack();
          return outbox_.Append(transaction, {{&event, unit.token}});
        },
        steady_clock::now() + kPatience);
    outbox_.RolledBack();  // What is remembered of streams is read again.
    if (told && on_committed_) on_committed_({stream});
  }
}

void Committer::FailItem(Item* item, const Error& error) {
  item->batch.lane->failed_.store(true);
  item->done(Fail(error));
}

Committer::Group Committer::TakeOut(Group* group, const std::function<bool(const Item&)>& which) {
  const auto first = std::stable_partition(group->begin(), group->end(),
                                           [&](const Item& item) { return !which(item); });
  Group out(std::make_move_iterator(first), std::make_move_iterator(group->end()));
  group->erase(first, group->end());
  return out;
}

void Committer::Stop(std::chrono::milliseconds grace) {
  std::deque<Item> left;
  {
    std::unique_lock lock(mutex_);
    stopping_ = true;
    wake_.notify_all();
    idle_.wait_for(lock, grace, [this] { return waiting_.empty() && !busy_; });
    left.swap(waiting_);
  }
  session_.Interrupt();
  if (thread_.joinable()) thread_.join();
  for (auto& item : left) FailItem(&item, Stopped());
}

}  // namespace callfleet::pg
