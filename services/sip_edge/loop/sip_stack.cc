#include "services/sip_edge/loop/sip_stack.h"

#include <cstdlib>
#include <cstring>
#include <utility>

#include "services/sip_edge/loop/sip_headers.h"
#include "services/sip_edge/loop/via_maddr.h"

namespace callfleet::sip_edge {

namespace {
constexpr std::size_t kMaxMessageBytes = 64 * 1024;
// A second of messages at 1,000 calls/s; the kernel grants at most net.core.[rw]mem_max.
constexpr unsigned kUdpBufferBytes = 8 * 1024 * 1024;
constexpr unsigned kNeverTcpInstead = 65535;  // Above its MTU nta would try TCP first.

std::string Bracketed(const std::string& address) {
  const bool six = address.find(':') != std::string::npos && address.front() != '[';
  return six ? "[" + address + "]" : address;
}

// Where the kernel has chosen it, too.
std::uint16_t OwnTlsPort(nta_agent_t* agent) {
  for (tport_t* t = tport_primaries(nta_agent_tports(agent)); t != nullptr; t = tport_next(t)) {
    const tp_name_t* name = tport_name(t);
    if (std::strcmp(name->tpn_proto, "tls") != 0 || name->tpn_port == nullptr) continue;
    return static_cast<std::uint16_t>(std::atoi(name->tpn_port));
  }
  return 0;
}
}  // namespace

std::string HopUrl(const std::string& address, std::uint16_t port, Transport transport,
                   const std::string& name) {
  // By maddr sofia goes to the address, and asks the certificate for the name.
  const bool named = transport == Transport::kTls && !name.empty() && name != address;
  return "sip:" + (named ? name : Bracketed(address)) + ":" + std::to_string(port) +
         TransportParam(transport) + (named ? ";maddr=" + Bracketed(address) : "");
}

std::string PeerAddress::HostPort() const { return Bracketed(host) + ":" + std::to_string(port); }

// One request and its final response.
class SipStack::Exchange final : public ResponseSink, public RequestSink {
 public:
  Exchange(SipStack& stack, Done done) : stack_(stack), done_(std::move(done)) {}
  ~Exchange() override {
    if (out_ != nullptr) nta_outgoing_destroy(out_);
    if (leg_ != nullptr) nta_leg_destroy(leg_);
  }

  bool Start(const OneShot& request) {
    leg_ = nta_leg_tcreate(
        stack_.agent_, &RequestSink::Dispatch, this, SIPTAG_FROM_STR(request.from.c_str()),
        SIPTAG_TO_STR(request.to.c_str()),
        TAG_IF(!request.call_id.empty(), SIPTAG_CALL_ID_STR(request.call_id.c_str())), TAG_END());
    if (leg_ == nullptr) return false;
    if (request.call_id.empty()) nta_leg_tag(leg_, nullptr);
    const bool body = !request.body.empty();
    out_ = nta_outgoing_tcreate(
        leg_, &ResponseSink::Dispatch, this,
        reinterpret_cast<const url_string_t*>(request.next_hop.c_str()), request.method,
        request.method_name, reinterpret_cast<const url_string_t*>(request.request_uri.c_str()),
        TAG_IF(!request.cseq.empty(), SIPTAG_CSEQ_STR(request.cseq.c_str())),
        TAG_IF(!request.headers.empty(), SIPTAG_HEADER_STR(request.headers.c_str())),
        TAG_IF(body, SIPTAG_CONTENT_TYPE_STR(request.content_type.c_str())),
        TAG_IF(body, SIPTAG_PAYLOAD_STR(request.body.c_str())), TAG_END());
    return out_ != nullptr;
  }

  void OnResponse(nta_outgoing_t* orq, const sip_t* sip) override {
    const int code = StatusOf(orq, sip);
    if (code < 200) return;
    auto done = std::exchange(done_, nullptr);
    auto self = stack_.exchanges_.extract(this);
    if (!self.empty()) stack_.finished_.push_back(std::move(self.mapped()));
    if (!done) return;
    const bool received = sip != nullptr && nta_sip_is_internal(sip) == 0;
    done(sip == nullptr || received ? code : 408, received ? sip : nullptr);
  }
  int OnRequest(nta_leg_t*, nta_incoming_t*, const sip_t*) override { return 481; }

