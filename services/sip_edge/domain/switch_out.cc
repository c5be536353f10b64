// What a step leaves for the loop: acts, and records that are new.
#include <utility>

#include "services/sip_edge/domain/call_switch.h"

namespace callfleet::sip_edge {

std::shared_ptr<const CallRecord> CallSwitch::Publish(Call& call) {
  if (!call.published) call.published = std::make_shared<const CallRecord>(call.record);
  return call.published;
}

std::vector<Act> CallSwitch::TakeActs() {
  if (!bridged_.empty() || !seeking_.empty()) FollowAgents();
  return std::exchange(acts_, {});
}

std::vector<RecordUpdate> CallSwitch::TakeUpdates() {
  std::vector<RecordUpdate> updates;
  updates.reserve(dirty_.size() + forgotten_.size());
  std::vector<Call*> waiting;
  for (Call* call : dirty_) {
    if (call->record.state == CallState::kEnded && call->awaited_figures > 0) {
      waiting.push_back(call);
      continue;
    }
    updates.push_back({Publish(*call), std::exchange(call->changes, {})});
    call->dirty = false;
  }
  dirty_ = std::move(waiting);
  for (auto& gone : forgotten_) updates.push_back(std::move(gone));
  forgotten_.clear();
  return updates;
}

std::vector<std::shared_ptr<const CallRecord>> CallSwitch::Snapshot() const {
  std::vector<std::shared_ptr<const CallRecord>> records;
  records.reserve(calls_.size());
  for (const auto& [id, call] : calls_) {
    records.push_back(call->published ? call->published
                                      : std::make_shared<const CallRecord>(call->record));
  }
  return records;
}

}  // namespace callfleet::sip_edge
