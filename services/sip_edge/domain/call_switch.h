#pragma once
// All calls of the edge: commands and facts go in, acts and records come out. Every race is decided
// here by order of arrival. Pure: no clock, no I/O; owned by the sofia thread.
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "common/ids/id_source.h"
#include "common/result/result.h"
#include "services/sip_edge/domain/acts.h"
#include "services/sip_edge/domain/amd_stage_machine.h"
#include "services/sip_edge/domain/call_record.h"
#include "services/sip_edge/domain/commands.h"
#include "services/sip_edge/domain/dial_rules.h"
#include "services/sip_edge/domain/fence.h"
#include "services/sip_edge/domain/location_table.h"
#include "services/sip_edge/domain/prompt.h"
#include "services/sip_edge/domain/switch_config.h"
#include "services/sip_edge/domain/trunk_book.h"

namespace callfleet::sip_edge {

class CallSwitch {
 public:
  using RecordResult = Result<std::shared_ptr<const CallRecord>>;

  CallSwitch(SwitchConfig config, TrunkBook& trunks, LocationTable& locations, IdSource& ids);
  ~CallSwitch();

  // --- Commands (switch_commands.cc, switch_control.cc)
  RecordResult Originate(const OriginateCommand& command, Instant now);
  RecordResult Ring(const RingCommand& command, Instant now);
  RecordResult Answer(const AnswerCommand& command, Instant now);
  RecordResult Bridge(const BridgeCommand& command, Instant now);
  RecordResult HangUp(const HangUpCommand& command, Instant now);
  RecordResult SteerTransfer(const SteerTransferCommand& command, Instant now);
  RecordResult SetHold(const HoldCommand& command, Instant now);
  RecordResult Play(const PlayCommand& command, Instant now);
  RecordResult Record(const RecordCommand& command, Instant now);
  RecordResult SendDigits(const DigitsCommand& command, Instant now);
  // --- Who controls a call (switch_offer.cc)
  RecordResult Claim(const ClaimCommand& command, Instant now);
  RecordResult Handover(const HandoverCommand& command, Instant now);
  RecordResult Decline(const DeclineCommand& command, Instant now);
  Status Acknowledge(const AcknowledgeCommand& command, Instant now);
  // --- Supervisors; any unit may (switch_supervise.cc)
  RecordResult Supervise(const SuperviseCommand& command, Instant now);
  RecordResult SuperviseAgent(const SuperviseCommand& command, Instant now);
  RecordResult StopSupervision(const StopSupervisionCommand& command, Instant now);
  RecordResult Get(const CallId& call) const;
  // Boot and fence, for commands that concern no call.
  Status Admit(const CommandContext& context);
  // Request and boot alone, whoever gives the command: supervisors own no unit.
  Status AdmitRequest(const CommandContext& context) const;

  // --- Facts (switch_facts.cc)
  LegHandle Arrived(const Arrival& arrival, Instant now);  // 0: refused for load.
  // Those who claim calls do not keep up: who arrived now would be ended unclaimed.
  bool ClaimsAreLate(MonoTime now);
  void Placed(LegHandle leg, const std::string& sip_call_id, Instant now);
  void Progress(LegHandle leg, Instant now);
  void EarlyMedia(LegHandle leg, Instant now);
  // An answer to an offer has named the codec; again where a later one names another.
  void AgreedOn(LegHandle leg, AudioCodec codec);
  void Answered(LegHandle leg, Instant now);
  void Acked(LegHandle leg, Instant now);
  void Rejected(LegHandle leg, const SipCause& cause, EdgeReason reason, bool heard_anything,
                Instant now);
  void RemoteEnd(LegHandle leg, const SipCause& cause, EdgeReason reason, Instant now);
  // The dialog is gone: ends a leg that waits for the answer to our BYE. False: it did not.
  bool DialogOver(LegHandle leg, Instant now);
  void HeldByPeer(LegHandle leg, bool held, Instant now);
  // A leg's first way of sending digits is the only one that counts: a phone that sends each digit
  // both ways is heard once.
  void Digit(LegHandle leg, char digit, DigitWay way, Instant now);
  // Nothing at all of the far end's media, RTP or RTCP, for the limit.
  void NoRtp(LegHandle leg, Instant now);
  void OneWay(LegHandle leg, OneWayAudio audio);
  // Who answered (switch_amd.cc), and that a message can be left on a machine now.
  void AmdFound(LegHandle leg, const AmdFinding& finding, Instant now);
  void AmdCue(LegHandle leg, Instant now);
  // A sound is over (switch_sounds.cc): heard to its end, or something took its place.
  void SoundDone(LegHandle media, std::uint32_t number, bool finished, Instant now);
  // It could not be played at all: its prompt is gone.
  void SoundUnheard(LegHandle media, std::uint32_t number, Instant now);
  // Media has no place for the row that was ordered last: the leg hears silence (switch_rows.cc).
  void RowRefused(LegHandle media, Instant now);
  // A file is closed, or nothing more goes to it (switch_recordings.cc).
  void RecordingDone(const RecordingResult& result, Instant now);

