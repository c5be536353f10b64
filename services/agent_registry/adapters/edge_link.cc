#include "services/agent_registry/adapters/edge_link.h"

#include <utility>

#include "common/grpc_server/errors.h"
#include "services/agent_registry/adapters/edge_convert.h"
#include "services/agent_registry/adapters/edge_link_shared.h"

namespace callfleet::agent_registry {
namespace {

constexpr std::chrono::milliseconds kAgain{200};
constexpr std::chrono::seconds kCommandDeadline{5};

}  // namespace

EdgeLink::EdgeLink(EdgeLinkParts parts, logging::Logger log)
    : shared_(std::make_shared<Shared>(std::move(parts), std::move(log))) {}
EdgeLink::~EdgeLink() { Stop(); }
void EdgeLink::Start(EdgeFacts* facts) { shared_->Start(facts); }
void EdgeLink::Stop() { shared_->Stop(); }
bool EdgeLink::connected() const { return shared_->connected(); }
EdgeId EdgeLink::edge() const { return shared_->edge(); }
void EdgeLink::AccountChanged(const std::string& sip_user) { shared_->MarkDirty(sip_user, false); }
void EdgeLink::AccountRemoved(const std::string& sip_user) { shared_->MarkDirty(sip_user, true); }
void EdgeLink::DialDedicated(const AgentProfile& profile, const LegId& leg) {
  shared_->DialDedicated(profile, leg);
}

void EdgeLink::Shared::Stop() { calls_.Stop(); }

bool EdgeLink::Shared::connected() const {
  const std::lock_guard lock(mutex_);
  return calls_up_ && registrations_up_ && !boot_.empty() && pushed_boot_ == boot_;
}

EdgeId EdgeLink::Shared::edge() const {
  const std::lock_guard lock(mutex_);
  return edge_;
}

void EdgeLink::Shared::Later(void (Shared::*what)()) {
  parts_.timers->Start(kAgain, [weak = weak_from_this(), what] {
    if (auto self = weak.lock()) (self.get()->*what)();
  });
}

void EdgeLink::Shared::Heard() {
  EdgeId back;
  {
    const std::lock_guard lock(mutex_);
    if (!sight_.Heard(parts_.clock->Now().mono)) return;
    back = edge_;
  }
  facts_->OnSight(back, true);
}

// One timer for as long as the watch stands.
void EdgeLink::Shared::WatchSight() {
  EdgeId silent;
  std::chrono::milliseconds left{0};
  {
    const std::lock_guard lock(mutex_);
    watching_sight_ = sight_.open() && !calls_.stopping();
    if (!watching_sight_) return;
    const MonoTime now = parts_.clock->Now().mono;
    if (sight_.Silent(now)) silent = edge_;
    left = sight_.Left(now);
  }
  if (!silent.empty()) facts_->OnSight(silent, false);
  parts_.timers->Start(left, [weak = weak_from_this()] {
    if (auto self = weak.lock()) self->WatchSight();
  });
}

void EdgeLink::Shared::OnCalls(const edge_v1::WatchCallsResponse& message) {
  using M = edge_v1::WatchCallsResponse;
  Heard();
  switch (message.message_case()) {
    case M::kSnapshotBegin: {
      const std::lock_guard lock(mutex_);
      edge_ = EdgeId(message.snapshot_begin().edge_id());
      in_calls_snapshot_ = true;
      leg_snapshot_.clear();
      break;
    }
    case M::kRecord:
      for (auto& leg : LegsOf(message.record(), edge())) {
        if (leg.leg.phase != LegPhase::kEnded) leg_snapshot_.push_back(std::move(leg));
      }
      break;
    case M::kSnapshotEnd: {
      in_calls_snapshot_ = false;
      facts_->OnLegSnapshot(edge(), std::exchange(leg_snapshot_, {}));
      bool watch = false;
      {
        const std::lock_guard lock(mutex_);
        calls_up_ = true;
        sight_.Opened(parts_.clock->Now().mono);
        watch = !std::exchange(watching_sight_, true);
      }
      if (watch) WatchSight();
      break;
    }
    case M::kDelta:
      if (message.delta().forgotten()) break;
      for (auto& leg : LegsOf(message.delta().record(), edge())) facts_->OnLeg(std::move(leg));
      break;
    case M::kAlive:
    case M::MESSAGE_NOT_SET:
      break;
  }
}

void EdgeLink::Shared::OnRegistrations(const edge_v1::WatchRegistrationsResponse& message) {
  using M = edge_v1::WatchRegistrationsResponse;
  switch (message.message_case()) {
    case M::kSnapshotBegin: {
      const std::lock_guard lock(mutex_);
      edge_ = EdgeId(message.snapshot_begin().edge_id());
      boot_ = message.snapshot_begin().boot_id();
      registered_.clear();
      in_registrations_snapshot_ = true;
      reach_snapshot_.clear();
      break;
    }
    case M::kRegistration:
      OnRegistration(message.registration());
      break;
    case M::kSnapshotEnd: {
      in_registrations_snapshot_ = false;
      facts_->OnReachabilitySnapshot(edge(), std::exchange(reach_snapshot_, {}));
      {
        const std::lock_guard lock(mutex_);
        registrations_up_ = true;
        log_.Info("watching an edge", {{"edge_id", edge_}, {"boot_id", boot_}});
      }
      PushIfNeeded();
      break;
    }
    case M::kAlive:
    case M::MESSAGE_NOT_SET:
      break;
  }
}

void EdgeLink::Shared::OnRegistration(const edge_v1::Registration& registration) {
  if (registration.agent_id().empty()) return;
  const EdgeId edge = this->edge();
  auto account = parts_.accounts->Find(registration.sip_user());
  if (account && account->fixed_contact.empty()) {
    auto rows = ContactsOf(registration);
    parts_.accounts->SetContacts(registration.sip_user(), edge, rows);
    parts_.journal->Commit(account->pool,
                           {SaveContacts{registration.sip_user(), edge, std::move(rows)}},
                           [](const Status&) {});  // The next refresh says it again.
  }
  {
    const std::lock_guard lock(mutex_);
    if (registration.contacts_size() > 0) registered_.insert(registration.sip_user());
  }
  UserReachability report = ReachabilityOf(registration, edge);
  if (in_registrations_snapshot_) {
    reach_snapshot_.push_back(std::move(report));
  } else {
    facts_->OnReachability(std::move(report));
  }
}

void EdgeLink::Shared::CallsEnded(const grpc::Status& status) {
  EdgeId lost;
  {
    const std::lock_guard lock(mutex_);
    if (sight_.Closed()) lost = edge_;
    if (std::exchange(calls_up_, false) && !calls_.stopping()) {
      log_.Warn("an edge's calls are out of sight",
                {{"edge_id", edge_}, {"detail", status.error_message()}});
    }
    if (calls_.stopping()) return;
  }
  if (!lost.empty()) facts_->OnSight(lost, false);
  Later(&Shared::OpenCalls);
}

void EdgeLink::Shared::RegistrationsEnded(const grpc::Status& status) {
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(registrations_up_, false) && !calls_.stopping()) {
      log_.Warn("an edge's registrations are out of sight",
                {{"edge_id", edge_}, {"detail", status.error_message()}});
    }
    if (calls_.stopping()) return;
  }
  Later(&Shared::OpenRegistrations);
}

