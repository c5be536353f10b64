#pragma once
// One step of a queue under way. Internal to domain/: apply_queue.cc dispatches, the others are its
// parts.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/clock/clock.h"
#include "common/ids/id_source.h"
#include "services/queue/domain/queue_events.h"
#include "services/queue/domain/queue_model.h"
#include "services/queue/domain/queue_step.h"
#include "services/queue/domain/ticket_orders.h"

namespace callfleet::queue {

class QueueStepper {
 public:
  QueueStepper(QueueModel& model, Instant now, IdSource& ids) : m_(model), now_(now), ids_(ids) {}

  void On(const CallFact& event);
  void On(const CallForgotten& event);
  void On(const EdgeUp& event);
  void On(const EdgeDown& event);
  void On(const EdgesHeard& event);
  void On(const CommandRefused& event);
  void On(const CallComing& event);
  void On(const SessionChanged& event);
  void On(const AudienceChanged& event);
  void On(const Granted& event);
  void On(const DemandClosed& event);
  void On(const ReservationLost& event);
  void On(const SeizeAnswered& event);
  void On(const Fenced& event);
  void On(const TimerFired& event);
  void On(const SettingsChanged& event);
  void On(const Closing& event);
  void On(const Steer& event);
  void On(const NumberFound& event);

  // --- Operators' orders: a value or a typed refusal that changes nothing. One with a request id
  // that was answered before is answered so again; its ticket may be over since then.
  Result<TicketId> SetPriority(const TicketId& id, int priority);
  Result<TicketId> Force(const TicketId& id, const AgentId& agent, bool override_rules,
                         const std::string& seize);
  Result<TicketId> Requeue(const RequeueOrder& order);
  Result<TicketId> Remove(const TicketId& id);
  Result<TicketId> CallBack(const CallbackOrder& order);
  Result<TicketId> NewCallback(const CallbackOrder& order);

  QueueStep Finish();  // Arms the next timer and hands the step out.

 private:
  // apply_queue.cc
  void Fire(Ticket& ticket, TicketEvent event);
  void Perform(Ticket& ticket, TicketEffect effect);
  void Note(Ticket& ticket, TicketChange what, std::string detail = {}, AgentId agent = {});
  void Save(Ticket& ticket);
  void Repaired(RepairKind kind, const Ticket& ticket, std::string reason);
  void FireEnd(Ticket& ticket, TicketEvent event, TicketEnd end, std::string reason);
  void Changed(const Ticket& ticket);
  Ticket* Find(const TicketId& id);
  Ticket* FindByCall(const CallId& call);
  void At(MonoTime when, TimerKind kind, const TicketId& ticket);
  void After(std::chrono::microseconds delay, TimerKind kind, const TicketId& ticket);
  void Disarm(TimerKind kind, const TicketId& ticket);
  void DisarmAll(const TicketId& ticket);

  // intake_step.cc
  void Offered(const CallFact& fact);
  bool Announced(const CallFact& fact) const { return m_.coming.contains(fact.call); }
  void AcknowledgeAgain(const CallFact& fact);
  void CallerFound(const NumberFound& event);
  void TakeIn(const CallFact& fact);
  std::optional<DeclineOffer> WhyNotPassed(const CallFact& fact) const;
  void NeverTakenIn(const CallFact& fact);
  std::optional<std::pair<Destination, std::string>> WhyNotIn(const EdgeId& edge) const;
  void EnterQueue(Ticket& ticket);
  void FindPlace(Ticket& ticket);
  void AddToOrder(Ticket& ticket);
  void LeaveOrder(Ticket& ticket);
  void Answer(Ticket& ticket);

  // direct_step.cc
  void TakeDirect(Ticket& ticket, const std::string& why);
  void AskAgain(Ticket& ticket);
  void SeizeRequired(Ticket& ticket);
  void RequiredSeized(Ticket& ticket, const SeizeAnswered& event);
  void AgentDoesNotTake(Ticket& ticket, const std::string& why);
  void OffersOver(Ticket& ticket);

