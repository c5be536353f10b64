#include "services/sip_edge/domain/sdp.h"

namespace callfleet::sip_edge {

namespace {

const char* Name(Direction direction) {
  switch (direction) {
    case Direction::kSendRecv:
      return "sendrecv";
    case Direction::kSendOnly:
      return "sendonly";
    case Direction::kRecvOnly:
      return "recvonly";
    case Direction::kInactive:
      return "inactive";
  }
  return "inactive";
}

std::string Net(const std::string& address) {
  return (address.find(':') == std::string::npos ? "IN IP4 " : "IN IP6 ") + address;
}

void Append(std::string& out, const SdpMedia& media, const std::string& session_address) {
  out += "m=" + media.type + ' ' + std::to_string(media.port) + ' ' + media.transport;
  if (media.port == 0) {
    out += ' ' + (media.formats.empty() ? std::string("0") : media.formats) + "\r\n";
    return;
  }
  for (const auto& codec : media.codecs) out += ' ' + std::to_string(codec.payload_type);
  out += "\r\n";
  if (!media.address.empty() && media.address != session_address) {
    out += "c=" + Net(media.address) + "\r\n";
  }
  for (const auto& codec : media.codecs) {
    const std::string payload_type = std::to_string(codec.payload_type);
    out += "a=rtpmap:" + payload_type + ' ' + codec.name + '/' + std::to_string(codec.clock_rate) +
           "\r\n";
    if (!codec.fmtp.empty()) out += "a=fmtp:" + payload_type + ' ' + codec.fmtp + "\r\n";
  }
  for (const auto& crypto : media.crypto) out += "a=crypto:" + ToText(crypto) + "\r\n";
  if (media.ptime_ms > 0) out += "a=ptime:" + std::to_string(media.ptime_ms) + "\r\n";
  out += std::string("a=") + Name(media.direction) + "\r\n";
}

}  // namespace

std::string ToText(const Sdp& sdp) {
  std::string out;
  out.reserve(320);
  out += "v=0\r\no=- " + std::to_string(sdp.session_id) + ' ' + std::to_string(sdp.version) + ' ' +
         Net(sdp.address) + "\r\ns=-\r\nc=" + Net(sdp.address) + "\r\nt=0 0\r\n";
  for (const auto& media : sdp.media) Append(out, media, sdp.address);
  return out;
}

Direction Mirror(Direction offered) {
  switch (offered) {
    case Direction::kSendRecv:
      return Direction::kSendRecv;
    case Direction::kSendOnly:
      return Direction::kRecvOnly;
    case Direction::kRecvOnly:
      return Direction::kSendOnly;
    case Direction::kInactive:
      return Direction::kInactive;
  }
  return Direction::kInactive;
}

}  // namespace callfleet::sip_edge
