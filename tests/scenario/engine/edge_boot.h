#pragma once
// One boot of sip_edge: the real calls, trunks and registrations; sofia's thread and RTP are played
// by this class and the far ends.
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "callfleet/sip_edge/v1/sip_edge_service.pb.h"
#include "services/sip_edge/domain/call_switch.h"
#include "services/sip_edge/domain/fork_result.h"
#include "services/sip_edge/rpc/convert.h"
#include "services/sip_edge/rpc/fact_hub.h"
#include "tests/scenario/engine/far_end.h"
#include "tests/scenario/engine/network.h"

namespace callfleet::engine {

namespace edge_v1 = callfleet::sip_edge::v1;

// Dialogs as the journal has them; outlives all boots.
struct EdgeTables {
  std::vector<sip_edge::TrunkSettings> trunks;
  std::map<FarId, int> dialogs;  // And the boot that made it.
};

class EdgeBoot final : public EdgeSide, public IdSource {
 public:
  using CallSink = std::function<void(std::shared_ptr<const edge_v1::WatchCallsResponse>)>;
  using RegistrationSink =
      std::function<void(std::shared_ptr<const edge_v1::WatchRegistrationsResponse>)>;
  using TrunkSink = std::function<void(std::shared_ptr<const edge_v1::WatchTrunksResponse>)>;

  EdgeBoot(LifeRef life, int number, FarEnds* far, EdgeTables* tables);
  ~EdgeBoot() override;

  // --- What gRPC brings (edge_rpc.cc)
  Result<bool> Ring(const edge_v1::RingRequest& request);
  Result<bool> Originate(const edge_v1::OriginateRequest& request);
  Result<bool> HangUp(const edge_v1::HangUpRequest& request);
  Result<bool> Claim(const edge_v1::ClaimRequest& request);
  Result<bool> Handover(const edge_v1::HandoverRequest& request);
  Result<bool> Decline(const edge_v1::DeclineRequest& request);
  Result<bool> Answer(const edge_v1::AnswerRequest& request);
  Result<bool> Play(const edge_v1::PlayRequest& request);
  Result<bool> SetHold(const edge_v1::SetHoldRequest& request);
  Result<bool> SteerTransfer(const edge_v1::SteerTransferRequest& request);
  Result<bool> Acknowledge(const edge_v1::AcknowledgeRequest& request);
  Result<bool> PushAccounts(const std::vector<edge_v1::PushAccountsRequest>& messages);
  Result<bool> FindTrunk(const TrunkId& trunk);
  void WatchCalls(std::shared_ptr<Stream> stream, sip_edge::CallFilter filter, CallSink sink);
  void WatchRegistrations(std::shared_ptr<Stream> stream, RegistrationSink sink);
  void WatchTrunks(std::shared_ptr<Stream> stream, TrunkSink sink);

  // --- EdgeSide
  void OnSignal(DialogId dialog, Signal signal, int code) override;
  int OnRegister(const std::string& sip_user, const std::string& contact,
                 std::uint32_t cseq) override;
  DialogId OnInvite(FarId caller, const std::string& number, const std::string& called) override;
  DialogId OnDial(FarId phone, const std::string& sip_user, const std::string& called) override;
  Life& life() override { return *life_; }

  const LifeRef& life_ref() const { return life_; }
  const std::string& boot_id() const { return name_.boot_id; }
  int number() const { return number_; }
  sip_edge::CallSwitch& calls() { return *switch_; }
  std::uint32_t EndAll();  // At a drain's deadline. How many calls that were.
  sip_edge::TrunkBook& trunks() { return trunks_; }
  std::string Next() override { return name_.boot_id + "." + std::to_string(++ids_); }

 private:
  using LegHandle = sip_edge::LegHandle;
  struct LegIo {
    bool parallel = false;
    bool cancelled = false;
    std::vector<DialogId> branches;
    DialogId winner = 0;
    int open_branches = 0;
    bool saw_progress = false;
    bool heard_anything = false;
    bool listens = false;  // For who answers.
    std::optional<sip_edge::SipCause> failure;
  };
  struct Dialog {
    enum class State {
      kInviting,
      kProceeding,
      kIncoming,
      kAccepted,  // In: 200 sent, no ACK yet.
      kConfirmed,
      kByeSent,
      kOver
    };
    LegHandle leg = 0;
    FarId far = 0;
    State state = State::kInviting;
    bool cancel_wanted = false;
    bool bye_wanted = false;  // RFC 3261 15: not before the ACK.
  };

