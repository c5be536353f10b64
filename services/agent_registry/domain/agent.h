#pragma once
// An agent: the truth about one person's or machine's load. Grants or refuses; nobody else counts.
// Pure: time and ids are arguments; every step returns what to write and what to do.
#include <optional>
#include <string>
#include <vector>

#include "common/result/result.h"
#include "services/agent_registry/domain/agent_events.h"

namespace callfleet::agent_registry {

struct AgentRules {
  bool missed_offer_makes_not_ready = true;        // RONA.
  std::chrono::milliseconds device_grace{2000};    // Phone gone this long: not_ready(device).
  std::chrono::milliseconds device_retry{15000};   // A fixed contact is tried again after this.
  std::chrono::milliseconds line_retry{5000};      // A dedicated leg is dialled again after this.
  std::size_t edges = 1;                           // How many edges report reachability.
  std::chrono::milliseconds edge_patience{10000};  // For those that have not reported yet.
};

struct SlotRecord {
  ReservationKey key;
  SlotState state = SlotState::kReserved;
  UnitRef unit;
  std::string demand;
  CallId call;
  LegId leg;
  EdgeId edge;  // That is to ring, or has the leg; empty: any of the agent's.
  Instant since{};
  WallTime wrap_up_until{};
  std::uint32_t wrap_up_generation = 0;
  bool leg_live = false;
  bool let_go = false;  // Its owner is done with it: that its leg ends later is no repair.
  // No edge has shown us its leg, and there may be one: its owner knows of the answer, or it ended
  // while an edge was out of sight.
  bool up_unseen = false;
  MonoTime may_ring_until{};  // That no edge shows a leg proves nothing before.
  std::optional<std::chrono::milliseconds> wrap_up{};  // As completed, while the leg is ending.
  bool answered = false;
  bool live_answered = false;
  // For the outbox.
  std::string disposition;  // As the agent said last.
  WallTime began{};
  WallTime offered{};
  bool offer_open = false;
  OfferEnd offer_end = OfferEnd::kWithdrawn;  // How, where the owner has said it.
  std::optional<std::chrono::microseconds> avoidable{};
  std::chrono::milliseconds talk{0};
  std::chrono::milliseconds hold{0};
  std::chrono::milliseconds after_work{0};
  std::optional<std::chrono::milliseconds> after_work_limit{};
};

// What survives a restart.
struct AgentSaved {
  SavePresence presence;
  AgentFigures figures;
  std::vector<SaveWrapUp> wrap_ups;
};

class Agent {
 public:
  Agent(std::shared_ptr<const AgentProfile> profile, AgentRules rules)
      : profile_(std::move(profile)), rules_(rules) {}

  AgentStep Restore(const AgentSaved& saved, Instant now);
  AgentStep OnAsk(const AskSlot& ask, Instant now);
  AgentStep OnRelease(ReservationKey key, Instant now);
  AgentStep OnOfferEnd(ReservationKey key, OfferEnd end, Instant now);
  AgentStep OnComplete(const CompleteSlot& complete, Instant now);
  AgentStep OnLeaseLapsed(const LapseSlot& lapse, Instant now);
  AgentStep OnRedeclare(const RedeclareSlot& slot, Instant now);
  AgentStep OnLeg(const AgentLeg& leg, Instant now);
  AgentStep OnSnapshot(const EdgeSnapshot& snapshot, Instant now);
  AgentStep OnSight(const EdgeSight& sight, Instant now);
  AgentStep OnReachability(const Reachability& report, Instant now);
  AgentStep OnPresenceWish(Presence wish, const std::string& reason, Instant now);
  // No key: all slots in wrap-up. NO_WORK: no such slot is.
  Result<AgentStep> OnWrapUpWish(ReservationKey key, std::chrono::milliseconds left, Instant now);
  // NO_WORK: no such slot, or nobody was spoken to.
  Result<AgentStep> OnDisposition(const DispositionWish& wish, Instant now);
  AgentStep OnProfile(std::shared_ptr<const AgentProfile> profile, Instant now);
  AgentStep OnTimer(const AgentTimerFired& fired, Instant now);

  const AgentProfile& profile() const { return *profile_; }
  std::shared_ptr<const AgentProfile> profile_ref() const { return profile_; }
  Presence presence() const { return presence_; }
  const std::string& reason() const { return reason_; }
  const std::string& pending_reason() const { return pending_reason_; }
  WallTime since() const { return since_; }
  std::optional<Presence> pending() const { return pending_; }
  const std::vector<SlotRecord>& slots() const { return slots_; }
  const std::vector<AgentLeg>& manual_legs() const { return manual_legs_; }
  const AgentFigures& figures() const { return figures_; }
  bool reachable() const;
  const std::string& contact() const { return contact_; }
  const EdgeId& edge() const;  // Where it is rung unless the work is at another; empty: nowhere.
  // All that can ring it now: in sight, and its phone is registered or its fixed contact answers
  // there, or they have its dedicated line.
  const std::vector<EdgeId>& edges() const { return ringing_edges_; }
  const LegId& dedicated_leg() const { return dedicated_up_ ? dedicated_leg_ : no_leg_; }
  std::size_t load() const { return slots_.size() + manual_legs_.size(); }
  Standing standing() const;
  bool blocked_by_wrap_up() const;