  // facts_step.cc
  void Follow(Ticket& ticket, const CallFact& fact);
  void Adopt(Ticket& ticket, const CallFact& fact);
  void AdoptLegs(Ticket& ticket, const CallFact& fact);
  bool AdoptWayOut(Ticket& ticket, const CallFact& fact);
  void FollowCustomer(Ticket& ticket);
  void FollowOffers(Ticket& ticket);
  void FollowTalk(Ticket& ticket);
  void FollowParties(Ticket& ticket, const LegFact* partner);
  void FollowLeaving(Ticket& ticket, const CallFact& before);
  void FollowDigits(Ticket& ticket);
  void FollowLoose(const CallFact& fact);
  void LooseOver(const CallId& call);
  void CallLost(Ticket& ticket);
  void JoinThePool();

  // demand_step.cc
  void Demand(Ticket& ticket);  // At once; it is new, or something about it may have changed.
  void DemandAgain(Ticket& ticket);
  void SendDemandOf(Ticket& ticket);
  void Withdraw(Ticket& ticket);  // The demand.
  std::vector<SkillRequirement> SkillsOf(const Ticket& ticket) const;
  static EdgeId EdgeOf(const Ticket& ticket);

  // offers_step.cc
  void WithdrawOffers(Ticket& ticket);
  void RingAgents(Ticket& ticket);
  void TakeOffers(Ticket& ticket, std::uint64_t grant, const std::vector<AgentOffer>& offers);
  void DropOffers(Ticket& ticket);
  std::vector<LiveOffer> TakeRinging(Ticket& ticket);
  void OfferOver(Ticket& ticket, LiveOffer& offer, OfferEnd end);
  void PickedUp(Ticket& ticket, const LegFact& leg);
  void CompleteTalk(Ticket& ticket, const LegFact& leg, const char* outcome = "answered");
  std::chrono::milliseconds WrapUpAfter(const Ticket& ticket) const;
  void CountOffer(OfferEnd end);
  void RingRefused(Ticket& ticket, const LegId& leg, const std::string& reason);
  void AnswerRefused(Ticket& ticket, const std::string& reason);
  void WayOutRefused(Ticket& ticket, const std::string& reason);
  static bool HasOpenOffers(const Ticket& ticket);
  EdgeId EdgeFor(const Ticket& ticket, const AgentOffer& agent) const;
  static LegId LegFor(const ReservationId& reservation);

  // steer_step.cc
  void Answered(const std::string& request, std::optional<Error> refused = {});
  void KeepAnswer(const std::string& request, const std::optional<Error>& refused,
                  const TicketId& with = {});
  void SteerTalk(Ticket& ticket, const Steer& event);
  void SteerTheTransfer(Ticket& ticket, const Steer& event);
  void LetAgentGo(Ticket& ticket);
  void BackIntoQueue(Ticket& ticket, const std::string& request);
  void PassToQueue(Ticket& ticket, const QueueId& to, const std::string& request);
  void Parted(Ticket& ticket);
  void WaitAgain(Ticket& ticket);
  void CameBack(Ticket& ticket);

  // number_step.cc
  void LookUp(Ticket& ticket, TicketTransfer transfer, const std::string& number,
              const std::string& request);
  void PassToNumber(Ticket& ticket, TicketTransfer transfer, const NumberFound& event);

  // transfer_step.cc
  void BeginTransfer(Ticket& ticket, TicketTransfer transfer, const AgentId& agent,
                     const std::string& request);
  void PlaceTarget(Ticket& ticket);
  void RefuseRefer(Ticket& ticket, const std::string& transfer, int sip_code);
  void TransferSeized(const Seizure& seizure, const SeizeAnswered& event);
  void TargetRefused(Ticket& ticket, const std::string& reason);
  void AnswerPlaced(Ticket& ticket, std::optional<Error> refused);
  void FollowTransfer(Ticket& ticket, const CallFact& before);
  void DecideRefer(Ticket& ticket);
  void SettleTransfer(Ticket& ticket);
  void PassOn(Ticket& ticket, const std::optional<TicketTransfer>& transfer);
  void LetTargetGo(const Ticket& ticket, const TicketTransfer& transfer);
  void DropTransfer(Ticket& ticket);
  void AdoptTransfer(Ticket& ticket, const LegFact& target);

