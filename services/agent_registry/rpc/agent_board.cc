#include "services/agent_registry/rpc/agent_board.h"

#include "services/agent_registry/rpc/convert.h"

namespace callfleet::agent_registry {
namespace {

std::string NameOf(v1::AgentActivity activity) {
  switch (activity) {
    case v1::AGENT_ACTIVITY_AVAILABLE:
      return "available";
    case v1::AGENT_ACTIVITY_BUSY:
      return "busy";
    case v1::AGENT_ACTIVITY_WRAP_UP:
      return "wrap_up";
    case v1::AGENT_ACTIVITY_NOT_READY:
      return "not_ready";
    default:  // Logged out, inactive, or without a phone.
      return "offline";
  }
}

std::string NameOf(SlotState state) {
  switch (state) {
    case SlotState::kReserved:
      return "reserved";
    case SlotState::kRinging:
      return "ringing";
    case SlotState::kConnected:
      return "connected";
    case SlotState::kHeld:
      return "held";
    case SlotState::kWrapUp:
      return "wrap_up";
    case SlotState::kOrphaned:
      return "orphaned";
    case SlotState::kFree:
      return "free";
  }
  return "free";
}

}  // namespace

bool AgentBoard::Wants(const Filter& filter, const AgentRecord& record) {
  const AgentProfile& p = *record.profile;
  if (!filter.pool.empty() && filter.pool != p.pool.str()) return false;
  return filter.agents.empty() || filter.agents.contains(p.id.str());
}

void AgentBoard::Changed(AgentRecordRef record) {
  const std::lock_guard lock(mutex_);
  const AgentProfile& p = *record->profile;
  AgentRecordRef& slot = by_id_[p.id];
  if (slot && slot->version > record->version) return;
  if (slot && slot->profile->name != p.name) {
    auto old = by_name_.find(slot->profile->name);
    if (old != by_name_.end() && old->second == p.id) by_name_.erase(old);
  }
  by_name_[p.name] = p.id;
  slot = std::move(record);
  ++seq_;
  if (watchers_.empty()) return;
  v1::WatchAgentsResponse message;
  message.mutable_change()->set_seq(seq_);
  ToProto(*slot, message.mutable_change()->mutable_agent());
  Publish(*slot, message);
}

void AgentBoard::Gone(const AgentId& agent) {
  const std::lock_guard lock(mutex_);
  auto it = by_id_.find(agent);
  if (it == by_id_.end()) return;
  const AgentRecordRef last = it->second;
  auto name = by_name_.find(last->profile->name);
  if (name != by_name_.end() && name->second == agent) by_name_.erase(name);
  by_id_.erase(it);
  v1::WatchAgentsResponse message;
  message.mutable_change()->set_seq(++seq_);
  message.mutable_change()->set_deleted_agent_id(agent.str());
  Publish(*last, message);
}

void AgentBoard::Publish(const AgentRecord& record, const v1::WatchAgentsResponse& message) {
  std::erase_if(watchers_, [&](const Watcher& watcher) {
    auto stream = watcher.stream.lock();
    if (!stream || stream->closed()) return true;
    if (Wants(watcher.filter, record)) stream->PushKeyed(record.profile->id.str(), message);
    return false;
  });
}

AgentRecordRef AgentBoard::Find(const std::string& id_or_name) const {
  const std::lock_guard lock(mutex_);
  auto it = by_id_.find(AgentId(id_or_name));
  if (it != by_id_.end()) return it->second;
  auto name = by_name_.find(id_or_name);
  return name == by_name_.end() ? nullptr : by_id_.at(name->second);
}

AgentBoard::Page AgentBoard::List(const std::string& after, std::size_t size,
                                  const std::function<bool(const AgentRecord&)>& wanted) const {
  const std::lock_guard lock(mutex_);
  Page page;
  for (const auto& [name, id] : by_name_) {
    const AgentRecordRef& record = by_id_.at(id);
    if (!wanted(*record)) continue;
    ++page.total;
    if (!after.empty() && name <= after) continue;
    if (page.agents.size() < size) {
      page.agents.push_back(record);
    } else if (page.next.empty()) {
      page.next = page.agents.back()->profile->name;
    }
  }
  return page;
}

std::map<std::string, AgentBoard::Census> AgentBoard::TakeCensus() const {
  std::map<std::string, Census> pools;
  const std::lock_guard lock(mutex_);
  for (const auto& [id, record] : by_id_) {
    Census& census = pools[record->profile->pool.str()];
    ++census.agents[NameOf(ActivityOf(*record))];
    for (const SlotRecord& slot : record->slots) ++census.slots[NameOf(slot.state)];
  }
  return pools;
}

std::size_t AgentBoard::size() const {
  const std::lock_guard lock(mutex_);
  return by_id_.size();
}

void AgentBoard::Watch(std::shared_ptr<Stream> stream, Filter filter) {
  const std::lock_guard lock(mutex_);
  for (const auto& [name, id] : by_name_) {
    const AgentRecordRef& record = by_id_.at(id);
    if (!Wants(filter, *record)) continue;
    v1::WatchAgentsResponse message;
    ToProto(*record, message.mutable_agent());
    stream->PushKept(std::move(message));
  }
  v1::WatchAgentsResponse end;
  end.mutable_snapshot_end()->set_seq(seq_);
  stream->PushKept(std::move(end));
  watchers_.push_back({stream, std::move(filter)});
}

void AgentBoard::SendAlive() {
  const std::lock_guard lock(mutex_);
  v1::WatchAgentsResponse alive;
  alive.mutable_alive()->set_seq(seq_);
  std::erase_if(watchers_, [&](const Watcher& watcher) {
    auto stream = watcher.stream.lock();
    if (!stream || stream->closed()) return true;
    stream->PushKeyed("", alive);
    return false;
  });
}

}  // namespace callfleet::agent_registry
