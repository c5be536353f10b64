#pragma once
// One RTP endpoint of a phone: sends its frame, measures what arrives. Used under the engine's
// lock.
#include <netinet/in.h>

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "tests/phones/media/rtp_stats.h"

namespace callfleet::phones {

enum class Sending : uint8_t { kNothing, kSilence, kRingback, kTone };

using Clip = std::vector<int16_t>;  // 8,000 Hz.

struct RemoteRtp {
  std::string ip;
  uint16_t port = 0;
  uint8_t payload_type = 0;
  int dtmf_payload_type = -1;
  Law law = Law::kMu;
};

class RtpLeg {
 public:
  // Takes both descriptors and closes them.
  RtpLeg(int rtp_fd, int rtcp_fd, ToneCode code, uint32_t ssrc);
  ~RtpLeg();
  RtpLeg(const RtpLeg&) = delete;
  RtpLeg& operator=(const RtpLeg&) = delete;

  void SetRemote(const RemoteRtp& remote);
  void SetSending(Sending what);
  void Play(std::shared_ptr<const Clip> clip);  // Once, in front of what is sent.
  void SendFrame();
  void ReceiveOne(int64_t now_us);
  RtpStats Stats();  // Also counts the RTCP packets that wait.

  int rtp_fd() const { return rtp_fd_; }
  const ToneCode& code() const { return code_; }

 private:
  bool TakeFromClip();
  void Count(std::span<const uint8_t> packet, int64_t now_us);
  void CountSequence(uint16_t sequence, uint32_t timestamp, uint32_t ssrc, int64_t now_us);
  void Listen(std::span<const uint8_t> payload, int64_t now_us);
  void Note(const Heard& heard, int64_t now_us);
  void NoteCode(const ToneCode& code, int64_t now_us);
  void ReadRtcp();

  int rtp_fd_;
  int rtcp_fd_;
  ToneCode code_;
  std::array<uint8_t, 12 + kFrameSamples> packet_{};
  bool has_remote_ = false;
  sockaddr_in remote_address_{};
  RemoteRtp remote_;
  Sending sending_ = Sending::kNothing;
  std::shared_ptr<const Clip> clip_;
  size_t clip_at_ = 0;
  bool marker_ = true;
  uint16_t sequence_;
  uint32_t timestamp_;

  RtpStats stats_;
  bool has_source_ = false;
  uint32_t source_ssrc_ = 0;
  uint16_t highest_ = 0;
  int64_t last_transit_ = 0;
  Frame last_payload_{};
  bool has_last_ = false;
  Heard last_heard_;
  int64_t last_code_us_ = -1;
  int skipped_ = 0;
};

}  // namespace callfleet::phones
