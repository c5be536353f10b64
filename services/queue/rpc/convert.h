#pragma once
// Between the wire and the domain's words.
#include <optional>
#include <set>
#include <vector>

#include "callfleet/queue/v1/queue.pb.h"
#include "services/queue/domain/number_plan.h"
#include "services/queue/domain/queue_settings.h"
#include "services/queue/ports/watchers.h"

namespace callfleet::queue {

// Zero and absent become the defaults; what is out of range stays so and is refused by Check.
QueueSettings FromProto(const v1::Queue& queue);
v1::Queue ToProto(const Queue& queue);

std::vector<SkillRequirement> FromProto(
    const google::protobuf::RepeatedPtrField<callfleet::common::v1::SkillRequirement>& skills);
void ToProto(const std::vector<SkillRequirement>& skills,
             google::protobuf::RepeatedPtrField<callfleet::common::v1::SkillRequirement>* to);

// Nothing set: a queue without a name, which Check refuses.
Destination FromProto(const v1::Destination& destination);
void ToProto(const Destination& destination, v1::Destination* to);
Route FromProto(const v1::Route& route);
v1::Route ToProto(const Route& route);

// All that are shown as `state`. Empty: it is no state.
std::set<TicketState> StatesOf(v1::TicketState state);
v1::Ticket ToProto(const Ticket& ticket, const QueueId& queue);
v1::Ticket ToProto(const TicketView& view);
Ticket FromProto(const v1::Ticket& ticket);
v1::QueueStats ToProto(const QueueView& view);

}  // namespace callfleet::queue
