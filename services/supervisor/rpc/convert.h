#pragma once
// Live views as messages.
#include "callfleet/supervisor/v1/agent.pb.h"
#include "callfleet/supervisor/v1/call.pb.h"
#include "callfleet/supervisor/v1/stats.pb.h"
#include "services/supervisor/domain/ratios.h"
#include "services/supervisor/domain/view_update.h"

namespace callfleet::supervisor {

v1::Agent ToProto(const AgentView& view);
v1::CallLeg ToProto(const LegView& leg);
v1::Call ToProto(const CallView& view);
v1::Bridge ToProto(const BridgeView& view);
v1::Stats ToProto(const Stats& stats);
v1::QueueStats ToProto(const QueueFact& queue);
v1::ServiceLevel ToProto(const ServiceLevel& level);
v1::CoachingOutcome ToProto(CoachingOutcome outcome);

}  // namespace callfleet::supervisor
