// Acts of a step through the ports; what they answer comes back as a message.
#include "services/dialer/actors/campaign_actor.h"
#include "services/dialer/actors/pool_words.h"

namespace callfleet::dialer {

void CampaignRunner::Perform(const Action& action) {
  std::visit([this](const auto& act) { Perform(act); }, action);
}

void CampaignRunner::Perform(const LoadPage& act) {
  ports_.store->ReadPage(unit(), act, ports_.clock->Now().wall, [me = me()](PageLoaded page) {
    caf::anon_send(me, EventMessage{std::move(page)});
  });
}

void CampaignRunner::Perform(const CheckGate& act) {
  ports_.store->AskGate(unit(), act, ports_.clock->Now().wall,
                        [me = me(), id = act.attempt](std::optional<NumberFacts> facts) {
                          caf::anon_send(me, EventMessage{GateAnswered{id, std::move(facts)}});
                        });
}

void CampaignRunner::Perform(const SendDemand& act) { ports_.pool->Ask(unit().unit, ToWish(act)); }
void CampaignRunner::Perform(const CancelDemand& act) {
  ports_.pool->Ask(unit().unit, ToWish(act));
}
void CampaignRunner::Perform(const TakeGrant& act) { ports_.pool->Ask(unit().unit, ToWish(act)); }
void CampaignRunner::Perform(const ReturnGrant& act) { ports_.pool->Ask(unit().unit, act); }
void CampaignRunner::Perform(const ReportOffer& act) { ports_.pool->Ask(unit().unit, act); }
void CampaignRunner::Perform(const CompleteWork& act) {
  ports_.pool->Ask(unit().unit, ToWish(act));
}

void CampaignRunner::Perform(const RingAgent& act) {
  ports_.calls->Ring(unit(), act,
                     LeaseFor(act.line.agent->reservation, act.line, act.line.AgentLeg()));
}

agent_pool::LeaseCheck CampaignRunner::LeaseFor(const ReservationId& reservation, const Line& line,
                                                const LegId& leg) const {
  return agent_pool::CheckFor(ports_.pool, unit().unit, reservation,
                              [calls = ports_.calls, unit = unit(), hang_up = HangUp{line, leg}] {
                                calls->End(unit, hang_up);
                              });
}

void CampaignRunner::Perform(const Originate& act) {
  log_.Info("dialling", {{"campaign_id", model_.id},
                         {"lead_id", act.line.lead.id},
                         {"call_id", act.line.id},
                         {"agent_id", act.line.agent ? act.line.agent->agent : AgentId()}});
  ports_.calls->Dial(unit(), act);
}

void CampaignRunner::Perform(const HangUp& act) { ports_.calls->End(unit(), act); }

void CampaignRunner::Perform(const Acknowledge& act) { ports_.calls->Acknowledged(unit(), act); }

void CampaignRunner::Perform(const SeizeAgent& act) { ports_.pool->Ask(unit().unit, ToWish(act)); }
void CampaignRunner::Perform(const PlaceTarget& act) {
  const auto& agent = act.line.transfer->agent;
  const bool rings = act.number.empty() && agent;
  ports_.calls->Place(
      unit(), act,
      rings ? LeaseFor(agent->reservation, act.line, act.line.transfer->leg) : nullptr);
}
void CampaignRunner::Perform(const OfferTalk& act) { ports_.calls->Offer(unit(), act); }
void CampaignRunner::Perform(const SteerEdge& act) { ports_.calls->Steer(unit(), act); }
void CampaignRunner::Perform(const AnswerSteer& act) {
  const auto [begin, end] = steered_.equal_range(act.request);
  for (auto asked = begin; asked != end; ++asked) {
    asked->second(act.refused ? Status(Fail(*act.refused)) : Status());
  }
  steered_.erase(begin, end);
}

void CampaignRunner::Perform(const StartTimer& act) {
  ports_.timers->Start(act.after, [me = me(), kind = act.kind, generation = act.generation] {
    caf::anon_send(me, EventMessage{TimerFired{.kind = kind, .generation = generation}});
  });
}

}  // namespace callfleet::dialer
