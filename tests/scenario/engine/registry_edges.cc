// What agent_registry hears from the edge and gives it: accounts, watches, dedicated lines.
#include <utility>

#include "services/agent_registry/adapters/edge_convert.h"
#include "tests/scenario/engine/registry_run.h"

namespace callfleet::engine {

using namespace agent_registry;

namespace {
constexpr milliseconds kAgain{200};
}

void RegistryRun::OpenCalls() {
  const auto again = [this] { life_->Start(kAgain, [this] { OpenCalls(); }); };
  house_->network.Open(
      life_, [house = house_] { return house->EdgeLife(); },
      [this, again](const std::shared_ptr<Stream>& stream) {
        if (!stream) return again();
        stream->OnClientDown([this, again] {
          OnCallsEnded();
          again();
        });
        stream->ToServer([this, stream, house = house_] {
          sip_edge::CallFilter filter;
          filter.agent_legs_only = true;
          house->edge->WatchCalls(stream, filter,
                                  [this](const auto& message) { OnCalls(*message); });
        });
      });
}

void RegistryRun::OpenRegistrations() {
  const auto again = [this] { life_->Start(kAgain, [this] { OpenRegistrations(); }); };
  house_->network.Open(
      life_, [house = house_] { return house->EdgeLife(); },
      [this, again](const std::shared_ptr<Stream>& stream) {
        if (!stream) return again();
        stream->OnClientDown([this, again] {
          registrations_up_ = false;
          again();
        });
        stream->ToServer([this, stream, house = house_] {
          house->edge->WatchRegistrations(
              stream, [this](const auto& message) { OnRegistrations(*message); });
        });
      });
}

void RegistryRun::OnCallsEnded() {
  if (!closed_ && sight_.Closed()) TellSight(false);
}

void RegistryRun::TellSight(bool in_sight) {
  house_->kernel->Note(in_sight ? "registry sees the edge" : "registry loses sight of the edge");
  service_->facts().OnSight(edge_, in_sight);
}

void RegistryRun::WatchSight() {
  watching_sight_ = sight_.open();
  if (!watching_sight_) return;
  const MonoTime now = life_->Now().mono;
  if (sight_.Silent(now)) TellSight(false);
  life_->Start(sight_.Left(now), [this] { WatchSight(); });
}

void RegistryRun::OnCalls(const edge_v1::WatchCallsResponse& message) {
  if (closed_) return;
  using M = edge_v1::WatchCallsResponse;
  if (sight_.Heard(life_->Now().mono)) TellSight(true);
  switch (message.message_case()) {
    case M::kSnapshotBegin:
      edge_ = EdgeId(message.snapshot_begin().edge_id());
      leg_snapshot_.clear();
      break;
    case M::kRecord:
      for (auto& leg : LegsOf(message.record(), edge_)) {
        if (leg.leg.phase != LegPhase::kEnded) leg_snapshot_.push_back(std::move(leg));
      }
      break;
    case M::kSnapshotEnd:
      house_->kernel->Note("registry has a snapshot of the edge", edge_.str(),
                           static_cast<std::int64_t>(leg_snapshot_.size()));
      service_->facts().OnLegSnapshot(edge_, std::exchange(leg_snapshot_, {}));
      sight_.Opened(life_->Now().mono);
      if (!std::exchange(watching_sight_, true)) WatchSight();
      break;
    case M::kDelta:
      if (message.delta().forgotten()) break;
      for (auto& leg : LegsOf(message.delta().record(), edge_)) {
        service_->facts().OnLeg(std::move(leg));
      }
      break;
    case M::kAlive:
    case M::MESSAGE_NOT_SET:
      break;
  }
}

void RegistryRun::OnRegistrations(const edge_v1::WatchRegistrationsResponse& message) {
  if (closed_) return;
  using M = edge_v1::WatchRegistrationsResponse;
  switch (message.message_case()) {
    case M::kSnapshotBegin:
      edge_ = EdgeId(message.snapshot_begin().edge_id());
      boot_ = message.snapshot_begin().boot_id();
      registered_.clear();
      in_registrations_snapshot_ = true;
      reach_snapshot_.clear();
      break;
    case M::kRegistration:
      OnRegistration(message.registration());
      break;
    case M::kSnapshotEnd:
      in_registrations_snapshot_ = false;
      service_->facts().OnReachabilitySnapshot(edge_, std::exchange(reach_snapshot_, {}));
      registrations_up_ = true;
      PushIfNeeded();
      break;
    case M::kAlive:
    case M::MESSAGE_NOT_SET:
      break;
  }
}

void RegistryRun::OnRegistration(const edge_v1::Registration& registration) {
  if (registration.agent_id().empty()) return;
  if (const auto account = accounts_.Find(registration.sip_user());
      account && account->fixed_contact.empty()) {
    auto rows = ContactsOf(registration);
    accounts_.SetContacts(registration.sip_user(), edge_, rows);
    journal_->Commit(account->pool, {SaveContacts{registration.sip_user(), edge_, std::move(rows)}},
                     [](const Status&) {});
  }
  if (registration.contacts_size() > 0) registered_.insert(registration.sip_user());
  UserReachability report = ReachabilityOf(registration, edge_);
  if (in_registrations_snapshot_) {
    reach_snapshot_.push_back(std::move(report));
  } else {
    service_->facts().OnReachability(std::move(report));
  }
}

void RegistryRun::PutAccount(const AgentProfile& profile) {
  if (!accounts_.Put(profile)) return;
  dirty_.insert(profile.account_name());
  removed_.erase(profile.account_name());
  PushIfNeeded();
}

void RegistryRun::RemoveAccount(const std::string& sip_user) {
  accounts_.Remove(sip_user);
  removed_.insert(sip_user);
  dirty_.erase(sip_user);
  PushIfNeeded();
}

void RegistryRun::PushIfNeeded() {
  if (closed_ || pushing_ || boot_.empty() || !registrations_up_) return;
  const bool whole = pushed_boot_ != boot_;
  if (!whole && dirty_.empty() && removed_.empty()) return;
  pushing_ = true;
  auto messages =
      std::make_shared<const std::vector<edge_v1::PushAccountsRequest>>(PushMessages(whole));
  house_->network.Request<bool>(
      life_, [house = house_] { return house->EdgeLife(); },
      [house = house_, messages] { return house->edge->PushAccounts(*messages); },
      [this, boot = boot_, whole](const Result<bool>& taken) {
        pushing_ = false;
        if (taken) {
          if (whole) pushed_boot_ = boot;
          PushIfNeeded();
        } else {
          pushed_boot_.clear();  // What was lost is not known: give it everything again.
          life_->Start(kAgain, [this] { PushIfNeeded(); });
        }
      });
}

std::vector<edge_v1::PushAccountsRequest> RegistryRun::PushMessages(bool whole) {
  const auto changed = std::exchange(dirty_, {});
  const auto removed = std::exchange(removed_, {});
  std::vector<edge_v1::PushAccountsRequest> messages(1);
  messages[0].mutable_begin()->set_boot_id(boot_);
  messages[0].mutable_begin()->set_replaces_all(whole);
  Fill(pool_, messages[0].mutable_begin()->mutable_unit());
  const WallTime now = life_->Now().wall;
  const auto add = [&](const AccountEntry& entry) {
    const bool with_contacts = whole && !registered_.contains(entry.sip_user);
    Fill(entry, edge_, with_contacts, now, messages.emplace_back().mutable_account());
  };
  if (whole) {
    for (const AccountEntry& entry : accounts_.All()) add(entry);
    return messages;
  }
  for (const std::string& user : changed) {
    if (const auto entry = accounts_.Find(user)) add(*entry);
  }
  for (const std::string& user : removed) messages.emplace_back().set_removed_sip_user(user);
  return messages;
}

void RegistryRun::DialDedicated(const AgentProfile& profile, const LegId& leg, const EdgeId&) {
  auto request = std::make_shared<edge_v1::RingRequest>();
  request->mutable_context()->set_request_id(Next());
  Fill(pool_, request->mutable_context()->mutable_unit());
  request->set_leg_id(leg.str());
  request->set_agent_id(profile.id.str());
  request->set_line_mode(edge_v1::LINE_MODE_DEDICATED);
  if (profile.contact_uri.empty()) {
    request->set_sip_user(profile.sip_user);
  } else {
    request->set_contact_uri(profile.contact_uri);
  }
  house_->network.Request<bool>(
      life_, [house = house_] { return house->EdgeLife(); },
      [house = house_, request] { return house->edge->Ring(*request); },
      [this, agent = profile.id, leg](const Result<bool>& taken) {
        if (taken) return;
        service_->facts().OnLeg({agent, {edge_, {}, leg, "", LegPhase::kEnded, true}});
      });
}

}  // namespace callfleet::engine
