#pragma once
// Wishes and news of a queue in the words that all owners of work share with their pool.
#include <vector>

#include "common/agent_pool/words.h"
#include "services/queue/domain/queue_events.h"
#include "services/queue/domain/queue_step.h"

namespace callfleet::queue {

std::vector<agent_pool::HeldReservation> ToHeld(const std::vector<JoinPool::Held>& held);
agent_pool::Wish ToWish(const SendDemand& act);
agent_pool::Wish ToWish(const CancelDemand& act);
agent_pool::Wish ToWish(const TakeGrant& act);
agent_pool::Wish ToWish(const SeizeAgent& act);
inline agent_pool::Wish ToWish(const ReturnGrant& act) { return act; }
inline agent_pool::Wish ToWish(const ReportOffer& act) { return act; }
inline agent_pool::Wish ToWish(const CompleteWork& act) { return act; }
QueueEvent ToEvent(agent_pool::Event event);

}  // namespace callfleet::queue
