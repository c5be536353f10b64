#pragma once
// The sofia thread with all that it owns: it turns SIP and media into facts for the call logic and
// the logic's acts into SIP and media. Commands come by Post from other threads.
#include <atomic>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "common/clock/clock.h"
#include "common/logging/logger.h"
#include "services/sip_edge/domain/arrival_rate.h"
#include "services/sip_edge/domain/call_switch.h"
#include "services/sip_edge/domain/timer_queue.h"
#include "services/sip_edge/loop/dialog.h"
#include "services/sip_edge/loop/edge_config.h"
#include "services/sip_edge/loop/flow_watch.h"
#include "services/sip_edge/loop/leg_io.h"
#include "services/sip_edge/loop/registrar.h"
#include "services/sip_edge/loop/sip_stack.h"
#include "services/sip_edge/loop/sip_thread.h"
#include "services/sip_edge/loop/trunk_registrar.h"
#include "services/sip_edge/ports/facts.h"
#include "services/sip_edge/ports/journal.h"
#include "services/sip_edge/ports/media_plane.h"
#include "services/sip_edge/ports/recordings.h"
#include "services/sip_edge/ports/resolver.h"

namespace callfleet::sip_edge {

struct EdgePorts {
  const Clock& clock;
  IdSource& ids;
  MediaPlane& media;
  Journal& journal;
  Resolver& resolver;
  FactSink& facts;
  RecordingWriter& recordings;
};

// Read by any thread.
struct LoopCounters {
  std::atomic<std::uint64_t> requests{0};
  std::atomic<std::uint64_t> invites_in{0};
  std::atomic<std::uint64_t> invites_out{0};
  std::atomic<std::uint64_t> registers{0};
  std::atomic<std::uint64_t> refused{0};
  std::atomic<std::uint64_t> turned_away{0};       // Of those: callers, as the edge was behind.
  std::atomic<std::uint64_t> nothing_received{0};  // Legs with one-way audio.
  std::atomic<std::uint64_t> nothing_heard{0};
  std::atomic<std::uint64_t> rows_refused{0};  // By the media engine.
};

class EdgeLoop final : public DialogHost, public MediaFacts, public RequestSink {
 public:
  EdgeLoop(EdgeConfig config, EdgePorts ports, logging::Logger log);
  ~EdgeLoop() override;

  // Starts the thread; `orphans` are dialogs of an older boot: they get BYE. LISTEN_FAILED.
  Status Start(std::vector<TrunkSettings> trunks, std::vector<DialogKey> orphans);
  void Stop();

  // Runs on the sofia thread; afterwards acts are performed and facts told. False: stopped.
  bool Post(std::function<void(EdgeLoop&, Instant)> step);

  // --- For posted steps (sofia thread).
  CallSwitch& calls() { return *switch_; }
  TrunkBook& trunks() { return trunks_; }
  LocationTable& locations() { return locations_; }
  Instant Now() const { return ports_.clock.Now(); }
  Status ApplyAccounts(const LocationTable::Push& push);
  // To all phones of the user (messages.cc): the final status and its phrase; 0: none is
  // registered.
  using TextDone = std::function<void(int, const std::string&)>;
  void SendText(const std::string& sip_user, const std::string& text, TextDone done);
  std::vector<std::string> Listeners() const { return stack_.Listeners(); }
  bool speaks_tls() const { return stack_.tls_port() != 0; }
  void SetDraining(bool draining) { switch_->SetDraining(draining); }

  std::uint16_t port() const { return stack_.port(); }
  const EdgeConfig& config() const { return config_; }
  const LoopCounters& counters() const { return counters_; }

 private:
  struct HuntTimer {  // 4 s without any response: the next target.
    LegHandle leg;
    DialogId dialog;
  };
  struct ContactTimer {
    std::string sip_user;
    std::string uri;
    std::uint64_t generation;
  };
  struct TrunkTimer {
    TrunkId trunk;
    std::uint64_t generation;
  };
  struct DialogTimerKey {
    DialogId dialog;
    DialogTimer timer;
    std::uint32_t generation;
  };
  using TimerKey = std::variant<SwitchTimerKey, DialogTimerKey, HuntTimer, ContactTimer, TrunkTimer,
                                std::function<void()>>;
  struct DialogEntry {
    std::unique_ptr<Dialog> dialog;
    LegHandle leg = 0;
  };

  // edge_loop.cc
  void Tick();
  void Settle();
  void FlushFacts();
  void Fire(const TimerKey& key);
  void After(std::chrono::milliseconds delay, TimerKey key);
  void PurgeDialogs();
  void DropClosedFlows();
  void ByeOrphans(const std::vector<DialogKey>& orphans);

  // acts.cc
  void Perform(const Act& act);
  void Do(const act::PlaceLeg& a);
  void Do(const act::CancelLeg& a);
  void Do(const act::AcceptLeg& a);
  void Do(const act::EarlyMediaLeg& a);
  void Do(const act::RejectLeg& a);
  void Do(const act::ByeLeg& a);
  void Do(const act::CloseLeg& a);
  void Do(const act::SetRow& a);
  void Do(const act::Deafen& a);
  void Do(const act::Play& a);
  void Do(const act::StopSound& a);
  void Do(const act::Tap& a);
  void Do(const act::Listen& a);
  void Do(const act::StopListening& a);
  void Do(const act::OpenRecording& a);
  void Do(const act::NoteRecording& a);
  void Do(const act::CloseRecording& a);
  void Do(const act::SendDigits& a);
  void Do(const act::Notify& a);
  void Do(const act::StartTimer& a);
  void Do(const act::CallEnded& a);
  LegIo* FindLeg(LegHandle leg);
  Dialog* FindDialog(DialogId id);
  Dialog* WinnerOf(LegHandle leg);

