#include "tests/phones/sip/endpoint.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

#include "tests/phones/sip/call.h"

namespace callfleet::phones {
namespace {

constexpr int kBindAttempts = 20;
constexpr unsigned kSocketBuffer = 4 * 1024 * 1024;  // bursts of a thousand calls a second

sockaddr_in AddressOf(const std::string& host, uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  if (inet_pton(AF_INET, host.c_str(), &address.sin_addr) != 1)
    throw std::runtime_error("not an IPv4 address: " + host);
  return address;
}

// A port that UDP and TCP can both have now, or 0.
uint16_t FreePort(const std::string& host) {
  const int udp = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  const int tcp = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = AddressOf(host, 0);
  socklen_t size = sizeof address;
  bool good = bind(tcp, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
              getsockname(tcp, reinterpret_cast<sockaddr*>(&address), &size) == 0 &&
              bind(udp, reinterpret_cast<sockaddr*>(&address), size) == 0;
  close(udp);
  close(tcp);
  return good ? ntohs(address.sin_port) : 0;
}

}  // namespace

Endpoint::Endpoint(SipLoop& loop, const EndpointOptions& options, InviteHandler on_invite)
    : loop_(loop), options_(options), on_invite_(std::move(on_invite)) {
  for (int attempt = 0; !agent_ && attempt < kBindAttempts; ++attempt) {
    port_ = options.port ? options.port : FreePort(options.host);
    if (port_ == 0) continue;
    const std::string url = "sip:" + options.host + ":" + std::to_string(port_);
    // UDP_MTU: INVITEs above 1300 bytes stay on UDP. EXTRA_100 off: silence must stay silence.
    agent_ =
        nta_agent_create(loop.root(), URL_STRING_MAKE(url.c_str()), nullptr, nullptr, NTATAG_UA(1),
                         NTATAG_UDP_MTU(65535), NTATAG_MAXSIZE(64 * 1024), NTATAG_SERVER_RPORT(1),
                         NTATAG_EXTRA_100(0), NTATAG_USE_NAPTR(0), NTATAG_USE_SRV(0),
                         TPTAG_UDP_RMEM(kSocketBuffer), TPTAG_UDP_WMEM(kSocketBuffer), TAG_END());
    if (options.port) break;
  }
  if (!agent_)
    throw std::runtime_error("cannot bind SIP on " + options.host + ":" +
                             std::to_string(options.port));
  default_leg_ = nta_leg_tcreate(agent_, OnRequest, reinterpret_cast<nta_leg_magic_t*>(this),
                                 NTATAG_NO_DIALOG(1), TAG_END());
}

Endpoint::~Endpoint() {
  calls_.clear();
  for (nta_incoming_t* request : unanswered_) nta_incoming_destroy(request);
  nta_leg_destroy(default_leg_);
  nta_agent_destroy(agent_);
}

std::string Endpoint::ContactUri(const std::string& user, bool tcp) const {
  return "sip:" + user + "@" + options_.host + ":" + std::to_string(port_) +
         (tcp ? ";transport=tcp" : "");
}

void Endpoint::GoDeaf() { nta_agent_set_params(agent_, NTATAG_DEBUG_DROP_PROB(1000), TAG_END()); }

EndpointStats Endpoint::Stats() const {
  usize_t retried = 0, received_again = 0, bad = 0, timeouts = 0, received = 0;
  nta_agent_get_stats(agent_, NTATAG_S_RETRY_REQUEST_REF(retried),
                      NTATAG_S_RECV_RETRY_REF(received_again), NTATAG_S_BAD_MESSAGE_REF(bad),
                      NTATAG_S_TOUT_REQUEST_REF(timeouts), NTATAG_S_RECV_MSG_REF(received),
                      TAG_END());
  return {retried, received_again, bad, timeouts, received};
}

void Endpoint::Keep(const std::shared_ptr<Call>& call) { calls_.emplace(call.get(), call); }

void Endpoint::HoldUnanswered(nta_incoming_t* request) {
  nta_incoming_set_params(request, NTATAG_EXTRA_100(0), TAG_END());
  unanswered_.push_back(request);
}

void Endpoint::ForgetLater(Call* call) {
  auto it = calls_.find(call);
  if (it == calls_.end()) return;
  std::shared_ptr<Call> last = std::move(it->second);
  calls_.erase(it);
  loop_.Post([last] {});
}

int Endpoint::OnRequest(nta_leg_magic_t* magic, nta_leg_t*, nta_incoming_t* request,
                        const sip_t* sip) {
  return reinterpret_cast<Endpoint*>(magic)->Dispatch(request, sip);
}

int Endpoint::Dispatch(nta_incoming_t* request, const sip_t* sip) {
  switch (sip->sip_request->rq_method) {
    case sip_method_ack:
      return 0;
    case sip_method_options:
      return OnOptions(request);
    case sip_method_invite:
      break;
    case sip_method_bye:
    case sip_method_update:
    case sip_method_info:
    case sip_method_notify:
    case sip_method_prack:
    case sip_method_cancel:
      return 481;
    default:  // An enum of sofia, open to every method.
      nta_incoming_treply(request, SIP_405_METHOD_NOT_ALLOWED, SIPTAG_ALLOW_STR(kAllow), TAG_END());
      return 405;
  }
  if (sip->sip_to && sip->sip_to->a_tag) return 481;
  // RFC 3261 8.2.2.3: replies 420 with Unsupported by itself.
  if (const int status = nta_check_required(request, sip, nullptr, TAG_END())) return status;
  return on_invite_(request, sip);
}

int Endpoint::OnOptions(nta_incoming_t* request) {
  ++options_received_;
  if (options_status_ == 0) {
    HoldUnanswered(request);
    return 0;
  }
  nta_incoming_treply(request, options_status_, sip_status_phrase(options_status_),
                      SIPTAG_ALLOW_STR(kAllow), SIPTAG_ACCEPT_STR("application/sdp"), TAG_END());
  return options_status_;
}

}  // namespace callfleet::phones
