#include "services/sip_edge/loop/edge_loop.h"

#include <algorithm>
#include <utility>

namespace callfleet::sip_edge {

EdgeLoop::EdgeLoop(EdgeConfig config, EdgePorts ports, logging::Logger log)
    : config_(std::move(config)),
      ports_(ports),
      log_(std::move(log)),
      random_(config_.seed),
      locations_(config_.registrar) {
  switch_ = std::make_unique<CallSwitch>(config_.calls, trunks_, locations_, ports_.ids);
  trunk_registrar_ = std::make_unique<TrunkRegistrar>(
      TrunkRegistrar::Host{.stack = stack_,
                           .trunks = trunks_,
                           .resolver = ports_.resolver,
                           .random = [this] { return Random(); },
                           .later =
                               [this](std::chrono::milliseconds after, std::function<void()> step) {
                                 thread_.Post([this, after, step = std::move(step)] {
                                   if (after.count() == 0) return step();
                                   After(after, step);
                                 });
                               }});
  registrar_ = std::make_unique<Registrar>(locations_, config_.realm, [this] { return Random(); });
}

EdgeLoop::~EdgeLoop() { Stop(); }

Status EdgeLoop::Start(std::vector<TrunkSettings> trunks, std::vector<DialogKey> orphans) {
  static const int kSofiaReady = [] {
    su_init();
    su_log_set_level(nullptr, 0);
    return 0;
  }();
  (void)kSofiaReady;
  Status opened;
  const auto start = [&] {
    opened = stack_.Open(thread_.root(), config_.sip, config_.connection_idle, this);
    if (!opened) return;
    for (auto& trunk : trunks) {
      trunks_.Put(trunk);
      WatchTrunk(trunk.id);
    }
    ByeOrphans(orphans);
  };
  const auto stop = [this] {
    dialogs_.clear();
    legs_.clear();
    flows_.Clear();
    stack_.Close();
  };
  thread_.Start({.start = start,
                 .tick = [this] { Tick(); },
                 .settled = [this] { FlushFacts(); },
                 .stop = stop});
  if (!opened) thread_.Stop();
  return opened;
}

void EdgeLoop::Stop() { thread_.Stop(); }

bool EdgeLoop::Post(std::function<void(EdgeLoop&, Instant)> step) {
  return thread_.Post([this, step = std::move(step)] {
    step(*this, Now());
    Settle();
  });
}

void EdgeLoop::After(std::chrono::milliseconds delay, TimerKey key) {
  timers_.Add(Now().mono + delay, std::move(key));
}

void EdgeLoop::Tick() {
  const Instant now = Now();
  ports_.media.Poll(*this);
  while (auto key = timers_.PopDue(now.mono)) Fire(*key);
  ++ticks_;
  if (ticks_ % 10 == 0) DropClosedFlows();
  if (ticks_ % 100 == 0) {
    locations_.Expire(now.wall);
    trunk_registrar_->Sweep(switch_->draining());
    TellTrunks();
    ports_.facts.OnSecond();
  }
  Settle();
}

void EdgeLoop::DropClosedFlows() {
  for (const auto& flow : flows_.TakeClosed()) {
    locations_.OnConnectionClosed(flow.source, flow.transport);
    const std::string hop = "sip:" + flow.source + TransportParam(flow.transport);
    std::vector<DialogId> ids;
    for (const auto& [id, entry] : dialogs_) ids.push_back(id);
    for (DialogId id : ids) {
      if (Dialog* dialog = FindDialog(id)) dialog->OnFlowClosed(hop);
    }
  }
}

void EdgeLoop::Fire(const TimerKey& key) {
  if (const auto* call = std::get_if<SwitchTimerKey>(&key)) {
    switch_->OnTimer(*call, Now());
  } else if (const auto* timer = std::get_if<DialogTimerKey>(&key)) {
    if (Dialog* dialog = FindDialog(timer->dialog)) {
      dialog->OnTimer(timer->timer, timer->generation);
    }
  } else if (const auto* hunt = std::get_if<HuntTimer>(&key)) {
    LegIo* leg = FindLeg(hunt->leg);
    Dialog* dialog = FindDialog(hunt->dialog);
    const bool more = leg != nullptr && leg->next_target < leg->targets.size();
    const bool silent = dialog != nullptr && !dialog->heard_anything();
    if (more && silent && leg->winner == 0 && !leg->cancelled) {
      // From now on only an answer of it counts; its failure is nobody's.
      std::erase(leg->branches, hunt->dialog);
      --leg->open_branches;
      dialog->Cancel({});
      PlaceNext(hunt->leg);
    }
  } else if (const auto* contact = std::get_if<ContactTimer>(&key)) {
    ProbeContact(*contact);
  } else if (const auto* trunk = std::get_if<TrunkTimer>(&key)) {
    ProbeTrunk(*trunk);
  } else if (const auto* step = std::get_if<std::function<void()>>(&key)) {
    (*step)();
  }
}

// Performs what the step has asked for (which may ask for more), then tells what is new.
void EdgeLoop::Settle() {
  if (settling_ > 0) return;
  ++settling_;
  for (auto acts = switch_->TakeActs(); !acts.empty(); acts = switch_->TakeActs()) {
    for (const auto& act : acts) Perform(act);
  }
  --settling_;
  PurgeDialogs();
  TellRegistrations();
}

// After all that waits in the loop: one record a call for a burst of its events.
void EdgeLoop::FlushFacts() {
  ports_.media.Flush();
  if (!switch_->has_updates()) return;
  const auto updates = switch_->TakeUpdates();
  if (!updates.empty()) ports_.facts.OnRecords(updates);
}

void EdgeLoop::PurgeDialogs() {
  for (DialogId id : std::exchange(gone_, {})) dialogs_.erase(id);
}

void EdgeLoop::ByeOrphans(const std::vector<DialogKey>& orphans) {
  // Beyond whatever the old boot sent after the row was written.
  for (const auto& key : orphans) stack_.Bye(key, key.cseq + 100);
  if (!orphans.empty()) log_.Warn("dialogs of an older boot ended", {{"count", orphans.size()}});
}

Status EdgeLoop::ApplyAccounts(const LocationTable::Push& push) {
  auto applied = locations_.Apply(push, Now());
  if (applied) {
    for (const auto& restored : push.last_contacts) WatchContacts(restored.sip_user);
    for (const auto& account : push.accounts) {
      if (!account.fixed_contact.empty()) WatchContacts(account.sip_user);
    }
  }
  return applied;
}

void EdgeLoop::OnDigit(LegHandle leg, char digit) {
  switch_->Digit(leg, digit, DigitWay::kRtp, Now());
}
void EdgeLoop::OnNoRtp(LegHandle leg) { switch_->NoRtp(leg, Now()); }
void EdgeLoop::OnSoundDone(LegHandle leg, std::uint32_t number, bool finished) {
  switch_->SoundDone(leg, number, finished, Now());
}
void EdgeLoop::OnSoundUnheard(LegHandle leg, std::uint32_t number) {
  switch_->SoundUnheard(leg, number, Now());
}
void EdgeLoop::OnRowRefused(LegHandle leg, const std::string& reason) {
  counters_.rows_refused.fetch_add(1, std::memory_order_relaxed);
  log_.Warn("a leg has no place to hear whom it should", {{"leg", leg}, {"reason", reason}});
  switch_->RowRefused(leg, Now());
}
void EdgeLoop::OnOneWayAudio(LegHandle leg, OneWayAudio audio) {
  switch_->OneWay(leg, audio);
  counters_.nothing_received = switch_->counts().nothing_received;
  counters_.nothing_heard = switch_->counts().nothing_heard;
}
void EdgeLoop::OnAmdFinding(LegHandle leg, const AmdFinding& finding) {
  switch_->AmdFound(leg, finding, Now());
}
void EdgeLoop::OnAmdCue(LegHandle leg) { switch_->AmdCue(leg, Now()); }
void EdgeLoop::OnMediaClosed(LegHandle leg, const MediaQuality& quality) {
  switch_->SetQuality(leg, quality);
}

}  // namespace callfleet::sip_edge