  // placing.cc
  static void OfferCodecs(LegIo& leg, std::vector<AudioCodec> codecs);
  void FillTargets(LegIo& leg, const LegTarget& target);
  static void AddTarget(LegIo& leg, const TrunkRoute& route, const ResolvedHop& hop);
  void TrunkTargets(LegIo& leg, const LegTarget::TrunkNumber& to, const LegTarget& target);
  void OnResolved(LegHandle leg, std::size_t route, Result<std::vector<ResolvedHop>> hops);
  void PlaceNext(LegHandle leg);
  bool PlaceOne(LegIo& leg, const Target& target);
  void FailLeg(LegHandle leg, const SipCause& cause, EdgeReason reason);
  LocalAudio AudioFor(LegIo& leg);

  // dialog_events.cc (DialogHost)
  void UseAudio(const LegIo& leg, const AgreedAudio& audio, MediaPhase phase);
  nta_agent_t* agent() override { return stack_.agent(); }
  void StartTimer(DialogId id, DialogTimer timer, std::uint32_t generation,
                  std::uint32_t after_ms) override;
  std::uint32_t Random() override { return static_cast<std::uint32_t>(random_()); }
  void OnProvisional(Dialog& dialog, int sip_code, const AgreedAudio* audio) override;
  void OnAnswered(Dialog& dialog) override;
  void OnFailed(Dialog& dialog, const SipCause& cause) override;
  void OnConfirmed(Dialog& dialog) override;
  void OnRemoteEnd(Dialog& dialog, const SipCause& cause, DialogEnd how) override;
  void OnAudioChanged(Dialog& dialog) override;
  int OnRefer(Dialog& dialog, const ReferRequest& refer) override;
  void OnInfoDigit(Dialog& dialog, char digit) override;
  void OnGone(Dialog& dialog) override;
  void CancelOthers(LegIo& leg, DialogId winner, const std::string& reason);

  // MediaFacts
  void OnDigit(LegHandle leg, char digit) override;
  void OnNoRtp(LegHandle leg) override;
  void OnSoundDone(LegHandle leg, std::uint32_t number, bool finished) override;
  void OnSoundUnheard(LegHandle leg, std::uint32_t number) override;
  void OnRowRefused(LegHandle leg, const std::string& reason) override;
  void OnOneWayAudio(LegHandle leg, OneWayAudio audio) override;
  void OnAmdFinding(LegHandle leg, const AmdFinding& finding) override;
  void OnAmdCue(LegHandle leg) override;
  void OnMediaClosed(LegHandle leg, const MediaQuality& quality) override;

  // inbound.cc (RequestSink of the default leg)
  int OnRequest(nta_leg_t* leg, nta_incoming_t* irq, const sip_t* sip) override;
  int OnOptions(nta_incoming_t* irq);
  int OnRegister(nta_incoming_t* irq, const sip_t* sip);
  int OnInvite(nta_incoming_t* irq, const sip_t* sip);
  int InviteFromPhone(nta_incoming_t* irq, const sip_t* sip, Arrival arrival,
                      const PeerAddress& peer);
  int InviteFromTrunk(nta_incoming_t* irq, const sip_t* sip, const Arrival& arrival,
                      const PeerAddress& peer);
  bool IsBehind();
  int LetIn(nta_incoming_t* irq, const sip_t* sip, const Arrival& arrival, const PeerAddress& peer);
  // in_dialog.cc
  int OnReplaces(nta_incoming_t* irq, const sip_t* sip, const Arrival& arrival,
                 const PeerAddress& peer);
  LegHandle LegOfDialog(const nta_leg_t* leg);
  // False: it was refused, its leg has ended.
  bool TakeInvite(LegHandle handle, const Arrival& arrival, const PeerAddress& peer,
                  nta_incoming_t* irq, const sip_t* sip);
  int Refuse(nta_incoming_t* irq, int code, const std::string& headers = {});
  TrunkId TrunkFor(const PeerAddress& peer) const;

  // probes.cc
  void WatchContacts(const std::string& sip_user);
  void ProbeContact(const ContactTimer& timer);
  void ProbeFixed(const std::string& sip_user, const std::string& uri);
  void SendProbe(const std::string& sip_user, const std::string& uri, Transport transport,
                 const std::string& next_hop, std::function<void(bool)> told);
  void WatchTrunk(const TrunkId& trunk);
  void ProbeTrunk(const TrunkTimer& timer);
  void TellRegistrations();
  void TellTrunks();

  const EdgeConfig config_;
  EdgePorts ports_;
  logging::Logger log_;
  std::mt19937_64 random_;
  SipThread thread_;
  SipStack stack_;
  FlowWatch flows_;
  TrunkBook trunks_;
  ArrivalRate arrivals_{config_.max_arrivals_per_second};
  MonoTime tell_behind_{};  // Not before.
  SourceRates sources_{config_.max_requests_per_source};
  LocationTable locations_;
  std::unique_ptr<CallSwitch> switch_;
  std::unique_ptr<Registrar> registrar_;
  std::unique_ptr<TrunkRegistrar> trunk_registrar_;
  TimerQueue<TimerKey> timers_;
  std::unordered_map<LegHandle, LegIo> legs_;
  std::unordered_map<DialogId, DialogEntry> dialogs_;
  std::vector<DialogId> gone_;
  std::unordered_map<std::string, std::uint64_t> contact_timers_;  // "user uri" -> generation
  std::unordered_map<TrunkId, std::uint64_t> trunk_timers_;
  std::uint64_t next_timer_ = 1;
  DialogId next_dialog_ = 1;
  int settling_ = 0;
  int ticks_ = 0;
  LoopCounters counters_;
};

}  // namespace callfleet::sip_edge
