#pragma once
// Puts together what media threads hand over and writes it, on a thread of its own. Each block of
// each recording passes through the processor's cache once: chunks in, samples out to the file.
#include <array>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "common/clock/clock.h"
#include "services/sip_edge/adapters/recording_disk.h"
#include "services/sip_edge/domain/media/recording_window.h"
#include "services/sip_edge/media/g722.h"
#include "services/sip_edge/media/record_link.h"
#include "services/sip_edge/ports/recordings.h"

namespace callfleet::sip_edge {

class Recorder final : public RecordingWriter {
 public:
  static constexpr std::int64_t kMaxSamples =
      std::int64_t{4} * 3600 * 8000;  // Four hours: TOO_LONG.

  Recorder(std::vector<media::RecordLink*> links, RecordingDisk& disk, const Clock& clock);
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
  struct Piece {
    media::RecordLink* link = nullptr;
    media::RecordChunk* chunk = nullptr;
    std::size_t place = 0;  // What lies before it is put.
  };
  struct OpenFile {
    RecordingInfo info;
    media::RecordingWindow window;
    std::shared_ptr<RecordingFile> file;
    std::array<std::optional<media::G722Decoder>, 2> decoders{};  // By side, where it is needed.
    std::vector<Piece> pieces{};
    bool lost = false;
  };
  // Ordered to close: its last chunks come when each media thread has obeyed what it was told
  // before.
  struct Closing {
    RecordingNumber number = 0;
    MonoTime at;
    std::vector<std::uint64_t> rounds;  // Of each link.
  };
  void Add(Kind kind, const RecordingInfo& info);
  void Run();
  bool Turn(const std::vector<Order>& orders);  // False: there is nothing to look at.
  void Obey(const Order& order);
  void Provide(std::size_t recordings);  // Chunks for so many.
  bool IsHandedOver(const Closing& closing, MonoTime now) const;
  void Drain();
  void WriteWhatIsDue(MonoTime now);
  // "": it is written.
  std::string WriteNext(OpenFile& recording, std::int64_t samples);
  void Put(OpenFile& recording);
  bool Put(OpenFile& recording, Piece& piece);
  static void Decode(OpenFile& recording, std::uint8_t side, const media::RecordFrame& frame,
                     const media::StereoSide& out);
  void End(RecordingNumber number, const std::string& reason, MonoTime now);

  const std::vector<media::RecordLink*> links_;
  RecordingDisk& disk_;
  const Clock& clock_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<Order> orders_;
  bool stop_ = false;
  // Recorder thread only.
  std::unordered_map<RecordingNumber, OpenFile> open_;
  std::vector<Closing> closing_;
  media::RecordingBlock block_;
  std::thread thread_;
};

}  // namespace callfleet::sip_edge
