#pragma once
// Protobuf <-> the domain. Faults name the field as the proto spells it.
#include "callfleet/agent_registry/v1/agent_registry_service.pb.h"
#include "services/agent_registry/domain/agent_record.h"
#include "services/agent_registry/ports/registry_desk.h"

namespace callfleet::agent_registry {

void ToProto(WallTime time, google::protobuf::Timestamp* to);
void ToProto(std::chrono::milliseconds time, google::protobuf::Duration* to);
std::chrono::milliseconds FromProto(const google::protobuf::Duration& time);
WallTime FromProto(const google::protobuf::Timestamp& time);
void ToProto(const Unit& unit, callfleet::common::v1::Unit* to);
Unit FromProto(const callfleet::common::v1::Unit& unit);

v1::AgentKind ToProto(AgentKind kind);
v1::AgentLineMode ToProto(LineMode mode);
v1::Presence ToProto(Presence presence);
v1::AgentActivity ActivityOf(const AgentRecord& record);  // Derived, never stored.
void ToProto(const AgentRecord& record, v1::Agent* to);

NewAgent FromProto(const v1::CreateAgentRequest& request);
AgentPatch FromProto(const v1::UpdateAgentRequest& request);
Result<Presence> FromProto(v1::Presence presence);
// SRTP is not spoken: what asks for it is refused rather than passed over.
Status Check(v1::AgentMediaSecurity security);

}  // namespace callfleet::agent_registry
