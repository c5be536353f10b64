#pragma once
// What an edge says, in the domain's words.
#include "callfleet/sip_edge/v1/sip_edge_service.pb.h"
#include "services/agent_registry/adapters/account_book.h"
#include "services/agent_registry/ports/edge_facts.h"

namespace callfleet::agent_registry {

// The agents' legs of a record.
std::vector<LegOfAgent> LegsOf(const callfleet::sip_edge::v1::CallRecord& record,
                               const EdgeId& edge);
UserReachability ReachabilityOf(const callfleet::sip_edge::v1::Registration& registration,
                                const EdgeId& edge);
std::vector<ContactRow> ContactsOf(const callfleet::sip_edge::v1::Registration& registration);
void Fill(const ContactRow& row, callfleet::sip_edge::v1::Contact* to);
// Contacts of this edge that have not ended by `now` go along if `with_contacts`.
void Fill(const AccountEntry& entry, const EdgeId& edge, bool with_contacts, WallTime now,
          callfleet::sip_edge::v1::Account* to);
void Fill(const UnitToken& unit, callfleet::common::v1::UnitToken* to);

}  // namespace callfleet::agent_registry
