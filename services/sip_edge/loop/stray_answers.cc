#include "services/sip_edge/loop/stray_answers.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstdlib>

#include "services/sip_edge/loop/sip_headers.h"
#include "services/sip_edge/loop/sip_stack.h"

namespace callfleet::sip_edge {

namespace {
bool IsOurs(const sip_via_t* via, const OurAddress& us) {
  if (via == nullptr || via->v_next != nullptr || via->v_host == nullptr) return false;
  const Transport transport = TransportOf(via);
  const int sent_by = via->v_port == nullptr ? DefaultPort(transport) : std::atoi(via->v_port);
  return us.host == via->v_host &&
         sent_by == (transport == Transport::kTls ? us.tls_port : us.port);
}

// "tag" without a value is none.
bool HasTag(const sip_addr_t* party) {
  return party != nullptr && party->a_tag != nullptr && party->a_tag[0] != '\0';
}
}  // namespace

bool IsStrayAnswer(const sip_t* sip, const OurAddress& us) {
  const bool answer = sip->sip_status != nullptr && sip->sip_status->st_status / 100 == 2 &&
                      sip->sip_cseq != nullptr && sip->sip_cseq->cs_method == sip_method_invite;
  return answer && IsOurs(sip->sip_via, us) && sip->sip_call_id != nullptr &&
         !Text(sip->sip_call_id->i_id).empty() && HasTag(sip->sip_from) && HasTag(sip->sip_to) &&
         sip->sip_contact != nullptr;
}

DialogKey StrayDialog(msg_t* msg, const sip_t* sip) {
  const su_sockaddr_t* from = msg_addr(msg);
  char address[INET6_ADDRSTRLEN + 1] = {0};
  su_inet_ntop(from->su_family, SU_ADDR(from), address, sizeof address);
  DialogKey key{.call_id = sip->sip_call_id->i_id,
                .local_tag = sip->sip_from->a_tag,
                .remote_tag = sip->sip_to->a_tag,
                .contact = "<" + UrlText(sip->sip_from->a_url) + ">",
                .target = UrlText(sip->sip_contact->m_url),
                .next_hop = HopUrl(address, ntohs(from->su_port), TransportOf(sip->sip_via)),
                .cseq = sip->sip_cseq->cs_seq};
  for (const sip_record_route_t* r = sip->sip_record_route; r != nullptr; r = r->r_next) {
    key.route.push_back(UrlText(r->r_url));
  }
  std::reverse(key.route.begin(), key.route.end());  // RFC 3261 12.1.2.
  return key;
}

}  // namespace callfleet::sip_edge
