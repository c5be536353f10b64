#pragma once
// A SIP end point of a few lines on a UDP socket: says exactly what a test tells it to say.
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace callfleet::test {

struct SipText {
  std::string start;  // "INVITE sip:… SIP/2.0" or "SIP/2.0 200 OK"
  std::vector<std::pair<std::string, std::string>> headers;  // In order, names as they came.
  std::string body;

  std::string Get(const std::string& name) const;  // First of that name, without case; or "".
  std::string method() const;                      // Of a request; "" for a response.
  int status() const;                              // Of a response; 0 for a request.
  std::uint32_t cseq() const;
  std::string tag(const char* header) const;
};
std::optional<SipText> ParseSip(const std::string& datagram);

class RawPhone {
 public:
  explicit RawPhone(std::uint16_t edge_port);
  ~RawPhone();

  std::uint16_t port() const { return port_; }
  std::string uri() const { return "sip:phone@127.0.0.1:" + std::to_string(port_); }

  void Send(const std::string& text);
  // The next message that is `wanted` ("INVITE", "200", "" = any); others are passed over.
  std::optional<SipText> Expect(const std::string& wanted,
                                std::chrono::milliseconds limit = std::chrono::seconds(5));
  // Nothing of that kind within the time.
  bool Silent(const std::string& unwanted, std::chrono::milliseconds time);

  // A response to `request`; `extra` are header lines ended by CRLF.
  void Reply(const SipText& request, int code, const std::string& extra = "",
             const std::string& body = "", const std::string& tag = "uas",
             const std::string& phrase = "X");
  // 200 with an answer that fits the edge's offer.
  void Answer(const SipText& invite, const std::string& tag = "uas");
  // An in-dialog request of the called side; CSeq counts from 1.
  void Request(const std::string& method, const SipText& invite, const std::string& extra = "",
               const std::string& body = "", const std::string& tag = "uas");
  // An in-dialog request of the calling side, `ok` being a response to its INVITE; ACK takes the
  // CSeq of `ok`.
  void RequestAsCaller(const std::string& method, const SipText& ok, const std::string& extra = "",
                       const std::string& body = "");
  // A request of our own outside any dialog.
  std::string NewRequest(const std::string& method, const std::string& uri,
                         const std::string& extra = "", const std::string& body = "");
  // The same, not sent.
  std::string NewText(const std::string& method, const std::string& uri,
                      const std::string& extra = "", const std::string& body = "");

  std::string Sdp(int port = 40'000, const std::string& direction = "sendrecv",
                  int version = 1) const;

 private:
  int fd_ = -1;
  std::uint16_t port_ = 0;
  std::uint16_t edge_port_;
  int branch_ = 0;
  std::uint32_t cseq_ = 0;
};

std::string Md5(const std::string& text);
// Authorization for a challenge with qop=auth.
std::string DigestFor(const std::string& challenge, const std::string& user,
                      const std::string& secret, const std::string& method, const std::string& uri,
                      int count = 1);
std::string ParamOf(const std::string& header, const std::string& name);

}  // namespace callfleet::test
