#include "tests/phones/sip/sdp.h"

#include <sofia-sip/sdp.h>
#include <sofia-sip/su_alloc.h>

#include <strings.h>
#include <algorithm>
#include <memory>

namespace callfleet::phones {
namespace {

constexpr int kOurDtmf = 101;

Direction DirectionOf(const sdp_media_t& media) {
  switch (media.m_mode) {
    case sdp_inactive:
      return Direction::kInactive;
    case sdp_sendonly:
      return Direction::kSendOnly;
    case sdp_recvonly:
      return Direction::kRecvOnly;
    case sdp_sendrecv:
      return Direction::kSendRecv;
  }
  return Direction::kSendRecv;
}

const char* Mirrored(Direction peer) {
  switch (peer) {
    case Direction::kSendRecv:
      return "sendrecv";
    case Direction::kSendOnly:
      return "recvonly";
    case Direction::kRecvOnly:
      return "sendonly";
    case Direction::kInactive:
      return "inactive";
  }
  return "sendrecv";
}

void ChooseCodec(const sdp_media_t& media, const std::vector<Law>& laws, RemoteSdp& remote) {
  // The offerer's order decides among what we know (RFC 3264 6.1).
  for (const sdp_rtpmap_t* map = media.m_rtpmaps; map; map = map->rm_next) {
    if (!map->rm_encoding) continue;
    remote.codecs.emplace_back(map->rm_encoding);
    if (strcasecmp(map->rm_encoding, "telephone-event") == 0 && remote.rtp.dtmf_payload_type < 0)
      remote.rtp.dtmf_payload_type = static_cast<int>(map->rm_pt);
    for (Law law : laws) {
      if (remote.has_codec || map->rm_rate != 8000 ||
          strcasecmp(map->rm_encoding, NameOf(law)) != 0)
        continue;
      remote.has_codec = true;
      remote.rtp.law = law;
      remote.rtp.payload_type = static_cast<uint8_t>(map->rm_pt);
    }
  }
}

void ReadAudio(const sdp_session_t& session, const sdp_media_t& media, const std::vector<Law>& laws,
               RemoteSdp& remote) {
  const sdp_connection_t* c = media.m_connections ? media.m_connections : session.sdp_connection;
  if (c && c->c_address) remote.rtp.ip = c->c_address;
  remote.rtp.port = static_cast<uint16_t>(media.m_port);
  remote.direction = DirectionOf(media);
  // RFC 2543 hold.
  if (remote.rtp.ip == "0.0.0.0" && remote.direction == Direction::kSendRecv)
    remote.direction = Direction::kSendOnly;
  ChooseCodec(media, laws, remote);
}

std::string Head(const LocalSdp& local) {
  return "v=0\r\no=phones " + std::to_string(local.session) + " " + std::to_string(local.version) +
         " IN IP4 " + local.host + "\r\ns=-\r\nc=IN IP4 " + local.host + "\r\nt=0 0\r\n";
}

}  // namespace

const char* NameOf(Law law) { return law == Law::kMu ? "PCMU" : "PCMA"; }

std::optional<RemoteSdp> ParseSdp(const std::string& body, const std::vector<Law>& laws) {
  std::unique_ptr<su_home_t, void (*)(su_home_t*)> home(
      static_cast<su_home_t*>(su_home_new(sizeof(su_home_t))),
      [](su_home_t* h) { su_home_unref(h); });
  sdp_parser_t* parser = sdp_parse(home.get(), body.data(), static_cast<issize_t>(body.size()), 0);
  const sdp_session_t* session = sdp_session(parser);
  std::optional<RemoteSdp> result;
  if (session) {
    RemoteSdp remote;
    bool found = false;
    for (const sdp_media_t* m = session->sdp_media; m; m = m->m_next) {
      if (m->m_type == sdp_media_audio && !found) {
        found = true;
        remote.audio_index = remote.media_lines.size();
        ReadAudio(*session, *m, laws, remote);
      }
      remote.media_lines.push_back(std::string(m->m_type_name) + " 0 " +
                                   (m->m_proto_name ? m->m_proto_name : "RTP/AVP") + " 0");
    }
    if (found) result = std::move(remote);
  }
  sdp_parser_free(parser);
  return result;
}

std::string MakeOffer(const LocalSdp& local, const std::vector<Law>& laws) {
  std::string formats, maps;
  for (Law law : laws) {
    const std::string type = law == Law::kMu ? "0" : "8";
    formats += " " + type;
    maps += "a=rtpmap:" + type + " " + NameOf(law) + "/8000\r\n";
  }
  const std::string dtmf = std::to_string(kOurDtmf);
  return Head(local) + "m=audio " + std::to_string(local.port) + " RTP/AVP" + formats + " " + dtmf +
         "\r\n" + maps + "a=rtpmap:" + dtmf + " telephone-event/8000\r\na=fmtp:" + dtmf +
         " 0-15\r\na=ptime:20\r\na=sendrecv\r\n";
}

std::string MakeAnswer(const LocalSdp& local, const RemoteSdp& offer) {
  std::string body = Head(local);
  for (size_t i = 0; i < offer.media_lines.size(); ++i) {
    if (i != offer.audio_index) {
      body += "m=" + offer.media_lines[i] + "\r\n";  // Refused: port 0.
      continue;
    }
    const std::string type = std::to_string(offer.rtp.payload_type);
    const bool dtmf = offer.rtp.dtmf_payload_type >= 0;
    const std::string event = std::to_string(offer.rtp.dtmf_payload_type);
    body += "m=audio " + std::to_string(local.port) + " RTP/AVP " + type;
    if (dtmf) body += " " + event;
    body += "\r\na=rtpmap:" + type + " " + NameOf(offer.rtp.law) + "/8000\r\n";
    if (dtmf)
      body += "a=rtpmap:" + event + " telephone-event/8000\r\na=fmtp:" + event + " 0-15\r\n";
    body += std::string("a=ptime:20\r\na=") + Mirrored(offer.direction) + "\r\n";
  }
  return body;
}

}  // namespace callfleet::phones
