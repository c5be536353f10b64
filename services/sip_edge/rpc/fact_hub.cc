#include "services/sip_edge/rpc/fact_hub.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

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
  if (record.passed && record.passed->by_waits && wanted(record.passed->by)) return true;
  return unclaimed && !record.controller;
}

namespace {

// A caller hears nothing before its call is claimed, handed over and claimed again: three facts,
// one after the other, for which nobody else's can be waited.
bool OnTheWayToItsOwner(const RecordUpdate& update) {
  if (update.record->direction != CallDirection::kInbound) return false;
  return std::any_of(update.changes.begin(), update.changes.end(), [](CallChange change) {
    return change == CallChange::kCreated || change == CallChange::kController;
  });
}

}  // namespace

FactHub::FactHub(EdgeName edge) : edge_(std::move(edge)), thread_([this] { Work(); }) {}

FactHub::~FactHub() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void FactHub::Enqueue(Item item, bool urgent) {
  {
    const std::lock_guard lock(mutex_);
    items_.push_back(std::move(item));
    const bool wakes = items_.size() == 1 || (urgent && !urgent_);
    urgent_ = urgent_ || urgent;
    if (!wakes) return;
  }
  wake_.notify_one();
}

void FactHub::Work() {
  auto last = std::chrono::steady_clock::time_point{};
  while (true) {
    std::vector<Item> items;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return stopping_ || !items_.empty(); });
      // Facts that come meanwhile wake nobody, unless they are urgent.
      wake_.wait_until(lock, last + kGather, [this] { return stopping_ || urgent_; });
      if (stopping_) return;
      urgent_ = false;
      items.swap(items_);
    }
    Deliver(std::move(items));
    last = std::chrono::steady_clock::now();
  }
}

// Records of one call become one, unless something else lies between them.
void FactHub::Deliver(std::vector<Item> items) {
  std::vector<RecordUpdate> merged;
  std::unordered_map<CallId, std::size_t> places;
  const auto flush = [&] {
    TellAll(merged);
    merged.clear();
    places.clear();
  };
  for (auto& item : items) {
    if (auto* task = std::get_if<Task>(&item)) {
      flush();
      (*task)();
      continue;
    }
    for (auto& update : std::get<std::vector<RecordUpdate>>(item)) {
      const auto [place, added] = places.try_emplace(update.record->id, merged.size());
      if (added || update.forgotten) {
        place->second = merged.size();
        merged.push_back(std::move(update));
        continue;
      }
      RecordUpdate& older = merged[place->second];
      older.record = std::move(update.record);
      for (CallChange change : update.changes) {
        if (std::find(older.changes.begin(), older.changes.end(), change) == older.changes.end()) {
          older.changes.push_back(change);
        }
      }
    }
  }
  flush();
}

void FactHub::AddCalls(CallStream stream_in, CallFilter filter_in,
                       const std::vector<std::shared_ptr<const CallRecord>>& snapshot_in) {
  Enqueue([this, stream = std::move(stream_in), filter = std::move(filter_in),
           snapshot = snapshot_in]() mutable {
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
  });
}

void FactHub::AddRegistrations(RegistrationStream stream_in,
                               const std::vector<RegistrationRecord>& snapshot_in) {
  Enqueue([this, stream = std::move(stream_in), snapshot = snapshot_in]() mutable {
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
  });
}

void FactHub::AddTrunks(TrunkStream stream_in, const std::vector<TrunkView>& snapshot_in) {
  Enqueue([this, stream = std::move(stream_in), snapshot = snapshot_in]() mutable {
    for (const auto& view : snapshot) {
      v1::WatchTrunksResponse message;
      ToProto(view, message.mutable_trunk());
      stream->PushKept(std::move(message));
    }
    v1::WatchTrunksResponse end;
    end.set_snapshot_complete(true);
    stream->PushKept(std::move(end));
    trunks_.push_back(std::move(stream));
  });
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
  Enqueue(updates, std::any_of(updates.begin(), updates.end(), OnTheWayToItsOwner));
}

void FactHub::TellAll(const std::vector<RecordUpdate>& updates) {
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

void FactHub::OnRegistration(const RegistrationRecord& changed) {
  Enqueue([this, record = changed] {
    std::erase_if(registrations_, [](const auto& stream) { return stream->closed(); });
    ++seq_;
    v1::WatchRegistrationsResponse message;
    ToProto(record, message.mutable_registration());
    for (const auto& stream : registrations_) stream->PushKeyed(record.sip_user, message);
  });
}

void FactHub::OnTrunk(const TrunkView& changed) {
  Enqueue([this, trunk = changed] {
    std::erase_if(trunks_, [](const auto& stream) { return stream->closed(); });
    v1::WatchTrunksResponse message;
    ToProto(trunk, message.mutable_trunk());
    for (const auto& stream : trunks_) stream->PushKeyed(trunk.settings.id.str(), message);
  });
}

void FactHub::OnTrunkGone(const TrunkId& gone) {
  Enqueue([this, trunk = gone] {
    v1::WatchTrunksResponse message;
    message.set_deleted_trunk_id(trunk.str());
    for (const auto& stream : trunks_) stream->PushKeyed(trunk.str(), message);
  });
}

void FactHub::OnSecond() {
  Enqueue([this] {
    v1::WatchCallsResponse calls;
    calls.mutable_alive()->set_seq(seq_);
    for (const auto& watcher : calls_) watcher.stream->PushKeyed(" alive", calls);
    v1::WatchRegistrationsResponse registrations;
    registrations.mutable_alive()->set_seq(seq_);
    for (const auto& stream : registrations_) stream->PushKeyed(" alive", registrations);
    v1::WatchTrunksResponse trunks;
    trunks.mutable_alive()->set_seq(seq_);
    for (const auto& stream : trunks_) stream->PushKeyed(" alive", trunks);
  });
}

}  // namespace callfleet::sip_edge
