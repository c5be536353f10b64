#pragma once
#include "services/sip_edge/loop/sofia.h"

namespace callfleet::sip_edge {

// How nta reads messages: as ever, except that the maddr of a Via is shown and returned but never
// followed. sofia sends responses to it whatever it names, so that one datagram would make us
// repeat a final response of an INVITE at a third party. RFC 3261 18.2.2 has maddr for
// responses by multicast, which nobody asks of us. Lives as long as the process.
const msg_mclass_t* MessagesWithoutMaddr();

}  // namespace callfleet::sip_edge