  // --- What phones ask for (switch_refer.cc)
  bool AgentMayDial(const std::string& dialled) const;
  int Refer(LegHandle leg, const ReferTo& to, Instant now);  // The status to answer REFER with.
  // An INVITE with Replaces that was let in: a new leg in the call of `replaced`. 0: not allowed.
  LegHandle Replacing(const Arrival& arrival, LegHandle replaced, Instant now);
  void TakePlace(LegHandle leg, LegHandle replaced, Instant now);

  // Final figures of a leg's media. An ended call's record waits for them, at most 50 ms.
  void SetQuality(LegHandle leg, const MediaQuality& quality);
  void OnTimer(const SwitchTimerKey& key, Instant now);
  void EndAll(EdgeReason reason, Instant now);  // Drain deadline, or stop.

  // Prompts that can be played from now on.
  void KnowPrompts(PromptNames names) { prompts_ = std::move(names); }
  void SetDraining(bool draining) { draining_ = draining; }
  bool draining() const { return draining_; }
  const SwitchCounts& counts() const { return counts_; }
  // Calls that a drain waits for: not the lines that are only kept up.
  std::uint32_t CallsAtWork() const;

  // --- Out
  std::vector<Act> TakeActs();
  std::vector<RecordUpdate> TakeUpdates();
  bool has_updates() const { return !dirty_.empty() || !forgotten_.empty(); }
  std::vector<std::shared_ptr<const CallRecord>> Snapshot() const;

