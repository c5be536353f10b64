#pragma once
// Writes recordings to disk on a thread of its own, so that a slow disk stops nothing but itself.
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "services/sip_edge/adapters/recording_folder.h"

namespace callfleet::sip_edge {

// One file; shared by who appends and who writes.
struct RecordingFile {
  std::atomic<bool> failed{false};  // Nothing more is written.
  // Disk thread only.
  int fd = -1;
  std::string reason{};
};

class RecordingDisk {
 public:
  static constexpr std::size_t kMaxWaiting = 64 << 20;  // Bytes that wait for the disk.

  RecordingDisk(RecordingFolder& folder, std::function<void(const RecordingResult&)> done);
  ~RecordingDisk();  // What waits is written.
  RecordingDisk(const RecordingDisk&) = delete;
  RecordingDisk& operator=(const RecordingDisk&) = delete;

  std::shared_ptr<RecordingFile> Open(const RecordingInfo& info);
  // False: too much waits for the disk, nothing was taken.
  bool Append(const std::shared_ptr<RecordingFile>& file, std::span<const std::int16_t> samples);
  void Note(const std::shared_ptr<RecordingFile>& file, const RecordingInfo& info);
  // `reason`: why it ends early; empty: it does not.
  void Close(const std::shared_ptr<RecordingFile>& file, const RecordingInfo& info,
             const std::string& reason);

 private:
  enum class Kind : std::uint8_t { kOpen, kAppend, kNote, kClose };
  struct Job {
    Kind kind;
    std::shared_ptr<RecordingFile> file;
    RecordingInfo info{};
    std::vector<std::int16_t> samples{};
    std::string reason{};
  };
  void Add(Job job);
  void Run();
  void Do(Job& job);
  void Write(RecordingFile& file, const void* data, std::size_t size);
  void Finish(Job& job);

  RecordingFolder& folder_;
  const std::function<void(const RecordingResult&)> done_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Job> jobs_;
  std::size_t waiting_ = 0;  // Bytes, under the lock.
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace callfleet::sip_edge
