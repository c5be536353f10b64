#pragma once
// One step under way. Internal to domain/: campaign_step.cc dispatches, the other files are its
// parts.
#include <optional>
#include <string>

#include "services/dialer/domain/campaign_model.h"
#include "services/dialer/domain/events.h"
#include "services/dialer/domain/step.h"

namespace callfleet::dialer {

class Stepper {
 public:
  Stepper(CampaignModel& model, Instant now, const ZoneRules& zones)
      : m_(model), now_(now), zones_(zones) {}

  void On(const Verb& event);
  void On(const SettingsChanged& event);
  void On(const LeadsAdded& event);
  void On(const PageLoaded& event);
  void On(const GateAnswered& event);
  void On(const SessionChanged& event);
  void On(const AudienceChanged& event);
  void On(const Granted& event);
  void On(const DemandClosed& event);
  void On(const ReservationLost& event);
  void On(const CallFacts& event);
  void On(const EdgeUp& event);
  void On(const EdgeDown& event);
  void On(const CommandReply& event);
  void On(const TrunkPublished& event);
  void On(const TimerFired& event);
  void On(const Closing& event);
  void On(const Fenced& event);
  void On(const Steer& event);
  void On(const Seized& event);
  // After each event: forget ended lines, open new ones, say why not.
  void Settle();
  Step Take() { return std::move(out_); }

 private:
  // campaign_step.cc
  void Turn(CampaignEvent verb);
  void EndIfNothingIsLeft();
  WaitReason WhyWaiting() const;

  // line_step.cc
  // `why`: of a line that comes to nothing through a fault below; then it is told as a repair.
  void Fire(Line& line, AttemptEvent event, std::string_view why = {});
  void Perform(Line& line, AttemptEffect effect);
  void DemandAgent(Line& line);
  void RingTheAgent(Line& line, bool bridge);
  void Dial(Line& line);
  void HangUpAgent(Line& line);
  void GiveBackAgent(Line& line, Outcome why = Outcome::kCancelled);
  std::chrono::milliseconds TimeForAgent(const Line& line) const;
  void KeepLead(Line& line);
  void SettleDenied(Line& line);
  void SettleRefused(Line& line);
  void SettleEnded(Line& line);
  void CountEnd(const Line& line, const EndFacts& end, Outcome outcome, WallTime ended);
  void CompleteTheAgentsWork(const Line& line, const EndFacts& end, Outcome outcome,
                             WallTime ended);
  void Announce(NewsKind kind, const Line& line, Outcome outcome = Outcome::kNone);
  void Repaired(RepairKind kind, const Line& line, std::string_view reason);

  // facts_step.cc
  void StrangeNews(const CallFacts& event);
  void AgentLegNews(Line& line, const AgentLegFacts& before);
  void CustomerLegNews(Line& line, const CustomerLegFacts& before);
  void AmdNews(Line& line, const CustomerLegFacts& before);
  void MissingAtEdge(Line& line, const BootId& boot);
  void HangUpStray(const CallFacts& facts);
  void MissingCustomer(Line& line, const BootId& boot);

  // steer_step.cc
  void TransferNews(Line& line, const CallFacts& before);
  void DecideRefer(Line& line);
  void SettleTransfer(Line& line);
  void HangUpIfAlone(Line& line);
  void BeginTransfer(Line& line, LineTransfer transfer, const AgentId& agent,
                     const std::string& number, const std::string& request);
  void PlaceTheTarget(Line& line, const std::string& number);
  void TargetRefused(Line& line, const CommandReply& event);
  void EndSegment(Line& line, WallTime until);
  void RelieveAgent(Line& line);
  void Answered(const std::string& request, std::optional<Error> refused = {});
  void SteerTheEdge(const Line& line, CallVerb verb, const std::string& request,
                    int sip_code = 603);

  // adopting_step.cc
  // Whom the customer of an earlier owner's call is with; `before`: nothing of it is news.
  void AdoptParties(Line& line, CallFacts* before);
  void AdoptAgent(Line& line);
  void AdoptTransfer(Line& line, const CallFacts& before);

  void AnswerPlaced(Line& line);
  void AnswerEnded(const std::string& request);

  // passing_step.cc
  void BeginPassing(Line& line, const Steer& event);
  void Offer(Line& line, LinePassing passing);
  void OfferNews(Line& line);
  void NotPassed(Line& line, const OfferBack& back);
  void OfferRefused(Line& line, const CommandReply& event);
  void PassedOn(Line& line);

  // refusal_step.cc
  void RingRefused(Line& line, const CommandReply& event);
  void DialRefused(Line& line, const CommandReply& event);
  void BlameSettings(const CommandReply& event);

  // lead_book.cc
  void WantPage();
  void PutBack(Lead lead);
  std::optional<Lead> TakeHead();
  void Postpone(const Lead& lead, const GateDecision& decision, const AttemptId& attempt);
  void HoldUntilOpen(const Lead& lead, const GateDecision& decision);
  ClosedHours ClosedNow() const;
  std::string HoursOf(const Lead& lead) const;
  void DueAt(WallTime due);
  void MoveCount(LeadState from, LeadState to);
  WindowAnswer WindowOf(const Lead& lead);
  bool Held(const LeadId& lead) const;

  // filling.cc
  void Fill();
  int NewLinesWanted() const;
  int LinesForAgents() const;
  EdgeId EdgeFor(const Line& line) const;
  EdgeId RoomiestEdge() const;
  bool TrunkHasRoom(const EdgeId& edge) const;
  void OpenLine(Lead lead);
  void WithdrawDemandWhileItMayNotDial();
  bool MayDial() const;
  void ArmTrunkTimer();
  void Arm(TimerKind kind, std::chrono::milliseconds after);

  CampaignModel& m_;
  const Instant now_;
  const ZoneRules& zones_;
  Step out_;
  std::map<std::string, WindowAnswer> windows_;  // Asked once a step and zone.
};

}  // namespace callfleet::dialer
