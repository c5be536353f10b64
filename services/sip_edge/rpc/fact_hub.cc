#include "services/sip_edge/rpc/fact_hub.h"

#include <algorithm>

namespace callfleet::sip_edge {

bool CallFilter::Matches(const CallRecord& record) const {
  if (agent_legs_only) {
    const bool has = std::any_of(record.legs.begin(), record.legs.end(),
                                 [](const LegRecord& leg) { return !leg.agent.empty(); });
    if (!has) return false;
  }
  if (units.empty() && kinds.empty() && !unclaimed) return true;
  const auto wanted = [&](const Unit& unit) {
    return std::find(units.begin(), units.end(), unit) != units.end() ||
           std::find(kinds.begin(), kinds.end(), unit.kind) != kinds.end();
  };
  if (record.controller && wanted(record.controller->unit)) return true;
  if (record.offered && wanted(*record.offered)) return true;
  return unclaimed && !record.controller;
}

void FactHub::AddCalls(CallStream stream, CallFilter filter,
                       const std::vector<std::shared_ptr<const CallRecord>>& snapshot) {
  v1::WatchCallsResponse begin;
  begin.mutable_snapshot_begin()->set_edge_id(edge_.edge_id);
  begin.mutable_snapshot_begin()->set_boot_id(edge_.boot_id);
  stream->PushKept(std::move(begin));
  CallWatcher watcher{std::move(stream), std::move(filter), {}};
  for (const auto& record : snapshot) {
    if (!watcher.filter.Matches(*record)) continue;
    watcher.told.insert(record->id);
    v1::WatchCallsResponse message;
    ToProto(*record, edge_, message.mutable_record());
    watcher.stream->PushKept(std::move(message));
  }
  v1::WatchCallsResponse end;
  end.mutable_snapshot_end()->set_seq(seq_);
  watcher.stream->PushKept(std::move(end));
  calls_.push_back(std::move(watcher));
}

void FactHub::AddRegistrations(RegistrationStream stream,
                               const std::vector<RegistrationRecord>& snapshot) {
  v1::WatchRegistrationsResponse begin;
  begin.mutable_snapshot_begin()->set_edge_id(edge_.edge_id);
  begin.mutable_snapshot_begin()->set_boot_id(edge_.boot_id);
  stream->PushKept(std::move(begin));
  for (const auto& record : snapshot) {
    v1::WatchRegistrationsResponse message;
    ToProto(record, message.mutable_registration());
    stream->PushKept(std::move(message));
  }
  v1::WatchRegistrationsResponse end;
  end.mutable_snapshot_end()->set_seq(seq_);
  stream->PushKept(std::move(end));
  registrations_.push_back(std::move(stream));
}

void FactHub::AddTrunks(TrunkStream stream, const std::vector<TrunkView>& snapshot) {
  for (const auto& view : snapshot) {
    v1::WatchTrunksResponse message;
    ToProto(view, message.mutable_trunk());
    stream->PushKept(std::move(message));
  }
  v1::WatchTrunksResponse end;
  end.set_snapshot_complete(true);
  stream->PushKept(std::move(end));
  trunks_.push_back(std::move(stream));
}

void FactHub::Tell(CallWatcher& watcher, const RecordUpdate& update,
                   const v1::WatchCallsResponse& message) {
  const CallId& id = update.record->id;
  const bool known = watcher.told.count(id) != 0;
  if (update.forgotten) {
    if (!known) return;
    watcher.told.erase(id);
    // A key of its own: the end that may still wait is told first.
    watcher.stream->PushKeyed(id.str() + "#", message);
    return;
  }
  const bool matches = watcher.filter.Matches(*update.record);
  if (!matches && !known) return;
  if (matches) {
    watcher.told.insert(id);
  } else {
    watcher.told.erase(id);
  }
  watcher.stream->PushKeyed(id.str(), message);
}

void FactHub::OnRecords(const std::vector<RecordUpdate>& updates) {
  std::erase_if(calls_, [](const CallWatcher& watcher) { return watcher.stream->closed(); });
  for (const auto& update : updates) {
    ++seq_;
    if (calls_.empty()) continue;
    v1::WatchCallsResponse message;
    auto* delta = message.mutable_delta();
    delta->set_seq(seq_);
    delta->set_forgotten(update.forgotten);
    if (update.forgotten) {
      delta->mutable_record()->set_call_id(update.record->id.str());
      delta->mutable_record()->set_version(update.record->version);
    } else {
      ToProto(*update.record, edge_, delta->mutable_record());
      for (CallChange change : update.changes) delta->add_changes(ToProto(change));
    }
    for (auto& watcher : calls_) Tell(watcher, update, message);
  }
}

void FactHub::OnRegistration(const RegistrationRecord& record) {
  std::erase_if(registrations_, [](const auto& stream) { return stream->closed(); });
  ++seq_;
  v1::WatchRegistrationsResponse message;
  ToProto(record, message.mutable_registration());
  for (const auto& stream : registrations_) stream->PushKeyed(record.sip_user, message);
}

void FactHub::OnTrunk(const TrunkView& trunk) {
  std::erase_if(trunks_, [](const auto& stream) { return stream->closed(); });
  v1::WatchTrunksResponse message;
  ToProto(trunk, message.mutable_trunk());
  for (const auto& stream : trunks_) stream->PushKeyed(trunk.settings.id.str(), message);
}

void FactHub::OnTrunkGone(const TrunkId& trunk) {
  v1::WatchTrunksResponse message;
  message.set_deleted_trunk_id(trunk.str());
  for (const auto& stream : trunks_) stream->PushKeyed(trunk.str(), message);
}

void FactHub::OnSecond() {
  v1::WatchCallsResponse calls;
  calls.mutable_alive()->set_seq(seq_);
  for (const auto& watcher : calls_) watcher.stream->PushKeyed(" alive", calls);
  v1::WatchRegistrationsResponse registrations;
  registrations.mutable_alive()->set_seq(seq_);
  for (const auto& stream : registrations_) stream->PushKeyed(" alive", registrations);
  v1::WatchTrunksResponse trunks;
  trunks.mutable_alive()->set_seq(seq_);
  for (const auto& stream : trunks_) stream->PushKeyed(" alive", trunks);
}

}  // namespace callfleet::sip_edge