 private:
  struct Edge {
    EdgeId id;
    bool reachable = false;
  };
  SlotRecord* Find(ReservationKey key);
  Refusal Judge(const AskSlot& ask) const;
  bool Engaged() const;
  void EndOneWrapUp(AgentStep& step, Instant now);
  // The only place that changes a slot's state. Erases it where it becomes free.
  void OnSlotTimer(AgentStep& step, std::uint32_t generation, Instant now);
  void Move(AgentStep& step, SlotRecord& slot, SlotEvent event, Instant now,
            std::chrono::milliseconds wrap_up = {});
  void StartWrapUp(AgentStep& step, SlotRecord& slot, std::chrono::milliseconds wrap_up,
                   Instant now);
  void MovePresence(AgentStep& step, PresenceEvent event, const std::string& reason, Instant now);
  bool IsDark(const EdgeId& edge) const;
  bool CanRing(const EdgeId& edge) const;
  void JudgeEdges(AgentStep& step, Instant now);
  bool OutOfSight(const SlotRecord& slot) const;  // The edge at which its phone would ring.
  bool MayHaveUnseenLeg(const SlotRecord& slot) const {
    return slot.leg.empty() && OutOfSight(slot);
  }
  void SettleUnseen(const EdgeSnapshot& snapshot, std::vector<AgentLeg>* gone, Instant now);
  void LegOfSlot(AgentStep& step, SlotRecord& slot, const AgentLeg& leg, Instant now);
  void ManualLeg(AgentStep& step, const AgentLeg& leg, Instant now);
  void DedicatedLeg(AgentStep& step, const AgentLeg& leg, Instant now);
  void ApplyLeg(AgentStep& step, const AgentLeg& leg, Instant now);
  void BecomeReadyByItself(AgentStep& step, Instant now);
  void DialIfNeeded(AgentStep& step, Instant now);
  void WorkMayBeOver(AgentStep& step, Instant now);
  bool Working() const { return load() > 0; }
  bool MayAutoReady() const;
  void Finish(AgentStep& step, const Standing& before, Instant now);
  std::optional<std::chrono::microseconds> Avoidable(const AskSlot& ask, Instant now) const;
  // --- What is told (agent_telling.cc)
  void TellBegan(AgentStep& step, SlotRecord& slot, bool seized, bool adopted, Instant now);
  void EndOffer(AgentStep& step, SlotRecord& slot, OfferEnd end, Instant now);
  void TellMove(AgentStep& step, SlotRecord& slot, SlotState from, SlotEvent event, Instant now,
                Instant from_since);
  void TellManual(AgentStep& step, const AgentLeg& leg, std::optional<SlotState> from,
                  WallTime from_time, SlotState to, Instant now);
  static void TellRepair(AgentStep& step, const SlotRecord& slot, RepairKind kind,
                         std::string reason, Instant now);
  std::uint32_t Start(AgentStep& step, AgentTimer timer, std::chrono::milliseconds after);

  std::shared_ptr<const AgentProfile> profile_;
  AgentRules rules_;
  Presence presence_ = Presence::kLoggedOut;
  std::string reason_;
  std::string pending_reason_;
  std::optional<Presence> pending_;
  WallTime since_{};
  std::vector<SlotRecord> slots_;
  std::vector<AgentLeg> manual_legs_;
  std::vector<Edge> edges_;
  std::vector<EdgeId> dark_edges_;  // Out of sight.
  std::vector<EdgeId> ringing_edges_;
  // Of the newest offers that were withdrawn: what the edge tells of their legs may come later.
  std::vector<ReservationKey> withdrawn_;  // No deque: an empty one takes 576 bytes of each agent.
  std::string contact_;
  AgentFigures figures_;
  LegId dedicated_leg_;
  EdgeId dedicated_edge_;
  LegId no_leg_;
  bool dedicated_up_ = false;
  bool line_dialled_ = false;
  // Since when it could be had; and for a call that a person has answered.
  MonoTime free_since_{};
  MonoTime calm_since_{};
  std::uint32_t dials_ = 0;
  std::uint32_t generation_ = 0;
  std::uint32_t grace_generation_ = 0;
  std::uint32_t retry_generation_ = 0;
  std::uint32_t line_generation_ = 0;
};

}  // namespace callfleet::agent_registry
