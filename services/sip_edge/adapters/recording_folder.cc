#include "services/sip_edge/adapters/recording_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "services/sip_edge/adapters/file_hash.h"
#include "services/sip_edge/adapters/recording_json.h"
#include "services/sip_edge/adapters/wav_reader.h"

namespace callfleet::sip_edge {
namespace {

constexpr std::uint32_t kFileRate = 8000;
constexpr std::uint64_t kFrameBytes = 4;  // Two samples of 16 bit.

bool IsClosed(const RecordingInfo& info) {
  return info.state == RecordingState::kDone || info.state == RecordingState::kFailed;
}

class OpenFile {
 public:
  OpenFile(const std::string& path, int flags) : fd_(::open(path.c_str(), flags | O_CLOEXEC)) {}
  ~OpenFile() {
    if (fd_ >= 0) ::close(fd_);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  int fd() const { return fd_; }

 private:
  int fd_;
};

}  // namespace

bool FinishWav(const std::string& path, RecordingInfo* info) {
  const OpenFile file(path, O_RDWR);
  struct stat stat {};
  if (file.fd() < 0 || ::fstat(file.fd(), &stat) != 0) return false;
  auto size = static_cast<std::uint64_t>(stat.st_size);
  if (size < kWavHeaderBytes) return false;
  const std::uint64_t data = (size - kWavHeaderBytes) / kFrameBytes * kFrameBytes;
  if (data + kWavHeaderBytes != size) {
    size = data + kWavHeaderBytes;
    if (::ftruncate(file.fd(), static_cast<off_t>(size)) != 0) return false;
  }
  const std::string header = WavHeader(kFileRate, 2, static_cast<std::uint32_t>(data));
  if (::pwrite(file.fd(), header.data(), header.size(), 0) != static_cast<ssize_t>(header.size())) {
    return false;
  }
  Sha256 hash;
  std::array<char, 1 << 16> piece{};
  for (std::uint64_t at = 0; at < size;) {
    const auto got = ::pread(file.fd(), piece.data(), piece.size(), static_cast<off_t>(at));
    if (got <= 0) return false;
    hash.Add({piece.data(), static_cast<std::size_t>(got)});
    at += static_cast<std::uint64_t>(got);
  }
  info->duration = std::chrono::milliseconds(data / kFrameBytes * 1000 / kFileRate);
  info->size_bytes = size;
  info->sha256 = hash.Hex();
  return true;
}

RecordingFolder::RecordingFolder(std::string folder, logging::Logger log)
    : folder_(std::move(folder)), log_(std::move(log)) {}

Status RecordingFolder::Load() {
  std::error_code error;
  std::filesystem::create_directories(folder_, error);
  if (::access(folder_.c_str(), R_OK | W_OK | X_OK) != 0) {
    return FailedPrecondition("NO_FOLDER", "recordings_dir cannot be written: " + folder_);
  }
  for (const auto& file : std::filesystem::directory_iterator(folder_, error)) {
    if (file.path().extension() != ".json") continue;
    std::ifstream in(file.path(), std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    auto info = RecordingFromJson(text);
    if (!info) {
      log_.Warn("notes of a recording passed over", {{"file", file.path().string()}});
      continue;
    }
    if (!IsClosed(*info)) Repair(*info);
    const std::lock_guard lock(mutex_);
    Index(*info);
  }
  if (error) return FailedPrecondition("NO_FOLDER", "recordings_dir: " + error.message());
  return {};
}

void RecordingFolder::Repair(RecordingInfo& info) {
  info.state = RecordingState::kFailed;
  info.reason = "EDGE_RESTARTED";
  if (!FinishWav(PathOf(info), &info))
    log_.Warn("a broken recording has no file", {{"id", info.id}});
  info.end = info.start + info.duration;
  (void)Save(info);
}

void RecordingFolder::Index(const RecordingInfo& info) {
  if (const auto known = by_id_.find(info.id); known != by_id_.end()) {
    by_time_.erase(known->second);
    untold_.erase(known->second);
  }
  const Key key = KeyOf(info);
  by_id_[info.id] = key;
  by_time_[key] = info;
  if (IsClosed(info) && !info.told) untold_.insert(key);
}

bool RecordingFolder::Save(const RecordingInfo& info) {
  {
    const std::lock_guard lock(mutex_);
    Index(info);
  }
  // Renamed into place: a crash leaves the old notes or the new ones.
  const std::string path = folder_ + "/" + info.id + ".json";
  const std::string fresh = path + ".new";
  std::ofstream out(fresh, std::ios::binary | std::ios::trunc);
  out << ToJson(info);
  out.close();
  if (!out.fail() && std::rename(fresh.c_str(), path.c_str()) == 0) return true;
  std::remove(fresh.c_str());
  return false;
}

std::size_t RecordingFolder::size() const {
  const std::lock_guard lock(mutex_);
  return by_id_.size();
}

// By start and id, so that it means the same at each edge and when that recording has gone.
std::string RecordingFolder::TokenOf(const RecordingInfo& last) {
  const auto since =
      std::chrono::duration_cast<std::chrono::microseconds>(last.start.time_since_epoch());
  return std::to_string(since.count()) + "." + last.id;
}

std::optional<RecordingFolder::Key> RecordingFolder::KeyOf(const std::string& token) {
  std::int64_t start = 0;
  const char* const end = token.data() + token.size();
  const auto [rest, error] = std::from_chars(token.data(), end, start);
  if (error != std::errc() || rest == end || *rest != '.') return std::nullopt;
  const std::chrono::microseconds since(start);
  return Key{std::chrono::duration_cast<WallTime::duration>(since).count(),
             std::string(rest + 1, end)};
}

Result<RecordingPage> RecordingFolder::List(const Query& query) const {
  const std::lock_guard lock(mutex_);
  RecordingPage page;
  auto at = by_time_.rbegin();
  if (!query.token.empty()) {
    const auto key = KeyOf(query.token);
    if (!key) return InvalidField("page_token", "is not of an answer before");
    at = std::make_reverse_iterator(by_time_.lower_bound(*key));
  }
  for (; at != by_time_.rend(); ++at) {
    const RecordingInfo& info = at->second;
    if (!query.call.empty() && info.call.str() != query.call) continue;
    if (!query.id.empty() && info.id != query.id) continue;
    if (page.recordings.size() == query.page_size) {
      page.next_token = TokenOf(page.recordings.back());
      break;
    }
    page.recordings.push_back(info);
  }
  return page;
}

Result<RecordingInfo> RecordingFolder::Find(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  const auto known = by_id_.find(id);
  if (known == by_id_.end()) return NotFound("RECORDING_UNKNOWN", "no such recording on this edge");
  const RecordingInfo& info = by_time_.at(known->second);
  if (!IsClosed(info)) return FailedPrecondition("RECORDING_OPEN", "it is not closed yet");
  return info;
}

Result<FilePiece> RecordingFolder::Read(const std::string& id, std::uint64_t offset,
                                        std::size_t length) const {
  const auto info = Find(id);
  if (!info) return Fail(info.error());
  const OpenFile file(PathOf(*info), O_RDONLY);
  if (file.fd() < 0) return NotFound("RECORDING_UNKNOWN", "its file is gone");
  FilePiece piece{.size = info->size_bytes};
  if (offset >= piece.size) return piece;
  piece.bytes.resize(length);
  const auto got = ::pread(file.fd(), piece.bytes.data(), length, static_cast<off_t>(offset));
  if (got < 0) return Unavailable("RECORDING_UNREADABLE", "its file cannot be read");
  piece.bytes.resize(static_cast<std::size_t>(got));
  return piece;
}

// The notes last: what is left of a half deletion is found again.
void RecordingFolder::Remove(const RecordingInfo& info) {
  std::remove(PathOf(info).c_str());
  std::remove((folder_ + "/" + info.id + ".json").c_str());
  const std::lock_guard lock(mutex_);
  by_time_.erase(KeyOf(info));
  untold_.erase(KeyOf(info));
  by_id_.erase(info.id);
}

std::vector<RecordingInfo> RecordingFolder::Untold(std::size_t most) const {
  const std::lock_guard lock(mutex_);
  std::vector<RecordingInfo> infos;
  for (const Key& key : untold_) {
    if (infos.size() == most) break;
    infos.push_back(by_time_.at(key));
  }
  return infos;
}

void RecordingFolder::MarkTold(const std::vector<RecordingInfo>& told) {
  for (RecordingInfo info : told) {
    {
      const std::lock_guard lock(mutex_);
      if (untold_.erase(KeyOf(info)) == 0) continue;  // Deleted meanwhile.
    }
    info.told = true;
    (void)Save(info);
  }
}

Status RecordingFolder::Delete(const std::string& id) {
  const auto info = Find(id);
  if (!info) return Fail(info.error());
  Remove(*info);
  return {};
}

std::size_t RecordingFolder::Expire(WallTime now) {
  std::vector<RecordingInfo> old;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [key, info] : by_time_) {
      if (IsClosed(info) && info.delete_at <= now) old.push_back(info);
    }
  }
  for (const auto& info : old) Remove(info);
  return old.size();
}

}  // namespace callfleet::sip_edge