 private:
  struct Call;
  struct Leg {
    LegHandle handle = 0;
    Call* call = nullptr;
    std::size_t index = 0;  // Of its record in the call.
    WhatFollows follows{};
    LegEnd pending{};    // Why it is being ended, until it has.
    LegHandle peer = 0;  // Bridged with.
    LegHandle line = 0;  // A view on a dedicated leg.
    LegHandle view = 0;  // A dedicated leg: the view that uses it.
    std::uint32_t generation = 0;
    std::vector<HeardLeg> row{};  // What its media hears, as last ordered.
    DigitWay digits = DigitWay::kNone;
    bool calls = false;       // An agent's phone that called: see NoteCallers.
    bool dials = false;       // Somebody outside was dialled for it,
    bool reached = false;     // and was the first to talk with it.
    bool for_caller = false;  // Dialled for a phone that called.
    bool was_bridged = false;
    bool heard_anything = false;
    bool on_trunk = false;
    bool hears_private = false;  // A supervisor who may hear what is kept from others.
    bool figures_due = false;
    std::uint32_t sound = 0;        // Number of its newest sound, while that is heard.
    std::uint32_t farewell = 0;     // The safe message's.
    RecordingNumber recording = 0;  // To which its voice goes.
    std::optional<AmdStage> amd{};  // Nothing: nobody asks who answers.
    std::uint32_t amd_generation = 0;
    std::uint32_t amd_message = 0;  // The sound that is left on a machine.
    MonoTime placed{};
    MonoTime answered{};
    std::optional<MonoTime> resumed{};  // The far end's newest hold was over.
  };
  // The transfer under way; its record is the last one of the call.
  struct ActiveTransfer {
    TransferState state = TransferState::kAsked;
    bool blind = true;
    LegHandle referrer = 0;
    LegHandle customer = 0;
    LegHandle target = 0;
    OnPeerEnd on_peer_end = OnPeerEnd::kHangUp;  // As it was between referrer and customer.
  };
  // Who stays on the line while an offer stands, and what else would end it.
  struct KeptCustomer {
    LegHandle leg = 0;
    OnPeerEnd on_peer_end = OnPeerEnd::kHangUp;
  };
  struct Call {
    CallRecord record;
    std::vector<LegHandle> legs;
    std::vector<CallChange> changes;
    std::vector<RequestId> requests;
    std::optional<ActiveTransfer> transfer{};
    std::uint32_t verdict_generation = 0;
    std::uint32_t offer_generation = 0;
    std::optional<KeptCustomer> kept{};
    bool acknowledged = false;  // By its controller, while another unit still waits for the record.
    bool dirty = false;
    bool is_supervision = false;        // A supervisor's line: its end is nobody's to acknowledge.
    std::uint32_t awaited_figures = 0;  // Legs whose media has not reported its end.
    std::optional<RecordingPolicy> recording_policy{};
    bool records_whisper = false;
    bool closed_by_policy = false;      // The newest recording; another policy may want one.
    std::uint32_t consent = 0;          // Sound after which the recording begins.
    RecordingNumber recording_due = 0;  // Awaited among the figures.
    int max_forwards = 70;
    std::shared_ptr<const CallRecord> published{};
  };
  struct Remembered {
    CallId call;
    Status status;
  };

  // switch_state.cc
  Leg* FindLeg(LegHandle handle);
  Leg* FindLeg(const LegId& id);
  Call* FindCall(const CallId& id);
  static LegRecord& RecordOf(Leg& leg);
  static bool IsLive(Leg& leg);
  static bool IsAnswered(Leg& leg);
  static bool HoldsOthers(Leg& leg);
  void NoteCallers(Call& call, CallChange change);
  static void NoteAnswered(Call& call, Leg& leg);
  void DialledFor(Leg& dialled);
  static bool IsServed(Leg& leg);
  static bool Serves(Leg& leg);
  const LegEnd& EndOf(Call& call);
  static bool IsTarget(const Leg& leg) {
    return leg.call->transfer && leg.call->transfer->target == leg.handle;
  }
  LegHandle MediaOf(const Leg& leg) const { return leg.line != 0 ? leg.line : leg.handle; }
  void Touch(Call& call, CallChange change);
  void Recompute(Call& call, Instant now);
  void EndCall(Call& call, Instant now);
  bool Apply(Leg& leg, LegEvent event, Instant now);
  void Perform(Leg& leg, LegEffect effect, Instant now);
  void MarkRinging(Leg& leg, Instant now);
  void MarkAnswered(Leg& leg, Instant now);
  std::chrono::milliseconds CancelLimitOf(const Leg& leg) const;
  void SendBye(Leg& leg);
  void Finish(Leg& leg, Instant now);
  void ReleaseTrunk(Leg& leg, Instant now);
  void HangUpLeg(Leg& leg, LegEnd why, Instant now);
  void ArmLeg(Leg& leg, SwitchTimer timer, std::chrono::milliseconds after);

  // switch_bridges.cc
  void Follow(Leg& leg, Instant now);
  void JoinWhoWaits(Leg& leg, Instant now);
  void WithdrawRivals(Leg& winner, Instant now);
  void Join(Leg& a, Leg& b, OnPeerEnd on_peer_end, Instant now);
  void Part(Leg& leg, Instant now);
  void Leave(Leg& leg, Instant now);
  void AfterPeerEnd(Leg& leg, Instant now);