 private:
  SipStack& stack_;
  Done done_;
  nta_leg_t* leg_ = nullptr;
  nta_outgoing_t* out_ = nullptr;
};

SipStack::SipStack() = default;
SipStack::~SipStack() { Close(); }

Status SipStack::Open(su_root_t* root, const SipAddress& address, std::chrono::milliseconds idle,
                      RequestSink* sink) {
  std::string url = "sip:" + Bracketed(address.host) + ":" + address.port;
  if (!address.advertised.empty() && address.advertised != address.host) {
    // sofia's way to bind one address and call itself another.
    url = "sip:" + Bracketed(address.advertised) + ":" + address.port + ";maddr=" + address.host;
  }
  agent_ = nta_agent_create(
      root, URL_STRING_MAKE(url.c_str()), &SipStack::OnStray, this, NTATAG_UA(1),
      NTATAG_MCLASS(MessagesWithoutMaddr()), NTATAG_UDP_MTU(kNeverTcpInstead),
      NTATAG_MAXSIZE(kMaxMessageBytes), NTATAG_SERVER_RPORT(2), NTATAG_CLIENT_RPORT(1),
      NTATAG_PASS_100(1), NTATAG_MERGE_482(1), NTATAG_TIMEOUT_408(1), NTATAG_MAX_FORWARDS(70),
      TPTAG_QUEUESIZE(1000), TPTAG_REUSE(1), TPTAG_UDP_RMEM(kUdpBufferBytes),
      TPTAG_UDP_WMEM(kUdpBufferBytes), TPTAG_IDLE(static_cast<unsigned>(idle.count())), TAG_END());
  if (agent_ == nullptr) {
    return Unavailable("LISTEN_FAILED", "cannot listen on " + url + ": " + std::strerror(errno));
  }
  default_leg_ =
      nta_leg_tcreate(agent_, &RequestSink::Dispatch, sink, NTATAG_NO_DIALOG(1), TAG_END());
  const sip_contact_t* contact = nta_agent_contact(agent_);
  host_ = address.advertised.empty() ? address.host : address.advertised;
  port_ = contact->m_url->url_port == nullptr
              ? 5060
              : static_cast<std::uint16_t>(std::atoi(contact->m_url->url_port));
  return address.tls_port.empty() ? Status() : OpenTls(address, idle);
}

Status SipStack::OpenTls(const SipAddress& address, std::chrono::milliseconds idle) {
  const bool two = host_ != address.host;
  const std::string url = "sips:" + Bracketed(host_) + ":" + address.tls_port + ";transport=tls" +
                          (two ? ";maddr=" + address.host : "");
  // Who calls us shows no certificate; whom we call does, of an authority that we know, for the
  // name that the route has.
  const unsigned policy = address.tls_check_peers ? TPTLS_VERIFY_SUBJECTS_OUT : TPTLS_VERIFY_NONE;
  if (nta_agent_add_tport(agent_, URL_STRING_MAKE(url.c_str()),
                          TPTAG_CERTIFICATE(address.tls_folder.c_str()),
                          TPTAG_TLS_VERIFY_POLICY(policy), TPTAG_QUEUESIZE(1000), TPTAG_REUSE(1),
                          TPTAG_IDLE(static_cast<unsigned>(idle.count())), TAG_END()) < 0) {
    return Unavailable("LISTEN_FAILED", "cannot listen on " + url + " with agent.pem and " +
                                            "cafile.pem of " + address.tls_folder + ": " +
                                            std::strerror(errno));
  }
  tls_port_ = OwnTlsPort(agent_);
  return {};
}

void SipStack::Close() {
  exchanges_.clear();
  finished_.clear();
  if (default_leg_ != nullptr) nta_leg_destroy(std::exchange(default_leg_, nullptr));
  if (agent_ != nullptr) nta_agent_destroy(std::exchange(agent_, nullptr));
}

std::vector<std::string> SipStack::Listeners() const {
  const std::string place = Bracketed(host_) + ":" + std::to_string(port_);
  std::vector<std::string> all{"udp:" + place, "tcp:" + place};
  if (tls_port_ != 0) all.push_back("tls:" + Bracketed(host_) + ":" + std::to_string(tls_port_));
  return all;
}

std::string SipStack::ContactFor(Transport transport) const {
  const bool tls = transport == Transport::kTls;
  return "<sip:callfleet@" + Bracketed(host_) + ":" + std::to_string(tls ? tls_port_ : port_) +
         (transport == Transport::kUdp ? "" : TransportParam(transport)) + ">";
}

PeerAddress SipStack::PeerOf(nta_incoming_t* irq) const {
  PeerAddress peer;
  msg_t* msg = nta_incoming_getrequest(irq);
  if (msg == nullptr) return peer;
  const su_sockaddr_t* from = msg_addr(msg);
  char text[INET6_ADDRSTRLEN + 1] = {0};
  if (su_inet_ntop(from->su_family, SU_ADDR(from), text, sizeof text) != nullptr) peer.host = text;
  peer.port = ntohs(from->su_port);
  const sip_t* sip = sip_object(msg);
  if (sip != nullptr && sip->sip_via != nullptr) {
    peer.transport = TransportOf(sip->sip_via);
  }
  msg_destroy(msg);
  return peer;
}

void SipStack::Send(const OneShot& request, Done done) {
  finished_.clear();
  auto exchange = std::make_unique<Exchange>(*this, std::move(done));
  Exchange* raw = exchange.get();
  exchanges_.emplace(raw, std::move(exchange));
  if (!raw->Start(request)) exchanges_.erase(raw);
}

namespace {
std::string RouteHeaders(const DialogKey& dialog) {
  std::string headers;
  for (const auto& route : dialog.route) headers += "Route: <" + route + ">\r\n";
  return headers;
}
}  // namespace

void SipStack::Bye(const DialogKey& dialog, std::uint32_t cseq) {
  OneShot bye{
      .method = sip_method_bye,
      .method_name = "BYE",
      .request_uri = dialog.target,
      .from = dialog.contact + ";tag=" + dialog.local_tag,
      .to = "<" + dialog.target + ">;tag=" + dialog.remote_tag,
      .next_hop = dialog.next_hop,
      .headers = RouteHeaders(dialog) + "Reason: Q.850;cause=41;text=\"edge restarted\"\r\n",
      .call_id = dialog.call_id,
      .cseq = std::to_string(cseq) + " BYE"};
  Send(bye, [](int, const sip_t*) {});
}

// What nta knows of no transaction.
int SipStack::OnStray(SipStack* self, nta_agent_t*, msg_t* msg, sip_t* sip) {
  if (IsStrayAnswer(sip, {self->host_, self->port_, self->tls_port_}) &&
      self->strays_.Admit(std::chrono::steady_clock::now())) {
    self->AckAndBye(StrayDialog(msg, sip), Text(sip->sip_via->v_branch));
  }
  msg_destroy(msg);
  return 0;
}

void SipStack::AckAndBye(const DialogKey& dialog, const std::string& branch) {
  nta_leg_t* leg =
      nta_leg_tcreate(agent_, nullptr, nullptr,
                      SIPTAG_FROM_STR((dialog.contact + ";tag=" + dialog.local_tag).c_str()),
                      SIPTAG_TO_STR(("<" + dialog.target + ">;tag=" + dialog.remote_tag).c_str()),
                      SIPTAG_CALL_ID_STR(dialog.call_id.c_str()), TAG_END());
  if (leg == nullptr) return;
  const std::string routes = RouteHeaders(dialog);
  // The branch spares nta the search for the INVITE, which was the older boot's.
  nta_outgoing_t* ack = nta_outgoing_tcreate(
      leg, nullptr, nullptr, reinterpret_cast<const url_string_t*>(dialog.next_hop.c_str()),
      sip_method_ack, "ACK", reinterpret_cast<const url_string_t*>(dialog.target.c_str()),
      NTATAG_STATELESS(1), NTATAG_ACK_BRANCH(branch.c_str()),
      SIPTAG_CSEQ_STR((std::to_string(dialog.cseq) + " ACK").c_str()),
      TAG_IF(!routes.empty(), SIPTAG_HEADER_STR(routes.c_str())), TAG_END());
  if (ack != nullptr) nta_outgoing_destroy(ack);
  nta_leg_destroy(leg);
  Bye(dialog, dialog.cseq + 1);
}

}  // namespace callfleet::sip_edge
