#pragma once
// Wishes and news of a campaign in the words that all owners of work share with their pool.
#include <optional>

#include "common/agent_pool/words.h"
#include "services/dialer/domain/events.h"
#include "services/dialer/domain/step.h"

namespace callfleet::dialer {

inline Unit UnitOf(const CampaignId& campaign) { return {UnitKind::kCampaign, campaign.str()}; }

agent_pool::HeldReservation ToHeld(const ReservationId& reservation, const AgentId& agent,
                                   const AttemptId& attempt, const LegId& leg);
agent_pool::Wish ToWish(const SendDemand& act);
agent_pool::Wish ToWish(const CancelDemand& act);
agent_pool::Wish ToWish(const TakeGrant& act);
agent_pool::Wish ToWish(const CompleteWork& act);
agent_pool::Wish ToWish(const SeizeAgent& act);
Event ToEvent(agent_pool::Event event);

}  // namespace callfleet::dialer