  // switch_amd.cc
  Status CheckAmd(const OriginateCommand& command) const;
  void BeginAmd(Leg& leg);
  static bool Listens(const Leg& leg);
  static AmdVerdict VerdictOf(Leg& leg);
  static bool TakesNoAgent(const Leg& leg);
  void StepAmd(Leg& leg, AmdStageEvent event, Instant now);
  void Perform(Leg& leg, AmdStageEffect effect, Instant now);
  void ArmAmd(Leg& leg, std::chrono::milliseconds after);
  void MarkUnsure(Leg& leg, Instant now);
  void PlayMessage(Leg& leg, Instant now);
  void MessageOver(Leg& leg, bool finished, Instant now);
  void LeaveAgents(Leg& leg, Instant now);

  // switch_facts.cc
  void OnCallTimer(Call& call, const SwitchTimerKey& key, Instant now);
  void MarkHeld(Leg& leg, bool held, Instant now);
  void EndUnclaimed(Call& call, Instant now);
  bool IsUnclaimed(const CallId& id);
  void RefuseUndecided(Call& call, Instant now);

  // switch_offer.cc
  void TakeOfferBack(Call& call, Instant now);
  void CloseOffer(Call& call, Instant now);
  bool PasserKnows(Call& call, const Unit& unit);
  Status MayRelease(Call& call, const LegId& id);
  Status Release(Call& call, Instant now);

  // switch_supervise.cc
  RecordResult ChangeMode(Leg& leg, const SuperviseCommand& command, Instant now);
  Status MayRingSupervisor(const SuperviseCommand& command, const Call* call, Instant now);
  Leg& AddSupervisor(Call& call, const SuperviseCommand& command, Instant now);
  void SupervisorAnswered(Leg& leg, Instant now);
  // To another agent by a transfer, or to another unit by an offer.
  static bool IsPassedOn(const Call& call) { return call.transfer || call.record.offer; }
  void TakeOver(Leg& leg, Instant now);
  Leg* BridgedAgent(Call& call, const AgentId& agent);  // Empty id: any that serves.
  Leg* AgentToRelieve(Call& call, const AgentId& agent);
  bool TakesNoSupervisor(const Call& call) const;
  void EndIdleSupervisors(Call& call, Instant now);
  void FollowAgents();
  void JoinFollower(Leg& line, Call& call, Instant now);
  void AttachView(Leg& line, Call& call, Instant now);

  // switch_rows.cc
  void RefreshRows(Call& call);
  static bool IsObserver(const Leg& leg);
  bool IsPrivate(Call& call);
  std::vector<HeardLeg> ObserverRow(Leg& observer);
  void AddObservers(Leg& leg, std::vector<HeardLeg>& row);
  bool IsHeld(Leg& leg);
  void PlayToTheHeld(Call& call, Instant now);
  std::vector<HeardLeg> RowOf(Leg& leg);
  void SetRow(LegHandle media, std::vector<HeardLeg> row);
  void Deafen(LegHandle media);

  // switch_recordings.cc
  static RecordingInfo* OpenRecordingOf(Call& call);
  static RecordingSide SideOf(Leg& leg);
  void NoteVoice(RecordingInfo& info, Leg& leg);
  void FollowPolicies(Leg& a, Leg& b, Instant now);
  void RecordBridge(Call& call, Instant now);
  void BeginRecording(Call& call, const RecordingPolicy& policy, bool by_command, Instant now);
  void AskConsent(Call& call, Instant now);
  void ConsentOver(Call& call, bool finished, Instant now);
  void FailRecording(Call& call, const std::string& reason, Instant now);
  void OpenFile(Call& call, Instant now);
  std::unordered_set<LegHandle> RecordedVoices(Call& call);
  void Retap(Call& call);
  Leg* SpeakerOf(Call& call, LegHandle media);
  void CloseRecording(Call& call, Instant now);
  Status StartRecording(Call& call, const RecordCommand& command, Instant now);

