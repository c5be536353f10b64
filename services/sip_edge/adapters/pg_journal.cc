#include "services/sip_edge/adapters/pg_journal.h"

#include <chrono>
#include <utility>

#include "services/sip_edge/domain/told_text.h"

namespace callfleet::sip_edge {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kEach{100};
constexpr std::chrono::seconds kLimit{5};

constexpr pg::Statement kInsert{
    "note_dialogs",
    "INSERT INTO dialogs (call_id, local_tag, remote_tag, edge_id, boot_id, contact, target, "
    "route, next_hop, cseq) SELECT c, l, r, $9, $10, k, t, string_to_array(o, ' '), n, s "
    "FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], "
    "$7::text[], $8::bigint[]) AS x(c, l, r, k, t, o, n, s) ON CONFLICT DO NOTHING"};
constexpr pg::Statement kDelete{
    "forget_dialogs",
    "DELETE FROM dialogs d USING unnest($1::text[], $2::text[]) AS x(c, l) "
    "WHERE d.call_id = x.c AND d.local_tag = x.l"};
constexpr pg::Statement kTake{
    "take_orphans",
    "DELETE FROM dialogs WHERE edge_id = $1 AND boot_id <> $2 RETURNING call_id, local_tag, "
    "remote_tag, contact, target, route, next_hop, cseq"};

std::string KeyOf(const DialogKey& dialog) { return dialog.call_id + " " + dialog.local_tag; }

std::string Joined(const std::vector<std::string>& items) {
  std::string out;
  for (const auto& item : items) out += (out.empty() ? "" : " ") + item;
  return out;
}

}  // namespace

PgJournal::PgJournal(pg::SessionOptions database, std::string edge_id, std::string boot_id)
    : session_(std::move(database)), edge_id_(std::move(edge_id)), boot_id_(std::move(boot_id)) {}

PgJournal::~PgJournal() { Stop(); }

Result<std::vector<DialogKey>> PgJournal::TakeOrphans() {
  std::vector<DialogKey> orphans;
  const auto taken = session_.Transact(
      [&](pg::Transaction& transaction) -> Status {
        orphans.clear();
        for (const auto row : transaction.Exec(kTake, {edge_id_, boot_id_})) {
          DialogKey key;
          key.call_id = row.Text("call_id");
          key.local_tag = row.Text("local_tag");
          key.remote_tag = row.Text("remote_tag");
          key.contact = row.Text("contact");
          key.target = row.Text("target");
          key.route = row.Texts("route");
          key.next_hop = row.Text("next_hop");
          key.cseq = static_cast<std::uint32_t>(row.Int("cseq"));
          orphans.push_back(std::move(key));
        }
        return {};
      },
      std::chrono::steady_clock::now() + kLimit);
  if (!taken) return Fail(taken.error());
  return orphans;
}

void PgJournal::Start() {
  thread_ = std::thread([this] { Work(); });
}

void PgJournal::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  session_.Interrupt();
  if (thread_.joinable()) thread_.join();
}

void PgJournal::Confirmed(const DialogKey& dialog) {
  const std::lock_guard lock(mutex_);
  if (waiting_.size() >= kMostWaiting) {
    ++skipped_;
    return;
  }
  waiting_[KeyOf(dialog)] = {dialog, false};
}

void PgJournal::Ended(const DialogKey& dialog) {
  const std::lock_guard lock(mutex_);
  const auto known = waiting_.find(KeyOf(dialog));
  if (known != waiting_.end() && !known->second.ended) {
    waiting_.erase(known);  // Never written: nothing to take back.
    return;
  }
  if (waiting_.size() < kMostWaiting) waiting_[KeyOf(dialog)] = {dialog, true};
}

std::uint64_t PgJournal::skipped() const {
  const std::lock_guard lock(mutex_);
  return skipped_;
}

void PgJournal::Work() {
  while (true) {
    std::vector<Change> batch;
    bool last = false;
    {
      std::unique_lock lock(mutex_);
      wake_.wait_for(lock, kEach, [this] { return stopping_; });
      last = stopping_;
      for (auto& [key, change] : waiting_) batch.push_back(std::move(change));
      waiting_.clear();
    }
    if (!batch.empty()) Write(batch);
    if (last) return;
  }
}

// A row must be UTF-8, or the whole batch fails. A dialog with other bytes in its names is thus
// written, but its BYE after a crash will not be known to the far end.
void PgJournal::Write(const std::vector<Change>& batch) {
  std::vector<std::string> ids, locals, remotes, contacts, targets, routes, hops, gone, gone_tags;
  std::vector<std::int64_t> cseqs;
  for (const auto& [dialog, ended] : batch) {
    if (ended) {
      gone.push_back(ToldText(dialog.call_id));
      gone_tags.push_back(dialog.local_tag);
      continue;
    }
    ids.push_back(ToldText(dialog.call_id));
    locals.push_back(dialog.local_tag);
    remotes.push_back(ToldText(dialog.remote_tag));
    contacts.push_back(dialog.contact);
    targets.push_back(ToldText(dialog.target));
    routes.push_back(ToldText(Joined(dialog.route)));
    hops.push_back(ToldText(dialog.next_hop));
    cseqs.push_back(dialog.cseq);
  }
  // A batch that the database never took is lost: those dialogs end by timers after a crash.
  (void)session_.Transact(
      [&](pg::Transaction& transaction) -> Status {
        if (!ids.empty()) {
          transaction.Exec(kInsert, {ids, locals, remotes, contacts, targets, routes, hops, cseqs,
                                     edge_id_, boot_id_});
        }
        if (!gone.empty()) transaction.Exec(kDelete, {gone, gone_tags});
        return {};
      },
      std::chrono::steady_clock::now() + kLimit);
}

}  // namespace callfleet::sip_edge
