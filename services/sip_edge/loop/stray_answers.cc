#include "services/sip_edge/loop/stray_answers.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstdlib>

#include "services/sip_edge/loop/sip_headers.h"
#include "services/sip_edge/loop/sip_stack.h"

namespace callfleet::sip_edge {

namespace {
bool IsOurs(const sip_via_t* via, const std::string& host, std::uint16_t port) {
  if (via == nullptr || via->v_next != nullptr || via->v_host == nullptr) return false;
  const int sent_by = via->v_port == nullptr ? 5060 : std::atoi(via->v_port);
  return host == via->v_host && sent_by == port;
}
}  // namespace

bool IsStrayAnswer(const sip_t* sip, const std::string& host, std::uint16_t port) {
  const bool answer = sip->sip_status != nullptr && sip->sip_status->st_status / 100 == 2 &&
                      sip->sip_cseq != nullptr && sip->sip_cseq->cs_method == sip_method_invite;
  return answer && IsOurs(sip->sip_via, host, port) && sip->sip_call_id != nullptr &&
         sip->sip_from != nullptr && sip->sip_from->a_tag != nullptr && sip->sip_to != nullptr &&
         sip->sip_to->a_tag != nullptr && sip->sip_contact != nullptr;
}

DialogKey StrayDialog(msg_t* msg, const sip_t* sip) {
  const su_sockaddr_t* from = msg_addr(msg);
  char address[INET6_ADDRSTRLEN + 1] = {0};
  su_inet_ntop(from->su_family, SU_ADDR(from), address, sizeof address);
  const bool tcp = Text(sip->sip_via->v_protocol).find("TCP") != std::string::npos;
  DialogKey key{
      .call_id = sip->sip_call_id->i_id,
      .local_tag = sip->sip_from->a_tag,
      .remote_tag = sip->sip_to->a_tag,
      .contact = "<" + UrlText(sip->sip_from->a_url) + ">",
      .target = UrlText(sip->sip_contact->m_url),
      .next_hop = HopUrl(address, ntohs(from->su_port), tcp ? Transport::kTcp : Transport::kUdp),
      .cseq = sip->sip_cseq->cs_seq};
  for (const sip_record_route_t* r = sip->sip_record_route; r != nullptr; r = r->r_next) {
    key.route.push_back(UrlText(r->r_url));
  }
  std::reverse(key.route.begin(), key.route.end());  // RFC 3261 12.1.2.
  return key;
}

}  // namespace callfleet::sip_edge
