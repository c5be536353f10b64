#pragma once
// What a leg says, decoded, between its arrival and the tick that mixes it: 1 to 3 frames, only for
// legs that some row mixes. Evens out jitter and packet times, hides short losses, and follows the
// source's clock by one frame left out or put in where nobody speaks.
#include <array>
#include <cstdint>
#include <span>

#include "services/sip_edge/domain/media/media_types.h"
#include "services/sip_edge/domain/media/tick_plan.h"

namespace callfleet::sip_edge::media {

inline constexpr std::size_t kMixFrame = std::size_t{kTickMs} * kSamplesPerMs;  // 160
using PcmFrame = std::array<std::int16_t, kMixFrame>;

struct JitterCounts {
  std::uint32_t late = 0;       // Packets that came after their time, or twice.
  std::uint32_t resyncs = 0;    // Jumps of the timestamps, or more than the ring holds.
  std::uint32_t concealed = 0;  // Frames made up where a packet was missing.
  std::uint32_t inserted = 0;   // Frames of delay put in.
  std::uint32_t dropped = 0;    // Frames left out.
};

class JitterBuffer {
 public:
  // Nothing is initialised until then, so that an unused buffer costs no memory that is touched.
  void Reset();

  // Samples of a packet, at most kMaxPacketSamples, by its RTP timestamp.
  void Put(std::uint32_t ssrc, std::uint32_t timestamp, std::span<const std::int16_t> samples);
  // The next 20 ms; false if it is nothing but silence. Once a tick.
  bool Take(PcmFrame& out);

  // Samples that wait.
  std::int32_t depth() const { return started_ ? static_cast<std::int32_t>(high_ - read_) : 0; }
  const JitterCounts& counts() const { return counts_; }

  static constexpr std::size_t kMaxPacketSamples = 60 * kSamplesPerMs;

 private:
  static constexpr std::uint32_t kBlock = 80;  // 10 ms: the grain in which losses are noticed.
  static constexpr std::uint32_t kBlocks = 32;
  static constexpr std::uint32_t kRing = kBlock * kBlocks;  // 320 ms.
  static constexpr std::uint32_t kWindow = 50;              // Ticks over which drift is judged.

  void Anchor(std::uint32_t timestamp);
  void Write(std::uint32_t timestamp, std::span<const std::int16_t> samples);
  bool ReadFrame(PcmFrame& out);
  void Conceal(std::span<std::int16_t> out);
  void FollowClock(const PcmFrame& frame);
  void Erase();
  std::uint32_t IndexOf(std::uint32_t timestamp) const { return (timestamp - origin_) % kRing; }

  bool started_ = false;
  std::uint32_t ssrc_;
  std::uint32_t origin_;  // Timestamp at the start of the ring, so that packets fill whole blocks.
  std::uint32_t read_;    // Timestamp of the next sample to be played.
  std::uint32_t high_;    // One after the newest sample.
  std::uint32_t largest_packet_;
  std::uint32_t window_ticks_;
  std::int32_t window_least_;  // Least depth after a frame was taken.
  bool lean_wanted_;           // Too little waits: a frame is to be put in where it is quiet.
  bool lean_;                  // Now.
  bool fat_;                   // Too much waits: a frame is to be left out.
  std::uint32_t missing_;      // Blocks concealed in a row.
  JitterCounts counts_{};
  std::array<std::int16_t, kRing> samples_;
  std::array<std::uint8_t, kBlocks> filled_;  // Samples of each block.
  std::array<std::int16_t, kBlock> last_;     // Heard last, for concealment.
};

}  // namespace callfleet::sip_edge::media
