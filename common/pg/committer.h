#pragma once
// A service's writer: many actors submit, one thread commits what has gathered in one transaction
// (group commit), in the order of submission. State and outbox events go together.
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "common/ids/ids.h"
#include "common/metrics/registry.h"
#include "common/pg/outbox.h"
#include "common/pg/session.h"

namespace callfleet::pg {

// The batches of one actor's life. When one of them fails for good, the later ones must not be
// written either: they end as ABORTED EARLIER_WRITE_FAILED, and the reloaded actor opens a new
// lane.
class Lane {
 public:
  explicit Lane(UnitToken unit) : unit_(std::move(unit)) {}
  const UnitToken& unit() const { return unit_; }
  bool failed() const { return failed_.load(); }

 private:
  friend class Committer;
  UnitToken unit_;
  std::atomic<bool> failed_{false};
};

struct Batch {
  std::shared_ptr<Lane> lane;
  std::vector<Write> writes;
  std::vector<OutboxEvent> events;
  // What has happened already and cannot be refused: taken into a full queue as well. Who submits
  // such batches stops their source while the committer is pressed.
  bool must = false;
  // Nobody waits for it: it may wait for company, as long as the committer gathers.
  bool patient = false;
};

// With session.metrics also
// callfleet_database_{transaction_rows,writes_waiting,write_behind_seconds}; they are not read
// after Stop.
struct CommitterOptions {
  SessionOptions session;
  std::size_t queue = 20'000;  // Batches that wait; beyond it RESOURCE_EXHAUSTED WRITER_FULL.
  std::size_t group = 256;     // Batches in one transaction.
  // A patient batch starts no transaction of its own for so long; 0: at once. Fewer transactions
  // leave disk and processor to those that somebody waits for.
  std::chrono::milliseconds gather{0};
  std::int64_t partition_rows = OutboxWriter::kPartitionRows;  // Events in a partition.
  // From submission, until a batch fails for good. None: a database that is away is waited for,
  // however long, and then gets everything in order.
  std::optional<std::chrono::milliseconds> limit{};
  // What is told of an owner that a newer one has replaced. It may not write to its unit's stream
  // any more, so this goes into one of its own, "<unit>@<token>", once. Stream and id are set by
  // the committer. On the writer's thread, before the owner's batches fail. May be null.
  std::function<OutboxEvent(const UnitToken&)> fenced_event{};
  // On the writer's thread, when the committer is no longer pressed. May be null.
  std::function<void()> on_relieved{};
};

class Committer {
 public:
  using Done = std::function<void(Status)>;

  // `on_committed` (may be null) runs on the writer's thread after each commit, with the streams
  // that have grown: wake their readers.
  Committer(CommitterOptions options,
            std::function<void(const std::vector<std::string>& streams)> on_committed);
  ~Committer();  // Stop.
  Committer(const Committer&) = delete;
  Committer& operator=(const Committer&) = delete;

  // An error (WRITER_FULL, WRITER_STOPPED, EARLIER_WRITE_FAILED) refuses the batch and `done` is
  // never called. Else it is called exactly once, on the writer's thread, in order of submission
  // within a lane; it must not block. Any thread.
  Status Submit(Batch batch, Done done);

  // Somebody waits for what was submitted patiently, by now. Any thread.
  void Hurry();

  bool connected() const { return session_.connected(); }
  std::size_t waiting() const;
  std::uint64_t commits() const { return commits_.load(); }
  std::uint64_t rows() const { return rows_.load(); }  // Statements and events committed.
  // From half a queue on, until it is down to a quarter: stop the intake of facts.
  bool pressed() const { return pressed_.load(); }
  // How long the oldest batch has waited to be committed; 0: none waits.
  std::chrono::milliseconds behind() const;
  // Commits what waits, for as long as `grace`; the rest fails as UNAVAILABLE.
  void Stop(std::chrono::milliseconds grace = std::chrono::seconds(1));

 private:
  struct Item {
    Batch batch;
    Done done;
    Deadline submitted;
  };
  using Group = std::vector<Item>;

  void AddMetrics();
  void Work();
  bool InHaste() const;  // Under the lock.
  bool Relieved();       // Under the lock: true once, when it stops being pressed.
  void WriteGroup(Group group);
  void Written(const Group& group);
  Status TryCommit(const Group& group, std::vector<UnitToken>* fenced);
  Status CommitOnce(const Group& group, std::vector<UnitToken>* fenced, bool together);
  Status WriteAll(Transaction& transaction, const Group& group, std::vector<UnitToken>* fenced,
                  bool together);
  Status WriteTogether(Transaction& transaction, const std::vector<UnitToken>& units,
                       std::vector<const Write*> writes, const std::vector<EventOfUnit>& events,
                       std::vector<UnitToken>* fenced);
  void Split(Group group, const Status& why);
  void TellFenced(const std::vector<UnitToken>& units);
  static void FailItem(Item* item, const Error& error);
  static Group TakeOut(Group* group, const std::function<bool(const Item&)>& which);

  CommitterOptions options_;
  std::function<void(const std::vector<std::string>&)> on_committed_;
  Session session_;
  OutboxWriter outbox_;
  metrics::Histogram transaction_rows_{};
  std::set<std::string> told_fenced_;  // Streams; of the writer's thread.
  std::atomic<std::uint64_t> commits_{0};
  std::atomic<std::uint64_t> rows_{0};
  std::atomic<bool> pressed_{false};
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable idle_;
  std::deque<Item> waiting_;
  std::size_t hasty_ = 0;  // Of those: that are not patient.
  bool hurried_ = false;
  bool busy_ = false;
  Deadline oldest_under_way_{};
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace callfleet::pg
