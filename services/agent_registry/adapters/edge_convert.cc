#include "services/agent_registry/adapters/edge_convert.h"

#include "common/grpc_server/pb_time.h"

namespace callfleet::agent_registry {
namespace {

namespace edge_v1 = callfleet::sip_edge::v1;

LegPhase PhaseOf(const edge_v1::Leg& leg) {
  switch (leg.state()) {
    case edge_v1::LEG_STATE_RINGING:
      return LegPhase::kRinging;
    case edge_v1::LEG_STATE_ANSWERED:
      return leg.held_by_us() || leg.held_by_far_end() ? LegPhase::kHeld : LegPhase::kAnswered;
    case edge_v1::LEG_STATE_ENDING:
      return leg.has_answer_time() ? LegPhase::kAnswered : LegPhase::kRinging;
    case edge_v1::LEG_STATE_ENDED:
      return LegPhase::kEnded;
    default:
      return LegPhase::kSetup;
  }
}

}  // namespace

std::vector<LegOfAgent> LegsOf(const edge_v1::CallRecord& record, const EdgeId& edge) {
  std::vector<LegOfAgent> legs;
  for (const auto& leg : record.legs()) {
    if (leg.role() != edge_v1::LEG_ROLE_AGENT || leg.agent_id().empty()) continue;
    AgentLeg fact{edge,         CallId(record.call_id()), LegId(leg.leg_id()), leg.reservation_id(),
                  PhaseOf(leg), leg.dedicated()};
    legs.push_back({AgentId(leg.agent_id()), std::move(fact)});
  }
  return legs;
}

UserReachability ReachabilityOf(const edge_v1::Registration& registration, const EdgeId& edge) {
  UserReachability out{AgentId(registration.agent_id()), {edge, false, ""}};
  for (const auto& contact : registration.contacts()) {
    if (!contact.reachable()) continue;
    out.report.reachable = true;
    out.report.contact = contact.uri();
    break;
  }
  return out;
}

std::vector<ContactRow> ContactsOf(const edge_v1::Registration& registration) {
  std::vector<ContactRow> rows;
  for (const auto& c : registration.contacts()) {
    ContactRow row;
    row.uri = c.uri();
    row.source = c.source();
    row.transport = static_cast<int>(c.transport());
    row.path.assign(c.path().begin(), c.path().end());
    if (c.has_q()) row.q = c.q();
    row.expires = grpc_server::TimeOf(c.expire_time());
    row.user_agent = c.user_agent();
    row.call_id = c.register_call_id();
    row.cseq = c.register_cseq();
    rows.push_back(std::move(row));
  }
  return rows;
}

void Fill(const ContactRow& row, edge_v1::Contact* to) {
  to->set_uri(row.uri);
  to->set_source(row.source);
  to->set_transport(static_cast<edge_v1::Transport>(row.transport));
  for (const auto& path : row.path) to->add_path(path);
  to->set_q(row.q);
  *to->mutable_expire_time() = grpc_server::ToPb(row.expires);
  to->set_user_agent(row.user_agent);
  to->set_register_call_id(row.call_id);
  to->set_register_cseq(row.cseq);
}

void Fill(const AccountEntry& entry, const EdgeId& edge, bool with_contacts, WallTime now,
          edge_v1::Account* to) {
  to->set_sip_user(entry.sip_user);
  to->set_secret(entry.secret);
  to->set_agent_id(entry.agent.str());
  to->set_enabled(entry.enabled);
  to->set_media_security(static_cast<edge_v1::MediaSecurity>(entry.media_security));
  to->set_fixed_contact_uri(entry.fixed_contact);
  if (!entry.fixed_contact.empty()) return;  // Nothing was registered.
  auto contacts = entry.contacts.find(edge);
  if (!with_contacts || contacts == entry.contacts.end()) return;
  for (const ContactRow& row : contacts->second) {
    if (row.expires > now) Fill(row, to->add_last_contacts());
  }
}

void Fill(const UnitToken& unit, callfleet::common::v1::UnitToken* to) {
  to->mutable_unit()->set_kind(static_cast<callfleet::common::v1::UnitKind>(unit.unit.kind));
  to->mutable_unit()->set_id(unit.unit.id);
  to->set_token(unit.token);
}

}  // namespace callfleet::agent_registry
