#include "services/sip_edge/loop/via_maddr.h"

#include <sofia-sip/msg_mclass.h>
#include <strings.h>

namespace callfleet::sip_edge {

namespace {

int UpdateVia(msg_common_t* header, const char* name, isize_t length, const char* value) {
  if (name != nullptr && length == 5 && strncasecmp(name, "maddr", 5) == 0) return 0;
  return sip_via_class->hc_update(header, name, length, value);
}

const msg_hclass_s* ViaClass() {
  static const msg_hclass_s kVia = [] {
    msg_hclass_s via = *sip_via_class;
    via.hc_update = &UpdateVia;
    return via;
  }();
  return &kVia;
}

// Whoever looks for the header by its name finds our class; who looks for sofia's own class, as nta
// does for the Via that it makes, finds that further on in the same chain of the table.
const msg_mclass_t* WithOurVia() {
  msg_mclass_t* messages = msg_mclass_clone(sip_default_mclass(), 0, 0);
  if (messages == nullptr) return sip_default_mclass();
  const auto size = static_cast<unsigned>(messages->mc_hash_size);
  unsigned at = static_cast<unsigned>(sip_via_class->hc_hash) % size;
  while (messages->mc_hash[at].hr_class != sip_via_class) at = (at + 1) % size;
  const msg_href_t theirs = messages->mc_hash[at];
  messages->mc_hash[at].hr_class = ViaClass();
  while (messages->mc_hash[at].hr_class != nullptr) at = (at + 1) % size;
  messages->mc_hash[at] = theirs;
  ++messages->mc_hash_used;
  // The compact name; the clone's table of them is its own.
  auto* compact = const_cast<msg_href_t*>(messages->mc_short);
  compact[sip_via_class->hc_short[0] - 'a'].hr_class = ViaClass();
  return messages;
}

}  // namespace

const msg_mclass_t* MessagesWithoutMaddr() {
  static const msg_mclass_t* const kMessages = WithOurVia();
  return kMessages;
}

}  // namespace callfleet::sip_edge
