// Acts of a step through the ports; what they answer comes back as a message.
#include "services/dialer/actors/campaign_actor.h"

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

void CampaignRunner::Perform(const SendDemand& act) { ports_.pool->Wish(model_.id, act); }
void CampaignRunner::Perform(const CancelDemand& act) { ports_.pool->Wish(model_.id, act); }
void CampaignRunner::Perform(const TakeGrant& act) { ports_.pool->Wish(model_.id, act); }
void CampaignRunner::Perform(const ReturnGrant& act) { ports_.pool->Wish(model_.id, act); }
void CampaignRunner::Perform(const ReportOffer& act) { ports_.pool->Wish(model_.id, act); }
void CampaignRunner::Perform(const CompleteWork& act) { ports_.pool->Wish(model_.id, act); }

void CampaignRunner::Perform(const RingAgent& act) {
  ports_.calls->Ring(unit(), act,
                     [pool = ports_.pool, id = model_.id] { return pool->MayAct(id); });
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

void CampaignRunner::Perform(const SeizeAgent& act) { ports_.pool->Wish(model_.id, act); }
void CampaignRunner::Perform(const PlaceTarget& act) { ports_.calls->Place(unit(), act); }
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
