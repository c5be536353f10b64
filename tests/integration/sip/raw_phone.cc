#include "tests/integration/sip/raw_phone.h"

#include <arpa/inet.h>
#include <poll.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "services/sip_edge/loop/digest_client.h"

namespace callfleet::test {

std::string SipText::Get(const std::string& name) const {
  for (const auto& [key, value] : headers) {
    if (strcasecmp(key.c_str(), name.c_str()) == 0) return value;
  }
  return {};
}

std::string SipText::method() const {
  return start.rfind("SIP/2.0", 0) == 0 ? "" : start.substr(0, start.find(' '));
}

int SipText::status() const {
  return start.rfind("SIP/2.0 ", 0) == 0 ? std::atoi(start.c_str() + 8) : 0;
}

std::uint32_t SipText::cseq() const {
  return static_cast<std::uint32_t>(std::strtoul(Get("CSeq").c_str(), nullptr, 10));
}

std::string SipText::tag(const char* header) const { return ParamOf(Get(header), "tag"); }

std::string ParamOf(const std::string& header, const std::string& name) {
  for (auto at = header.find(name + "="); at != std::string::npos;
       at = header.find(name + "=", at + 1)) {
    if (at > 0 && header[at - 1] != ' ' && header[at - 1] != ';' && header[at - 1] != ',') continue;
    at += name.size() + 1;
    if (header[at] == '"') return header.substr(at + 1, header.find('"', at + 1) - at - 1);
    return header.substr(at, header.find_first_of(";,> ", at) - at);
  }
  return {};
}

std::optional<SipText> ParseSip(const std::string& datagram) {
  SipText out;
  const auto end = datagram.find("\r\n\r\n");
  if (end == std::string::npos) return std::nullopt;
  out.body = datagram.substr(end + 4);
  std::size_t at = datagram.find("\r\n");
  out.start = datagram.substr(0, at);
  while (at < end) {
    const auto next = datagram.find("\r\n", at + 2);
    const std::string line = datagram.substr(at + 2, next - at - 2);
    const auto colon = line.find(':');
    if (colon != std::string::npos) {
      auto value = line.substr(colon + 1);
      value.erase(0, value.find_first_not_of(' '));
      auto name = line.substr(0, colon);
      name.erase(name.find_last_not_of(' ') + 1);
      out.headers.emplace_back(name, value);
    }
    at = next;
  }
  return out;
}

RawPhone::RawPhone(std::uint16_t edge_port) : edge_port_(edge_port) {
  fd_ = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address);
  socklen_t length = sizeof address;
  getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &length);
  port_ = ntohs(address.sin_port);
}

RawPhone::~RawPhone() { close(fd_); }

void RawPhone::Send(const std::string& text) {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  to.sin_port = htons(edge_port_);
  sendto(fd_, text.data(), text.size(), 0, reinterpret_cast<sockaddr*>(&to), sizeof to);
}

std::optional<SipText> RawPhone::Expect(const std::string& wanted,
                                        std::chrono::milliseconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (true) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return std::nullopt;
    pollfd p{fd_, POLLIN, 0};
    if (poll(&p, 1, static_cast<int>(left.count())) <= 0) return std::nullopt;
    char buffer[65536];
    const auto got = recv(fd_, buffer, sizeof buffer, 0);
    if (got <= 0) continue;
    auto message = ParseSip(std::string(buffer, static_cast<std::size_t>(got)));
    if (!message) continue;
    const bool match = wanted.empty() || message->method() == wanted ||
                       (message->status() != 0 && std::to_string(message->status()) == wanted);
    if (match) return message;
    if (message->method() == "OPTIONS") Reply(*message, 200);
  }
}

bool RawPhone::Silent(const std::string& unwanted, std::chrono::milliseconds time) {
  return !Expect(unwanted, time).has_value();
}

void RawPhone::Reply(const SipText& request, int code, const std::string& extra,
                     const std::string& body, const std::string& tag, const std::string& phrase) {
  std::string out = "SIP/2.0 " + std::to_string(code) + " " + phrase + "\r\n";
  for (const auto& [name, value] : request.headers) {
    const bool kept =
        strcasecmp(name.c_str(), "Via") == 0 || strcasecmp(name.c_str(), "From") == 0 ||
        strcasecmp(name.c_str(), "Call-ID") == 0 || strcasecmp(name.c_str(), "CSeq") == 0 ||
        strcasecmp(name.c_str(), "Record-Route") == 0;
    if (kept) out += name + ": " + value + "\r\n";
  }
  const std::string to = request.Get("To");
  out += "To: " + to + (code > 100 && request.tag("To").empty() ? ";tag=" + tag : "") + "\r\n";
  out += "Contact: <" + uri() + ">\r\n" + extra;
  if (!body.empty()) out += "Content-Type: application/sdp\r\n";
  out += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  Send(out);
}

