#pragma once
// The journal in PostgreSQL: one thread, one connection, a batch each 100 ms at most.
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "common/pg/session.h"
#include "services/sip_edge/ports/journal.h"

namespace callfleet::sip_edge {

class PgJournal final : public Journal {
 public:
  static constexpr std::size_t kMostWaiting = 200'000;

  PgJournal(pg::SessionOptions database, std::string edge_id, std::string boot_id);
  ~PgJournal() override;

  void Confirmed(const DialogKey& dialog) override;
  void Ended(const DialogKey& dialog) override;

  // Dialogs that older boots of this edge left; their rows are gone afterwards. Blocks: at start.
  Result<std::vector<DialogKey>> TakeOrphans();
  void Start();
  void Stop();
  std::uint64_t skipped() const;

 private:
  struct Change {
    DialogKey dialog;
    bool ended = false;
  };
  void Work();
  void Write(const std::vector<Change>& batch);

  pg::Session session_;
  const std::string edge_id_;
  const std::string boot_id_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  // By dialog: an end that comes before its beginning was written takes both away.
  std::unordered_map<std::string, Change> waiting_;
  std::uint64_t skipped_ = 0;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace callfleet::sip_edge