void EdgeLink::Shared::DialDedicated(const AgentProfile& profile, const LegId& leg) {
  struct Call {
    grpc::ClientContext context;
    edge_v1::RingRequest request;
    edge_v1::RingResponse response;
  };
  auto call = std::make_shared<Call>();
  auto& request = call->request;
  request.mutable_context()->set_request_id(parts_.ids->Next());
  Fill(parts_.pool, request.mutable_context()->mutable_unit());
  request.set_leg_id(leg.str());
  request.set_agent_id(profile.id.str());
  request.set_line_mode(edge_v1::LINE_MODE_DEDICATED);
  if (profile.contact_uri.empty()) {
    request.set_sip_user(profile.sip_user);
  } else {
    request.set_contact_uri(profile.contact_uri);
  }
  request.set_caller_name("Callfleet");
  call->context.set_deadline(std::chrono::system_clock::now() + kCommandDeadline);
  if (!calls_.Enter(&call->context)) return;
  stub_->async()->Ring(
      &call->context, &request, &call->response,
      [self = shared_from_this(), call, agent = profile.id, leg](const grpc::Status& status) {
        if (!status.ok()) {
          self->log_.Warn("a dedicated leg was refused",
                          {{"agent_id", agent}, {"detail", status.error_message()}});
          self->facts_->OnLeg({agent, {self->edge(), {}, leg, "", LegPhase::kEnded, true}});
        }
        self->calls_.Leave(&call->context);
      });
}

}  // namespace callfleet::agent_registry
