#pragma once
// Recordings' files. Audio is written where it was put together; notes, and what a file needs at
// its end (its header, its hash), by a thread of its own.
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <thread>

#include "services/sip_edge/adapters/recording_folder.h"

namespace callfleet::sip_edge {

// One file; of who appends, and from Close on of the disk's thread.
struct RecordingFile {
  int fd = -1;
  bool failed = false;  // Nothing more is written.
  std::string reason{};
};

class RecordingDisk {
 public:
  RecordingDisk(RecordingFolder& folder, std::function<void(const RecordingResult&)> done);
  ~RecordingDisk();  // What waits is done.
  RecordingDisk(const RecordingDisk&) = delete;
  RecordingDisk& operator=(const RecordingDisk&) = delete;

  // One thread; the first two wait for the disk.
  std::shared_ptr<RecordingFile> Open(const RecordingInfo& info);
  // False: the file has failed.
  bool Append(const std::shared_ptr<RecordingFile>& file, std::span<const std::int16_t> samples);
  void Note(const RecordingInfo& info);
  // `reason`: why it ends early; empty: it does not.
  void Close(const std::shared_ptr<RecordingFile>& file, const RecordingInfo& info,
             const std::string& reason);

 private:
  struct Job {
    std::shared_ptr<RecordingFile> closed{};  // Null: its notes alone.
    RecordingInfo info{};
    std::string reason{};
  };
  void Add(Job job);
  void Run();
  static void Write(RecordingFile& file, const void* data, std::size_t size);
  void Finish(Job& job);

  RecordingFolder& folder_;
  const std::function<void(const RecordingResult&)> done_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Job> jobs_;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace callfleet::sip_edge
