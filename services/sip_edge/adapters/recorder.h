#pragma once
// Puts what media threads hand over onto the recordings' timelines, on a thread of its own.
#include <array>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <unordered_map>
#include <vector>

#include "common/clock/clock.h"
#include "services/sip_edge/adapters/recording_disk.h"
#include "services/sip_edge/domain/media/recording_window.h"
#include "services/sip_edge/media/g722.h"
#include "services/sip_edge/media/record_ring.h"
#include "services/sip_edge/ports/recordings.h"

namespace callfleet::sip_edge {

class Recorder final : public RecordingWriter {
 public:
  static constexpr std::int64_t kMaxSamples =
      std::int64_t{4} * 3600 * 8000;  // Four hours: TOO_LONG.

  Recorder(std::vector<media::RecordRing*> rings, RecordingDisk& disk, const Clock& clock);
  ~Recorder() override;  // Closes what is open.

  // Sofia thread.
  void Open(const RecordingInfo& info) override;
  void Note(const RecordingInfo& info) override;
  void Close(const RecordingInfo& info) override;

 private:
  enum class Kind : std::uint8_t { kOpen, kNote, kClose };
  struct Order {
    Kind kind;
    RecordingInfo info;
    MonoTime at;
  };
  struct OpenFile {
    RecordingInfo info;
    media::RecordingWindow window;
    std::shared_ptr<RecordingFile> file;
    std::array<std::optional<media::G722Decoder>, 2> decoders{};  // By side, where it is needed.
  };
  void Add(Kind kind, const RecordingInfo& info);
  void Run();
  void Obey(const Order& order);
  void Drain();
  static void Decode(const media::RecordFrame& frame, OpenFile& recording,
                     std::span<std::int16_t> out);
  void WriteWhatIsDone(MonoTime now);
  void End(RecordingNumber number, const std::string& reason, MonoTime now);

  const std::vector<media::RecordRing*> rings_;
  RecordingDisk& disk_;
  const Clock& clock_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<Order> orders_;
  bool stop_ = false;
  // Recorder thread only.
  std::unordered_map<RecordingNumber, OpenFile> open_;
  std::thread thread_;
};

}  // namespace callfleet::sip_edge
