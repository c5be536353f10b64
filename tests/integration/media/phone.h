#pragma once
// A peer of the engine under test: one UDP socket that sends a tone and keeps what it hears.
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "common/clock/clock.h"
#include "services/sip_edge/domain/media/media_types.h"
#include "services/sip_edge/domain/media/rtp_packet.h"
#include "services/sip_edge/domain/media/telephone_event.h"
#include "services/sip_edge/media/g722.h"
#include "services/sip_edge/media/srtp_context.h"
#include "services/sip_edge/media/udp_socket.h"

namespace callfleet::sip_edge::media {

// RFC 3551 6.
constexpr std::uint8_t PayloadTypeOf(Codec codec) {
  return codec == Codec::kPcmu ? 0 : codec == Codec::kPcma ? 8 : 9;
}

struct Heard {
  RtpHeader header;
  std::vector<std::uint8_t> payload;
  MonoTime at;
};

class Phone {
 public:
  explicit Phone(Codec codec = Codec::kPcmu, const std::string& ip = "127.0.0.1",
                 std::uint32_t ssrc = 0x1000);
  MediaAddress address() const { return address_; }

  // One packet (20 ms unless SetPacketTime) of `hz` (0: silence) from where the tone stood.
  void SendFrame(std::uint16_t to_port, double hz) { SendPair(to_port, hz, 0); }
  void SendPair(std::uint16_t to_port, double hz, double second_hz);  // A key, in the audio.
  void SendKeyPacket(std::uint16_t to_port, std::uint8_t payload_type, const TelephoneEvent& event);
  void SendComfortNoise(std::uint16_t to_port);  // RFC 3389, in place of the next frame.
  void SendRaw(std::uint16_t to_port, const std::vector<std::uint8_t>& bytes);
  void Poll();  // Takes in what has arrived.
  void Forget() { heard_.clear(); }
  void SetPacketTime(std::uint32_t ms) { frame_samples_ = ms * kSamplesPerMs; }
  void NewSsrc(std::uint32_t ssrc) { ssrc_ = ssrc; }
  void SkipKeyTime() { timestamp_ += 800; }
  void Encrypt(const SrtpKeys& keys);  // From its own side: `send` is what it sends under.
  void SendUnder(const SrtpKey& key);  // From now on; it goes on to open what comes as before.
  void RepeatLast(std::uint16_t to_port) { SendRaw(to_port, last_); }
  std::size_t unauthentic() const { return unauthentic_; }  // Of what came.

  const std::vector<Heard>& heard() const { return heard_; }
  const std::vector<std::vector<std::uint8_t>>& sent() const { return sent_; }  // By SendFrame.
  // Share of the heard audio's energy at `hz`, 0..1.
  double ShareOf(double hz, Codec codec) const;
  double ShareOf(double hz) const { return ShareOf(hz, codec_); }
  // Sequence numbers without a gap, timestamps by whole frames or by the time that passed.
  ::std::string Discontinuity() const;

 private:
  void Send(std::uint16_t to_port, std::uint8_t payload_type, bool marker, std::uint32_t timestamp,
            const std::vector<std::uint8_t>& payload);

  Codec codec_;
  G722Encoder encoder_;
  UdpSocket socket_;
  MediaAddress address_;
  std::uint32_t ssrc_;
  std::uint16_t sequence_ = 65500;  // Wraps soon.
  std::uint32_t timestamp_ = 0xFFFFF000;
  std::uint64_t sample_ = 0;
  std::uint32_t frame_samples_ = 160;
  std::unique_ptr<SrtpContext> srtp_send_;
  std::unique_ptr<SrtpContext> srtp_receive_;
  std::size_t unauthentic_ = 0;
  std::vector<std::uint8_t> last_;
  std::vector<Heard> heard_;
  std::vector<std::vector<std::uint8_t>> sent_;
};

}  // namespace callfleet::sip_edge::media
