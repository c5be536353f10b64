#include "services/sip_edge/adapters/recording_disk.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "services/sip_edge/adapters/wav_reader.h"

namespace callfleet::sip_edge {
namespace {

constexpr mode_t kMode = 0640;

std::string ReasonOf(int error) {
  return error == ENOSPC || error == EDQUOT ? "DISK_FULL" : "DISK_ERROR";
}

}  // namespace

RecordingDisk::RecordingDisk(RecordingFolder& folder,
                             std::function<void(const RecordingResult&)> done)
    : folder_(folder), done_(std::move(done)), thread_([this] { Run(); }) {}

RecordingDisk::~RecordingDisk() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void RecordingDisk::Add(Job job) {
  {
    const std::lock_guard lock(mutex_);
    jobs_.push_back(std::move(job));
  }
  wake_.notify_one();
}

std::shared_ptr<RecordingFile> RecordingDisk::Open(const RecordingInfo& info) {
  auto file = std::make_shared<RecordingFile>();
  file->fd = ::open(folder_.PathOf(info).c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kMode);
  if (file->fd < 0) {
    file->reason = ReasonOf(errno);
    file->failed = true;
  }
  const std::string header = WavHeader(8000, 2, 0);
  Write(*file, header.data(), header.size());
  Add({.info = info});
  return file;
}

bool RecordingDisk::Append(const std::shared_ptr<RecordingFile>& file,
                           std::span<const std::int16_t> samples) {
  Write(*file, samples.data(), samples.size_bytes());
  return !file->failed;
}

void RecordingDisk::Note(const RecordingInfo& info) { Add({.info = info}); }

void RecordingDisk::Close(const std::shared_ptr<RecordingFile>& file, const RecordingInfo& info,
                          const std::string& reason) {
  Add({.closed = file, .info = info, .reason = reason});
}

void RecordingDisk::Run() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return stop_ || !jobs_.empty(); });
    if (jobs_.empty()) return;
    Job job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    if (job.closed) {
      Finish(job);
    } else {
      (void)folder_.Save(job.info);
    }
    lock.lock();
  }
}

void RecordingDisk::Write(RecordingFile& file, const void* data, std::size_t size) {
  const auto* at = static_cast<const char*>(data);
  while (size > 0 && !file.failed) {
    const auto wrote = ::write(file.fd, at, size);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) {
      file.reason = ReasonOf(errno);
      file.failed = true;
      return;
    }
    at += wrote;
    size -= static_cast<std::size_t>(wrote);
  }
}

void RecordingDisk::Finish(Job& job) {
  RecordingFile& file = *job.closed;
  if (file.fd >= 0) ::close(file.fd);
  file.fd = -1;
  RecordingInfo info = std::move(job.info);
  if (!FinishWav(folder_.PathOf(info), &info) && file.reason.empty()) file.reason = "DISK_ERROR";
  info.reason = file.reason.empty() ? job.reason : file.reason;
  info.state = info.reason.empty() ? RecordingState::kDone : RecordingState::kFailed;
  info.end = info.start + info.duration;
  (void)folder_.Save(info);
  done_({.number = info.number,
         .duration = info.duration,
         .size_bytes = info.size_bytes,
         .sha256 = info.sha256,
         .reason = info.reason});
}

}  // namespace callfleet::sip_edge