  // switch_sounds.cc
  Result<Sound> Playable(const Sound& sound) const;
  void StartSound(Leg& leg, Sound sound, const RequestId& request, bool over_row, Instant now);
  void EndPlayback(Leg& leg, PlaybackEnd how, Instant now);
  void PlayMusic(Leg& leg, Instant now);
  bool IsFarewellDue(Leg& leg) const;
  void StartFarewell(Leg& leg, Instant now);
  const std::string& SafeMessageOf(const Leg& leg) const;
  Status CheckPrompt(const std::string& prompt, const std::string& field) const;
  // switch_transfer.cc
  static TransferRecord& RecordOf(Call& call);
  void OpenTransfer(Call& call, TransferRecord record, Leg& referrer, Leg& customer, Instant now);
  bool StepTransfer(Call& call, TransferEvent event, Instant now);
  void Perform(Call& call, TransferEffect effect, Instant now);
  void TellReferrer(Call& call, int sip_code, bool last);
  void Park(Call& call, Instant now);
  void Regroup(Call& call, TransferEffect effect, Instant now);
  std::vector<Leg*> PartnersOf(Leg& leg);
  bool LeftTransfer(Leg& leg, Instant now);
  void KeepPartners(Leg& leg);
  Status MayTransfer(const Call* call, const TransferTo& to);
  void BindTransfer(Leg& target, const TransferTo& to, Instant now);

  // switch_refer.cc
  Leg* OtherPartyOf(Leg& leg);
  int ReferAttended(Leg& leg, Leg& consult, Instant now);
  void Move(Leg& leg, Call& to, Instant now);

  // switch_commands.cc
  bool IsFull(const Call& call) const;
  void ForgetOldTry(Call& call);
  Result<Call*> CallFor(const CommandContext& context, const CallId& id,
                        const std::map<std::string, std::string>& labels, Instant now);
  Status MayPlace(const CommandContext& context, const LegTarget& target, const CallId& call,
                  const LegId& leg, const WhatFollows& follows);
  static Status CheckTarget(const LegTarget& target);
  Status MayAddLeg(const Call* call, const LegId& leg, const WhatFollows& follows);
  Leg& AddLeg(Call& call, LegRecord record, const WhatFollows& follows, Instant now);
  void PlaceLeg(Leg& leg, const LegTarget& target, Instant now);
  Result<Call*> Controlled(const CommandContext& context, const CallId& id);
  Result<Leg*> LegOf(Call& call, const LegId& id);
  RecordResult AttachDedicated(const RingCommand& command, Instant now);
  std::optional<Status> Repeated(const RequestId& request);
  RecordResult Done(Call& call, const RequestId& request);
  RecordResult Replay(const CallId& call, const Status& status) const;
  std::shared_ptr<const CallRecord> Publish(Call& call);
  void Forget(Call& call);
  void KeepAsOver(const RequestId& request);

  SwitchConfig config_;
  TrunkBook& trunks_;
  LocationTable& locations_;
  IdSource& ids_;
  Fence fence_;
  bool draining_ = false;
  PromptNames prompts_;
  std::uint32_t next_sound_ = 1;
  RecordingNumber next_recording_ = 1;
  std::unordered_map<RecordingNumber, CallId> open_recordings_;
  LegHandle next_handle_ = 1;
  std::unordered_map<CallId, std::unique_ptr<Call>> calls_;
  std::unordered_map<LegHandle, Leg> legs_;
  std::unordered_map<LegId, LegHandle> leg_ids_;
  std::unordered_map<RequestId, Remembered> requests_;
  std::deque<std::pair<CallId, MonoTime>> arrived_;  // The first is unclaimed; others may be.
  std::unordered_set<RequestId> over_;               // Requests of acknowledged calls.
  std::deque<RequestId> over_order_;
  // Supervisors' lines that follow an agent, and calls or lines in which they may find it.
  std::vector<LegHandle> followers_;
  std::vector<std::pair<CallId, Instant>> bridged_;
  std::vector<std::pair<LegHandle, Instant>> seeking_;
  std::vector<Call*> dirty_;
  std::vector<RecordUpdate> forgotten_;
  std::vector<Act> acts_;
  SwitchCounts counts_;
};

}  // namespace callfleet::sip_edge
