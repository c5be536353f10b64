#pragma once
// The recordings of this edge: files in a folder with notes beside them, and an index in memory.
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "common/logging/logger.h"
#include "services/sip_edge/ports/recordings.h"

namespace callfleet::sip_edge {

// Any thread; files are read and deleted outside of the lock.
class RecordingFolder final : public RecordingShelf {
 public:
  RecordingFolder(std::string folder, logging::Logger log);

  // Reads what is there; a recording that its edge's death left open is closed as EDGE_RESTARTED.
  // NO_FOLDER: it cannot be read or written.
  Status Load();
  // Notes on disk and in the index. False: the disk did not take them; the index has them.
  bool Save(const RecordingInfo& info);
  // Deletes what is older than it may be. Returns how many.
  std::size_t Expire(WallTime now);
  std::string PathOf(const RecordingInfo& info) const { return folder_ + "/" + info.file_name; }
  std::size_t size() const;
  // Closed ones whose events are not committed, at most so many; and that they are now.
  std::vector<RecordingInfo> Untold(std::size_t most) const;
  void MarkTold(const std::vector<RecordingInfo>& told);

  Result<RecordingPage> List(const Query& query) const override;
  Result<FilePiece> Read(const std::string& id, std::uint64_t offset,
                         std::size_t length) const override;
  Status Delete(const std::string& id) override;

 private:
  using Key = std::pair<std::int64_t, std::string>;  // Start and id: newest last.
  static Key KeyOf(const RecordingInfo& info) {
    return {info.start.time_since_epoch().count(), info.id};
  }
  static std::string TokenOf(const RecordingInfo& last);
  static std::optional<Key> KeyOf(const std::string& token);
  Result<RecordingInfo> Find(const std::string& id) const;
  void Remove(const RecordingInfo& info);
  void Index(const RecordingInfo& info);  // Under the lock.
  void Repair(RecordingInfo& info);

  const std::string folder_;
  logging::Logger log_;
  mutable std::mutex mutex_;
  std::map<Key, RecordingInfo> by_time_;
  std::map<std::string, Key> by_id_;
  std::set<Key> untold_;
};

// Header and hash of a file whose audio is written. Fills duration, size and hash.
bool FinishWav(const std::string& path, RecordingInfo* info);

}  // namespace callfleet::sip_edge