  // edge_boot.cc
  Instant Now() const { return life_->Now(); }
  void Settle();
  void EachSecond();
  void ByeOrphans();
  void WatchContacts(const std::string& sip_user);
  void Probe(const std::string& sip_user, const std::string& uri);

  // edge_acts.cc
  void Perform(const sip_edge::Act& act);
  void Do(const sip_edge::act::PlaceLeg& a);
  void Do(const sip_edge::act::CancelLeg& a);
  void Do(const sip_edge::act::EarlyMediaLeg&) {}
  void Do(const sip_edge::act::ByeLeg& a);
  void Do(const sip_edge::act::CloseLeg& a);
  void Do(const sip_edge::act::Play& a);
  void Do(const sip_edge::act::Listen& a) { legs_[a.leg].listens = true; }
  void Do(const sip_edge::act::StopListening& a);
  void FindOut(LegHandle leg, bool machine);
  void Do(const sip_edge::act::StopSound&) {}
  void Do(const sip_edge::act::Tap&) {}
  void Do(const sip_edge::act::OpenRecording&) {}
  void Do(const sip_edge::act::NoteRecording&) {}
  void Do(const sip_edge::act::CloseRecording&) {}
  void Do(const sip_edge::act::SendDigits&) {}
  void Do(const sip_edge::act::Notify&) {}
  void Do(const sip_edge::act::StartTimer& a);
  void Do(const sip_edge::act::CallEnded&) {}
  void FailLeg(LegHandle leg, const sip_edge::SipCause& cause, sip_edge::EdgeReason reason);
  DialogId NewDialog(LegHandle leg);
  void CancelDialog(DialogId id);
  void ByeDialog(DialogId id);
  void CancelOthers(LegIo& leg, DialogId winner);
  void OnRinging(Dialog& dialog);
  void OnOk(DialogId id, Dialog& dialog);
  void OnFailure(DialogId id, Dialog& dialog, int code);
  void OnBye(DialogId id, Dialog& dialog);
  void Gone(DialogId id);
  LegIo* FindLeg(LegHandle leg);
  void Journal(DialogId id, FarId far);

  // edge_inbound.cc
  DialogId LetIn(FarId caller, const sip_edge::Arrival& arrival);
  void Do(const sip_edge::act::AcceptLeg& a);
  void Do(const sip_edge::act::RejectLeg& a);
  void Do(const sip_edge::act::SetRow& a) { Hears(a.listener, !a.sources.empty()); }
  void Do(const sip_edge::act::Deafen& a) { Hears(a.listener, false); }
  void Hears(LegHandle listener, bool person);
  void OnAck(DialogId id, Dialog& dialog);
  void OnNoAck(DialogId id);
  void OnCancel(DialogId id, const Dialog& dialog);

  // edge_rpc.cc
  template <class Command, class Request, class Step>
  Result<bool> Run(const Request& request, Step step);
  void TellLater();
  void TellRecords();
  void TellRegistrations();
  void TellTrunks();
  void TellAlive();

  struct CallWatcher {
    std::shared_ptr<Stream> stream;
    sip_edge::CallFilter filter;
    std::shared_ptr<const CallSink> sink;
    std::unordered_set<CallId> told;
  };
  void Tell(CallWatcher& watcher, const sip_edge::RecordUpdate& update,
            const std::shared_ptr<const edge_v1::WatchCallsResponse>& message);

  LifeRef life_;
  int number_;
  FarEnds* far_;
  EdgeTables* tables_;
  sip_edge::EdgeName name_;
  std::uint64_t ids_ = 0;
  sip_edge::TrunkBook trunks_;
  sip_edge::LocationTable locations_;
  std::unique_ptr<sip_edge::CallSwitch> switch_;
  std::unordered_map<LegHandle, LegIo> legs_;
  std::unordered_map<DialogId, Dialog> dialogs_;
  std::unordered_set<std::string> probed_;  // "user uri" with a timer.
  DialogId next_dialog_ = 1;
  int settling_ = 0;
  std::uint64_t seq_ = 0;
  bool telling_ = false;
  MonoDuration told_at_{-1'000'000};
  std::vector<CallWatcher> call_watchers_;
  std::vector<std::pair<std::shared_ptr<Stream>, RegistrationSink>> registration_watchers_;
  std::vector<std::pair<std::shared_ptr<Stream>, TrunkSink>> trunk_watchers_;
};

}  // namespace callfleet::engine
