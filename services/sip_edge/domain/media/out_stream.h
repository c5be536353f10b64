#pragma once
// The one stream that a leg's far end sees: own SSRC, sequence numbers without a gap of our making,
// timestamps that go on in step with the clock, whatever feeds it (a peer, a tone, silence, keys).
#include <cstdint>
#include <optional>

#include "common/clock/clock.h"
#include "services/sip_edge/domain/media/rtp_packet.h"

namespace callfleet::sip_edge::media {

// What feeds the stream right now. A change of any field is a switch.
struct FeedId {
  std::uint32_t source = 0;  // A leg's slot or one of the values below.
  std::uint32_t ssrc = 0;    // Of the packets relayed; 0 for what we make ourselves.
  std::uint32_t move = 0;    // Counts the addresses that the leg's packets came from.
  friend bool operator==(const FeedId&, const FeedId&) = default;
};
inline constexpr std::uint32_t kFeedNone = 0xFFFFFFFF;
inline constexpr std::uint32_t kFeedGenerated = 0xFFFFFFFE;

class OutStream {
 public:
  struct Place {
    std::uint16_t sequence = 0;
    std::uint32_t timestamp = 0;
    bool marker = false;
  };
  OutStream() = default;
  // RFC 3550 5.1: all three random.
  OutStream(std::uint32_t ssrc, std::uint16_t sequence, std::uint32_t timestamp);

  // Where a relayed packet goes: loss, order and spacing of the source are kept, so the far end's
  // own statistics stay true. Nothing for a packet from before the last switch: it comes too late.
  // `frame_samples` (160 for 20 ms) is the least step to what was sent before.
  std::optional<Place> Relay(FeedId feed, const RtpHeader& in, std::uint32_t frame_samples,
                             MonoTime now);
  // The row changed: the next packet is a switch, even if slot and SSRC happen to be the old ones.
  void Cut() { feed_ = {kFeedNone, 0, 0}; }
  // The next frame that we make ourselves.
  Place Generate(std::uint32_t frame_samples, MonoTime now);
  // A packet of a key: all packets of one key carry the timestamp of its first (RFC 4733 2.1).
  Place GenerateKey(bool first, std::uint32_t frame_samples, MonoTime now);
  // The same packet once more, as the end of a key is sent: takes no time.
  Place RepeatKey();

  std::uint32_t ssrc() const { return ssrc_; }
  std::uint32_t switches() const { return switches_; }
  // The RTP timestamp that stands for `now`, for sender reports.
  std::uint32_t TimestampAt(MonoTime now) const;

 private:
  void SwitchTo(FeedId feed, std::uint32_t frame_samples, MonoTime now);
  bool Jumped(const RtpHeader& in, MonoTime now) const;
  void Advance(std::uint32_t timestamp, MonoTime now);

  std::uint32_t ssrc_ = 0;
  FeedId feed_{kFeedNone, 0, 0};
  std::uint16_t sequence_ = 0;   // Highest sent.
  std::uint32_t timestamp_ = 0;  // Highest sent.
  MonoTime due_{};               // When the frame of timestamp_ was due; runs with timestamp_.
  bool started_ = false;
  std::uint16_t sequence_shift_ = 0;  // Out = in + shift, while one feed lasts.
  std::uint32_t timestamp_shift_ = 0;
  std::uint16_t first_in_ = 0;  // What is older came before the switch.
  std::uint16_t last_in_ = 0;
  std::uint32_t last_in_timestamp_ = 0;
  MonoTime last_in_at_{};
  std::uint32_t switches_ = 0;
  std::uint32_t key_timestamp_ = 0;
};

}  // namespace callfleet::sip_edge::media