void RawPhone::Answer(const SipText& invite, const std::string& tag) {
  Reply(invite, 200, "Allow: INVITE, ACK, BYE, CANCEL, UPDATE\r\n", Sdp(), tag);
}

std::string RawPhone::Sdp(int port, const std::string& direction, int version) const {
  return "v=0\r\no=phone 1 " + std::to_string(version) +
         " IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio " +
         std::to_string(port) +
         " RTP/AVP 0 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\na=" +
         direction + "\r\n";
}

void RawPhone::Request(const std::string& method, const SipText& invite, const std::string& extra,
                       const std::string& body, const std::string& tag) {
  const std::string target = ParamOf("x " + invite.Get("Contact"), "<sip").empty()
                                 ? "sip:callfleet@127.0.0.1:" + std::to_string(edge_port_)
                                 : "";
  std::string to = invite.Get("From");
  std::string from = invite.Get("To");
  if (invite.tag("To").empty()) from += ";tag=" + tag;
  std::string out = method + " " + target +
                    " SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:" + std::to_string(port_) +
                    ";rport;branch=z9hG4bK-raw-" + std::to_string(++branch_) +
                    "\r\nMax-Forwards: 70\r\nFrom: " + from + "\r\nTo: " + to +
                    "\r\nCall-ID: " + invite.Get("Call-ID") +
                    "\r\nCSeq: " + std::to_string(method == "ACK" ? cseq_ : ++cseq_) + " " +
                    method + "\r\nContact: <" + uri() + ">\r\n" + extra;
  if (!body.empty()) out += "Content-Type: application/sdp\r\n";
  if (extra.find("Content-Length") == std::string::npos) {
    out += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  }
  Send(out + "\r\n" + body);
}

void RawPhone::RequestAsCaller(const std::string& method, const SipText& ok,
                               const std::string& extra, const std::string& body) {
  std::string headers =
      "From: " + ok.Get("From") + "\r\nTo: " + ok.Get("To") + "\r\nCall-ID: " + ok.Get("Call-ID");
  if (method == "ACK") headers += "\r\nCSeq: " + std::to_string(ok.cseq()) + " ACK";
  const std::string contact = ok.Get("Contact");
  const auto open = contact.find('<');
  NewRequest(method, contact.substr(open + 1, contact.find('>') - open - 1),
             headers + "\r\n" + extra, body);
}

std::string RawPhone::NewRequest(const std::string& method, const std::string& uri,
                                 const std::string& extra, const std::string& body) {
  std::string text = NewText(method, uri, extra, body);
  Send(text);
  return text;
}

std::string RawPhone::NewText(const std::string& method, const std::string& uri,
                              const std::string& extra, const std::string& body) {
  const std::string number = std::to_string(++branch_);
  std::string out = method + " " + uri +
                    " SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:" + std::to_string(port_) +
                    ";rport;branch=z9hG4bK-new-" + number + "\r\n";
  if (extra.find("Max-Forwards") == std::string::npos) out += "Max-Forwards: 70\r\n";
  if (extra.find("From:") == std::string::npos) {
    out += "From: <sip:raw@127.0.0.1>;tag=raw" + number + "\r\n";
  }
  if (extra.find("To:") == std::string::npos) out += "To: <" + uri + ">\r\n";
  if (extra.find("Call-ID") == std::string::npos) {
    out += "Call-ID: raw-" + std::to_string(port_) + "-" + number + "\r\n";
  }
  if (extra.find("CSeq") == std::string::npos) {
    out += "CSeq: " + std::to_string(++cseq_) + " " + method + "\r\n";
  }
  if (extra.find("Contact") == std::string::npos) out += "Contact: <" + this->uri() + ">\r\n";
  out += extra;
  if (!body.empty()) out += "Content-Type: application/sdp\r\n";
  return out + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string Md5(const std::string& text) { return sip_edge::Md5Hex(text); }

std::string DigestFor(const std::string& challenge, const std::string& user,
                      const std::string& secret, const std::string& method, const std::string& uri,
                      int count) {
  const std::string realm = ParamOf(challenge, "realm");
  const std::string nonce = ParamOf(challenge, "nonce");
  char nc[16];
  std::snprintf(nc, sizeof nc, "%08x", count);
  const std::string a1 = Md5(user + ":" + realm + ":" + secret);
  const std::string a2 = Md5(method + ":" + uri);
  const std::string response = Md5(a1 + ":" + nonce + ":" + nc + ":abcd:auth:" + a2);
  return "Digest username=\"" + user + "\", realm=\"" + realm + "\", nonce=\"" + nonce +
         "\", uri=\"" + uri + "\", response=\"" + response + "\", qop=auth, nc=" + nc +
         ", cnonce=\"abcd\", algorithm=MD5";
}

}  // namespace callfleet::test
