#pragma once
// What passes between the control thread and one media thread, and how each wakes the other.
#include <array>
#include <atomic>
#include <cstdint>

#include "services/sip_edge/domain/media/mix_matrix.h"
#include "services/sip_edge/domain/media/sound_clip.h"
#include "services/sip_edge/domain/media/telephone_event.h"
#include "services/sip_edge/media/media_api.h"
#include "services/sip_edge/media/spsc_ring.h"

namespace callfleet::sip_edge::media {

class Endpoint;
struct AmdParts;
struct MixParts;

enum class CommandKind : std::uint8_t {
  kAttach,  // `endpoint` lives on this thread from now on.
  kDetach,  // Give it back: it moves to another thread.
  kClose,   // Give it back for good.
  kRemote,
  kMixParts,    // `parts`: from now on the leg can be mixed.
  kRow,         // `sources`, and `tone` if has_tone; neither: silence.
  kPlay,        // `sound`; null: stop what is heard in front of the row.
  kYieldSound,  // A new row: ends a sound that is not over_row.
  kDtmf,
  kTap,     // `recording` and `side`.
  kListen,  // `amd`: who answers is found out; null: no more.
  kStats
};

struct Command {
  CommandKind kind = CommandKind::kStats;
  EndpointId id{};
  Endpoint* endpoint = nullptr;
  bool fresh = false;  // Of kAttach: what is queued in its sockets is old.
  RemoteMedia remote{};
  MixParts* parts = nullptr;
  AmdParts* amd = nullptr;
  std::array<EndpointId, kMaxColumns> sources{};
  std::array<float, kMaxColumns> gains{};
  std::uint8_t source_count = 0;
  bool has_tone = false;
  float tone_gain = 1.0F;
  Tone tone = Tone::kSilence;
  const SoundList* sound = nullptr;  // Kept by the control side until kSoundDone.
  std::array<char, kMaxDtmfDigits> digits{};
  std::uint8_t digit_count = 0;
  std::uint32_t recording = 0;
  std::uint8_t side = 0;
  std::uint16_t key_ms = 0;
  std::uint16_t gap_ms = 0;
};

struct ThreadEvent {
  bool detached = false;  // The answer to kDetach; else `event` is for the user.
  MediaEvent event{};
};

// An eventfd with a flag in front, so that a burst costs one write.
class Signal {
 public:
  Signal();
  ~Signal();
  Signal(const Signal&) = delete;
  Signal& operator=(const Signal&) = delete;
  int fd() const { return fd_; }
  void Raise();  // Any thread.
  void Clear();  // The thread that waits; then it looks at its rings.

 private:
  int fd_;
  std::atomic<bool> raised_{false};
};

// Written by one media thread, read by any.
struct ThreadCounters {
  using Counter = std::atomic<std::uint64_t>;
  Counter packets_received{0};
  Counter packets_relayed{0};
  Counter packets_generated{0};
  Counter frames_mixed{0};
  Counter strangers{0};
  Counter malformed{0};
  Counter unauthentic{0};
  Counter send_errors{0};
  Counter late_packets{0};
  Counter ticks{0};
  Counter ticks_skipped{0};
  Counter events_dropped{0};
};
// One writer: a plain load and store, no locked instruction on the packet path.
inline void Count(ThreadCounters::Counter& counter, std::uint64_t by = 1) {
  counter.store(counter.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
}

}  // namespace callfleet::sip_edge::media