  // orders_step.cc
  std::optional<Result<TicketId>> AnsweredBefore(const std::string& request,
                                                 const TicketId& ticket);
  tl::unexpected<Error> Refused(const std::string& request, tl::unexpected<Error> no);
  // `with`: the ticket that is answered with, where that is not the one that was asked about.
  void Done(const std::string& request, const TicketId& with = {});
  void Moves(Ticket& ticket, const std::string& request);
  void FollowSettings(Ticket& ticket);

  // ways_out.cc
  void SendOn(Ticket& ticket, const Destination& to, const std::string& why);
  static std::optional<QueueId> NextQueue(const Destination& to);
  void GoThere(Ticket& ticket, const Destination& to);
  void SeizeFor(Ticket& ticket, const AgentId& agent, bool override_rules, std::string seize,
                SeizedFor by);
  bool IsBeingSeized(const TicketId& ticket) const;
  void TakeSeized(Ticket& ticket, const AgentOffer& agent);
  void ArmMaxWait(const Ticket& ticket);
  void MaxWaitOver(Ticket& ticket);
  void CheckStaffing();
  void ArmStaffing();
  bool Staffed(Staffing needs, const EdgeId& edge) const;
  void StaffingOver();
  void TakeExit(Ticket& ticket, char digit);
  void HangUp(Ticket& ticket);
  std::optional<Destination> Rule(const std::optional<Destination>& rule) const;

  // callback_step.cc
  void DropCall(Ticket& ticket);
  void SayGoodbye(Ticket& ticket);
  void DialCustomer(Ticket& ticket);
  void ScheduleRetry(Ticket& ticket);
  void TurnIntoCallback(Ticket& ticket, const std::string& number, WallTime not_before);
  Ticket* OpenCallbackOf(const std::string& number);
  Ticket* CallbackBefore(const Ticket& ticket, const std::string& number);
  void AskedAgain(Ticket& open, int priority, WallTime not_before);
  void JoinCallback(Ticket& ticket, Ticket& open, WallTime not_before);
  void Confirm(Ticket& ticket);
  void LetHear(const Ticket& ticket);
  void ArmCallbackAge(Ticket& ticket);
  void CallbackDue(Ticket& ticket);
  void GiveUpCallback(Ticket& ticket, const std::string& why);
  void FollowCallback(Ticket& ticket);
  bool HasRoomForCallback(const std::string& number);
  Status MayBeDue(WallTime not_before) const;

  // sounds_step.cc
  HeardSound Music(const Ticket& ticket) const;
  void PlayMusic(Ticket& ticket);
  void ArmAnnouncement(Ticket& ticket, bool first);
  void NextSound(Ticket& ticket);
  std::vector<std::string> Announcement(const Ticket& ticket) const;

  // figures_step.cc
  void NoteAnswer(Ticket& ticket);
  void NoteNextAnswer(Ticket& ticket);
  void NoteEnd(Ticket& ticket);
  void CountCallbackAsked(Ticket& ticket);
  void CountCallbackAnswered(Ticket& ticket);
  std::chrono::microseconds WaitOf(const Ticket& ticket, WallTime until) const;
  void Relax(Ticket& ticket);
  void ArmRelaxation(Ticket& ticket);

  CallRef RefOf(const Ticket& ticket) const {
    return {.call = ticket.call, .edge = ticket.edge, .boot = ticket.boot};
  }
  const QueueSettings& settings() const { return m_.queue.settings; }

  QueueModel& m_;
  const Instant now_;
  IdSource& ids_;
  QueueStep out_;
  TicketEnd pending_end_ = TicketEnd::kNone;  // Of the ticket whose event is fired.
  std::string pending_reason_;
  std::vector<TicketId> gone_;
};

// What a person is told who wanted to give a caller to an agent.
Error NotTaken(const std::string& reason);

// The one way to change a model.
QueueStep Apply(QueueModel& model, const QueueEvent& event, Instant now, IdSource& ids);

}  // namespace callfleet::queue
