#pragma once
// The nta agent with its listeners: where requests come in and what we call ourselves.
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "common/result/result.h"
#include "services/sip_edge/domain/dialog_key.h"
#include "services/sip_edge/domain/trunk.h"
#include "services/sip_edge/loop/sofia.h"
#include "services/sip_edge/loop/stray_answers.h"

namespace callfleet::sip_edge {

struct SipAddress {
  std::string host;             // Address literal to bind.
  std::string port;             // "*": the kernel chooses.
  std::string advertised{};     // In Via, Contact and SDP; `host` where empty.
  std::string tls_port{};       // As `port`; empty: no TLS.
  std::string tls_folder{};     // With agent.pem (certificates, then the key) and cafile.pem.
  bool tls_check_peers = true;  // Certificates of whom we call: their authority and their name.
};

// Where a message came from.
struct PeerAddress {
  std::string host;
  std::uint16_t port = 0;
  Transport transport = Transport::kUdp;
  std::string HostPort() const;
};

// Sofia thread only.
class SipStack {
 public:
  // UDP and TCP on one port, TLS on another. UNAVAILABLE LISTEN_FAILED.
  // Connections are closed when nothing came or went for `idle` and nobody holds them (FlowWatch,
  // transactions).
  Status Open(su_root_t* root, const SipAddress& address, std::chrono::milliseconds idle,
              RequestSink* sink);
  void Close();
  SipStack();
  ~SipStack();

  nta_agent_t* agent() const { return agent_; }
  const std::string& advertised_host() const { return host_; }
  std::uint16_t port() const { return port_; }
  std::uint16_t tls_port() const { return tls_port_; }  // 0: no TLS.
  std::vector<std::string> Listeners() const;
  // "<sip:callfleet@192.0.2.1:5060>", with ;transport=tcp where it is one.
  std::string ContactFor(Transport transport) const;
  PeerAddress PeerOf(nta_incoming_t* irq) const;

  // A request outside any dialog (OPTIONS, MESSAGE); `done` gets the final status.
  struct OneShot {
    sip_method_t method;
    const char* method_name;
    std::string request_uri;
    std::string from;
    std::string to;
    std::string next_hop;
    std::string headers{};
    std::string content_type{};
    std::string body{};
    std::string call_id{};  // With cseq and tags: a BYE for another boot's dialog.
    std::string cseq{};
  };
  // `done` gets the status (408: no response) and the response, if one came.
  using Done = std::function<void(int, const sip_t*)>;
  void Send(const OneShot& request, Done done);
  // Ends a dialog of another boot; `cseq` beyond whatever that boot has sent.
  void Bye(const DialogKey& dialog, std::uint32_t cseq);

 private:
  class Exchange;
  Status OpenTls(const SipAddress& address, std::chrono::milliseconds idle);
  void AckAndBye(const DialogKey& dialog, const std::string& branch);
  static int OnStray(SipStack* self, nta_agent_t* agent, msg_t* msg, sip_t* sip);
  nta_agent_t* agent_ = nullptr;
  nta_leg_t* default_leg_ = nullptr;
  std::string host_;
  std::uint16_t port_ = 0;
  std::uint16_t tls_port_ = 0;
  std::unordered_map<Exchange*, std::unique_ptr<Exchange>> exchanges_;
  std::vector<std::unique_ptr<Exchange>> finished_;
  StrayAnswers strays_{std::chrono::steady_clock::now()};
};

// "sip:192.0.2.1:5060;transport=udp", brackets for IPv6. `name`: what the certificate there says.
std::string HopUrl(const std::string& address, std::uint16_t port, Transport transport,
                   const std::string& name = {});

}  // namespace callfleet::sip_edge
