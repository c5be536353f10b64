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
#include "services/sip_edge/domain/media/srtp_key.h"
#include "services/sip_edge/domain/media_security.h"
#include "services/sip_edge/domain/sdp.h"

namespace callfleet::sip_edge {

// Where our RTP is and what it can do, best codec first.
struct LocalAudio {
  std::string address;
  std::uint16_t port = 0;
  std::vector<AudioCodec> codecs{AudioCodec::kPcmu, AudioCodec::kPcma};
  bool telephone_event = true;
  int ptime_ms = 20;
  MediaSecurity security = MediaSecurity::kOff;
  std::vector<media::SrtpKey> keys{};  // Ours, one a suite that we speak; the leg's for its life.
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
  std::optional<media::SrtpKeys> srtp{};       // Nothing: RTP.
  bool held_by_peer = false;                   // sendonly, inactive or c=0.0.0.0 from the far end.
  friend bool operator==(const AgreedAudio&, const AgreedAudio&) = default;
};

class SdpSession {
 public:
  // `session_id` also starts the version; any number that does not repeat within the peer's memory.
  SdpSession(LocalAudio local, std::uint64_t session_id);

  // Our offer; the same text as before unless the description changed.
  const Sdp& Offer();
  // The answer to the peer's offer. All 488: NO_COMMON_CODEC, SDP_INVALID, SRTP_REQUIRED (it is
  // asked for here and not offered), SRTP_REFUSED (nothing but SRTP is offered, and it is off here
  // or of no suite that we speak).
  Result<Sdp> Answer(const Sdp& offer);
  // The peer's answer to our offer. NO_COMMON_CODEC, SDP_INVALID, SRTP_REQUIRED.
  Status Accept(const Sdp& answer);

  const std::optional<AgreedAudio>& agreed() const { return agreed_; }
  bool has_description() const { return current_.version != 0; }
  const Sdp& current() const { return current_; }

 private:
  void Describe(std::vector<SdpMedia> media);
  SdpMedia OurAudio() const;
  const media::SrtpKey* OurKey(media::SrtpSuite suite) const;
  const media::SrtpKey* OfferedKey(int tag, media::SrtpSuite suite) const;
  std::optional<SdpCrypto> OurCrypto(int tag, media::SrtpSuite suite) const;

  LocalAudio local_;
  Sdp current_;
  std::optional<AgreedAudio> agreed_;
};

}  // namespace callfleet::sip_edge
