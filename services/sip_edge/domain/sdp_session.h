#pragma once
// Our side of one dialog's offer/answer (RFC 3264): keeps the o= version and raises it only when
// the description changes, keeps number and order of the m-lines, decides payload types, direction
// and hold. One a dialog: the early dialogs of a fork are copies that go their own ways.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/result/result.h"
#include "services/sip_edge/domain/audio_codec.h"
#include "services/sip_edge/domain/sdp.h"

namespace callfleet::sip_edge {

// Where our RTP is and what it can do, best codec first.
struct LocalAudio {
  std::string address;
  std::uint16_t port = 0;
  std::vector<AudioCodec> codecs{AudioCodec::kPcmu, AudioCodec::kPcma};
  bool telephone_event = true;
  int ptime_ms = 20;
};

// What both sides agreed on.
struct AgreedAudio {
  std::string remote_address;
  std::uint16_t remote_port = 0;
  AudioCodec codec = AudioCodec::kPcmu;
  int send_payload_type = 0;     // What the far end wants to receive.
  int receive_payload_type = 0;  // What we said that we receive.
  int event_payload_type = -1;   // RFC 4733, send side; -1: none.
  int receive_event_payload_type = -1;
  int ptime_ms = 20;
  Direction direction = Direction::kSendRecv;  // From our side.
  bool held_by_peer = false;                   // sendonly, inactive or c=0.0.0.0 from the far end.
  friend bool operator==(const AgreedAudio&, const AgreedAudio&) = default;
};

class SdpSession {
 public:
  // `session_id` also starts the version; any number that does not repeat within the peer's memory.
  SdpSession(LocalAudio local, std::uint64_t session_id);

  // Our offer; the same text as before unless the description changed.
  const Sdp& Offer();
  // The answer to the peer's offer. NO_COMMON_CODEC (488), SDP_INVALID (488).
  Result<Sdp> Answer(const Sdp& offer);
  // The peer's answer to our offer. NO_COMMON_CODEC, SDP_INVALID.
  Status Accept(const Sdp& answer);

  const std::optional<AgreedAudio>& agreed() const { return agreed_; }
  bool has_description() const { return current_.version != 0; }
  const Sdp& current() const { return current_; }

 private:
  void Describe(std::vector<SdpMedia> media);
  SdpMedia OurAudio() const;

  LocalAudio local_;
  Sdp current_;
  std::optional<AgreedAudio> agreed_;
};

}  // namespace callfleet::sip_edge
