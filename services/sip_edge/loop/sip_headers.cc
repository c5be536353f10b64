#include "services/sip_edge/loop/sip_headers.h"

#include <arpa/inet.h>
#include <sofia-sip/msg_header.h>
#include <sofia-sip/sdp.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <cstring>

#include "services/sip_edge/domain/telephone_user.h"

namespace callfleet::sip_edge {

namespace {

constexpr std::size_t kMaxSdpBytes = 16 * 1024;
constexpr std::size_t kMaxCryptoLines = 16;  // Of a media line; more are not looked at.

Direction DirectionOf(sdp_mode_t mode) {
  switch (mode) {
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

std::string FormatsOf(const sdp_media_t* media) {
  std::string formats;
  for (const auto* map = media->m_rtpmaps; map != nullptr; map = map->rm_next) {
    formats += (formats.empty() ? "" : " ") + std::to_string(static_cast<int>(map->rm_pt));
  }
  for (const auto* item = media->m_format; item != nullptr; item = item->l_next) {
    formats += (formats.empty() ? "" : " ") + Text(item->l_text);
  }
  return formats;
}

SdpMedia MediaOf(const sdp_media_t* media) {
  SdpMedia out;
  out.type = media->m_type == sdp_media_audio ? "audio" : Text(media->m_type_name);
  out.transport = media->m_proto == sdp_proto_rtp    ? "RTP/AVP"
                  : media->m_proto == sdp_proto_srtp ? "RTP/SAVP"
                                                     : Text(media->m_proto_name);
  out.port = media->m_port > 65535 ? 0 : static_cast<std::uint16_t>(media->m_port);
  if (media->m_rejected) out.port = 0;
  if (media->m_connections != nullptr) out.address = Text(media->m_connections->c_address);
  for (const auto* map = media->m_rtpmaps; map != nullptr; map = map->rm_next) {
    out.codecs.push_back({.payload_type = static_cast<int>(map->rm_pt),
                          .name = Text(map->rm_encoding),
                          .clock_rate = static_cast<int>(map->rm_rate),
                          .fmtp = Text(map->rm_fmtp)});
  }
  out.formats = FormatsOf(media);
  out.direction = DirectionOf(static_cast<sdp_mode_t>(media->m_mode));
  for (const auto* attribute = media->m_attributes; attribute != nullptr;
       attribute = attribute->a_next) {
    if (Text(attribute->a_name) == "ptime")
      out.ptime_ms = std::atoi(Text(attribute->a_value).c_str());
    if (Text(attribute->a_name) == "crypto" && out.crypto.size() < kMaxCryptoLines) {
      if (auto crypto = ParseCrypto(Text(attribute->a_value))) {
        out.crypto.push_back(*std::move(crypto));
      }
    }
  }
  if (out.ptime_ms < 0 || out.ptime_ms > 200) out.ptime_ms = 0;
  return out;
}

bool HasItem(const msg_param_t* items, const char* wanted) {
  for (; items != nullptr && *items != nullptr; ++items) {
    if (strcasecmp(*items, wanted) == 0) return true;
  }
  return false;
}

}  // namespace

std::string Text(const char* text) { return text == nullptr ? std::string() : std::string(text); }
std::string Told(const char* text, std::size_t most) {
  return text == nullptr ? std::string() : ToldText(text, most);
}

std::string UserOf(const url_t* url) {
  constexpr std::size_t kMostBytes = 128;
  if (url->url_user == nullptr) return {};
  return ToldText(WithoutNumberParameters(url->url_user), kMostBytes);
}

namespace {

bool IsPlain(std::string_view field, int number) {
  constexpr int kPort = 1;
  constexpr int kTransport = 2;
  return std::ranges::all_of(field, [number](char c) {
    const auto octet = static_cast<unsigned char>(c);
    if (c == '/') return number == kPort || number == kTransport;
    if (number == kPort) return std::isdigit(octet) != 0;
    return std::isalnum(octet) != 0 || std::string_view("*._+-").find(c) != std::string_view::npos;
  });
}

// The parser of sofia-sip 1.12.11 never ends where a format of another transport than RTP begins
// with what is no token: one INVITE would take the whole thread and all memory. So each field of
// RFC 4566 9 ("m=" media port proto formats) is what it must be; the same where there is no format.
bool HasPlainMedia(std::string_view body) {
  constexpr int kMediaFields = 4;
  while (!body.empty()) {
    std::string_view line = body.substr(0, body.find_first_of("\r\n"));
    body.remove_prefix(std::min(line.size() + 1, body.size()));
    if (line.starts_with(' ') || line.starts_with('\t')) return false;  // Nothing is folded in SDP.
    if (!line.starts_with("m=")) continue;
    line.remove_prefix(2);
    int fields = 0;
    for (; !line.empty(); ++fields) {
      const auto field = line.substr(0, line.find_first_of(" \t"));
      if (!IsPlain(field, fields)) return false;
      line.remove_prefix(field.size());
      line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    }
    if (fields < kMediaFields) return false;
  }
  return true;
}

}  // namespace

Result<std::optional<Sdp>> SdpOf(const sip_t* sip) {
  if (sip == nullptr || sip->sip_payload == nullptr || sip->sip_payload->pl_len == 0) {
    return std::optional<Sdp>();
  }
  if (sip->sip_content_type != nullptr &&
      strcasecmp(Text(sip->sip_content_type->c_type).c_str(), "application/sdp") != 0) {
    return InvalidField("Content-Type", "application/sdp is spoken", "SDP_INVALID");
  }
  if (sip->sip_payload->pl_len > kMaxSdpBytes) {
    return InvalidField("sdp", "at most 16384 bytes", "SDP_INVALID");
  }
  if (!HasPlainMedia({sip->sip_payload->pl_data, sip->sip_payload->pl_len})) {
    return InvalidField("sdp", "an m= line has other than token characters", "SDP_INVALID");
  }
  ScratchHome home;
  sdp_parser_t* parser =
      sdp_parse(home.get(), sip->sip_payload->pl_data,
                static_cast<issize_t>(sip->sip_payload->pl_len), sdp_f_anynet | sdp_f_mode_0000);
  const sdp_session_t* session = parser != nullptr ? sdp_session(parser) : nullptr;
  if (session == nullptr) {
    const std::string why = parser != nullptr ? Told(sdp_parsing_error(parser)) : "no memory";
    if (parser != nullptr) sdp_parser_free(parser);
    return InvalidField("sdp", why, "SDP_INVALID");
  }
  Sdp out;
  out.session_id = session->sdp_origin != nullptr ? session->sdp_origin->o_id : 0;
  out.version = session->sdp_origin != nullptr ? session->sdp_origin->o_version : 0;
  if (session->sdp_connection != nullptr) out.address = Text(session->sdp_connection->c_address);
  for (const auto* media = session->sdp_media; media != nullptr; media = media->m_next) {
    out.media.push_back(MediaOf(media));
  }
  sdp_parser_free(parser);
  return std::optional<Sdp>(std::move(out));
}

int Q850Of(const sip_t* sip) {
  if (sip == nullptr) return 0;
  for (const auto* reason = sip->sip_reason; reason != nullptr; reason = reason->re_next) {
    if (reason->re_protocol == nullptr || strcasecmp(reason->re_protocol, "Q.850") != 0) continue;
    const int cause = reason->re_cause != nullptr ? std::atoi(reason->re_cause) : 0;
    return cause > 0 && cause <= 127 ? cause : 0;
  }
  return 0;
}

namespace {

// "a;name=value": the value. url_param of sofia-sip 1.12.11 reads on behind the last parameter.
std::string UrlParamOf(const char* params, std::string_view name) {
  std::string_view left = params == nullptr ? std::string_view() : params;
  while (!left.empty()) {
    const auto one = left.substr(0, left.find(';'));
    left.remove_prefix(std::min(one.size() + 1, left.size()));
    const auto equals = std::min(one.find('='), one.size());
    const auto same = [](char a, char b) {
      return std::tolower(static_cast<unsigned char>(a)) ==
             std::tolower(static_cast<unsigned char>(b));
    };
    if (!std::ranges::equal(one.substr(0, equals), name, same)) continue;
    return std::string(one.substr(std::min(equals + 1, one.size())));
  }
  return {};
}

}  // namespace

std::optional<TrunkRoute> RouteOf(const std::string& uri) {
  ScratchHome home;
  const url_t* url = url_make(home.get(), uri.c_str());
  if (url == nullptr || url->url_host == nullptr) return std::nullopt;
  const std::string transport = UrlParamOf(url->url_params, "transport");
  return TrunkRoute{
      .host = url->url_host,
      .port = static_cast<std::uint16_t>(url->url_port != nullptr ? std::atoi(url->url_port) : 0),
      .transport = url->url_type == url_sips || strcasecmp(transport.c_str(), "tls") == 0
                       ? Transport::kTls
                   : strcasecmp(transport.c_str(), "tcp") == 0 ? Transport::kTcp
                                                               : Transport::kUdp};
}

Transport TransportOf(const sip_via_t* via) {
  const std::string protocol = Text(via->v_protocol);
  if (protocol.find("TLS") != std::string::npos) return Transport::kTls;
  return protocol.find("TCP") != std::string::npos ? Transport::kTcp : Transport::kUdp;
}

SipCause CauseOf(const sip_t* sip) {
  SipCause cause;
  if (sip == nullptr) return cause;
  if (sip->sip_status != nullptr) {
    cause.sip_code = sip->sip_status->st_status;
    cause.text = Told(sip->sip_status->st_phrase, 128);
  }
  cause.q850 = Q850Of(sip);
  return cause;
}

std::string ReasonHeader(int q850, const std::string& text) {
  if (q850 == 0) return {};
  std::string out = "Q.850;cause=" + std::to_string(q850);
  if (!text.empty()) {
    out += ";text=\"";
    for (char c : text) {
      if (c >= ' ' && c != '"' && c != '\\') out += c;
    }
    out += '"';
  }
  return out;
}

SessionExpires SessionExpiresOf(const sip_t* sip) {
  SessionExpires out;
  if (const auto* x = sip->sip_session_expires; x != nullptr) {
    out.interval_s = static_cast<std::uint32_t>(std::min<unsigned long>(x->x_delta, 86400));
    if (x->x_refresher != nullptr) {
      out.refresher = strcasecmp(x->x_refresher, "uas") == 0 ? Refresher::kUas : Refresher::kUac;
    }
  }
  if (sip->sip_min_se != nullptr) {
    out.min_se_s =
        static_cast<std::uint32_t>(std::min<unsigned long>(sip->sip_min_se->min_delta, 86400));
  }
  out.peer_supports_timer = Supports(sip, "timer");
  return out;
}

bool Supports(const sip_t* sip, const char* option) {
  for (const msg_list_t* header = sip->sip_supported; header != nullptr; header = header->k_next) {
    if (HasItem(header->k_items, option)) return true;
  }
  return false;
}

bool Requires(const sip_t* sip, const char* option) {
  for (const msg_list_t* header = sip->sip_require; header != nullptr; header = header->k_next) {
    if (HasItem(header->k_items, option)) return true;
  }
  return false;
}

bool Allows(const sip_t* sip, const char* method) {
  for (const auto* header = reinterpret_cast<const msg_list_t*>(sip->sip_allow); header != nullptr;
       header = header->k_next) {
    if (HasItem(header->k_items, method)) return true;
  }
  return false;
}

std::optional<std::string> UnknownRequire(const sip_t* sip) {
  static constexpr std::array kKnown{"timer", "100rel", "replaces", "path", "answermode"};
  for (const msg_list_t* header = sip->sip_require; header != nullptr; header = header->k_next) {
    for (const auto* item = header->k_items; item != nullptr && *item != nullptr; ++item) {
      const bool known = std::any_of(kKnown.begin(), kKnown.end(), [&](const char* option) {
        return strcasecmp(option, *item) == 0;
      });
      if (!known) return std::string(*item).substr(0, 64);
    }
  }
  return std::nullopt;
}

int FaultOf(const sip_t* request) {
  // sofia takes the end of a datagram for the end of its headers.
  if (request->sip_separator == nullptr) return 400;
  const auto* length = request->sip_content_length;
  const auto* payload = request->sip_payload;
  const std::size_t body = payload != nullptr ? payload->pl_len : 0;
  if (length != nullptr && length->l_length > body) return 400;
  for (const auto* error = request->sip_error; error != nullptr; error = error->er_next) {
    // Beside what cannot be read, the second of what may come once only: a header of its own kind,
    // which has no er_name.
    const msg_hclass_t* kind = error->er_common->h_class;
    const char* name = kind == sip_error_class ? error->er_name : kind->hc_name;
    if (name != nullptr && strcasecmp(name, "Max-Forwards") == 0) return 400;
  }
  if (const auto* hops = request->sip_max_forwards; hops != nullptr && hops->mf_count > 255) {
    return 400;
  }
  switch (request->sip_request->rq_url->url_type) {
    case url_sip:
    case url_sips:
    case url_tel:
      return 0;
    default:
      return 416;
  }
}

char InfoDigitOf(const sip_t* sip) {
  if (sip->sip_content_type == nullptr || sip->sip_payload == nullptr) return 0;
  const std::string type = Text(sip->sip_content_type->c_type);
  std::string body(sip->sip_payload->pl_data, sip->sip_payload->pl_len);
  if (strcasecmp(type.c_str(), "application/dtmf-relay") == 0) {
    const auto at = body.find('=');
    if (strncasecmp(body.c_str(), "signal", 6) != 0 || at == std::string::npos) return 0;
    body.erase(0, at + 1);
  } else if (strcasecmp(type.c_str(), "application/dtmf") != 0) {
    return 0;
  }
  const auto from = body.find_first_not_of(" \t");
  if (from == std::string::npos) return 0;
  body = body.substr(from, body.find_first_of(" \t\r\n", from) - from);
  if (body == "10") return '*';  // Event numbers of RFC 4733, as some phones write them.
  if (body == "11") return '#';
  if (body.size() != 1) return 0;
  const char digit = static_cast<char>(std::toupper(static_cast<unsigned char>(body[0])));
  return std::strchr("0123456789*#ABCD", digit) != nullptr ? digit : '\0';
}

bool AsksToReplace(const sip_refer_to_t* to) {
  const char* headers = to->r_url->url_headers;
  return headers != nullptr && strncasecmp(headers, "replaces=", 9) == 0;
}

const sip_replaces_t* ReplacesOf(su_home_t* home, const sip_refer_to_t* to) {
  const char* header = url_query_as_header_string(home, to->r_url->url_headers);
  const char* value = header != nullptr ? std::strchr(header, ':') : nullptr;
  return value != nullptr ? sip_replaces_make(home, value + 1) : nullptr;
}

bool IsAddressLiteral(const std::string& host) {
  in6_addr six{};
  in_addr four{};
  if (inet_pton(AF_INET, host.c_str(), &four) == 1) return true;
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    return inet_pton(AF_INET6, host.substr(1, host.size() - 2).c_str(), &six) == 1;
  }
  return inet_pton(AF_INET6, host.c_str(), &six) == 1;
}

std::string UrlText(const url_t* url) {
  if (url == nullptr) return {};
  ScratchHome home;
  return Text(url_as_string(home.get(), url));
}

}  // namespace callfleet::sip_edge
