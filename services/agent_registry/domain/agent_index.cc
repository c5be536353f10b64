#include "services/agent_registry/domain/agent_index.h"

#include <algorithm>
#include <cassert>

namespace callfleet::agent_registry {

Slot AgentIndex::Add(const AgentTraits& traits) {
  Slot slot = static_cast<Slot>(nodes_.size());
  if (free_slots_.empty()) {
    nodes_.emplace_back();
    history_.emplace_back();
  } else {
    slot = free_slots_.back();
    free_slots_.pop_back();
    nodes_[slot] = Node{};
    history_[slot] = History{};
  }
  nodes_[slot].present = true;
  Enter(slot, GroupOf(traits));
  return slot;
}

void AgentIndex::Remove(Slot slot) {
  assert(nodes_[slot].present);
  Unlist(slot);
  Leave(slot);
  nodes_[slot].present = false;
  free_slots_.push_back(slot);
}

void AgentIndex::SetTraits(Slot slot, const AgentTraits& traits) {
  Unlist(slot);
  const GroupId group = GroupOf(traits);
  if (group != nodes_[slot].group) {
    Leave(slot);
    Enter(slot, group);
  }
  List(slot);
}

void AgentIndex::Update(Slot slot, Standing standing, Rank rank) {
  Node& node = nodes_[slot];
  if (node.standing == standing && node.rank == rank) return;
  Unlist(slot);
  if (node.standing.active != standing.active || node.standing.ready != standing.ready) {
    Tally(slot, -1);
    node.standing = standing;
    Tally(slot, +1);
  }
  node.standing = standing;
  node.rank = rank;
  List(slot);
}

void AgentIndex::SetRecord(Slot slot, Record record) {
  Group& group = *groups_[nodes_[slot].group];
  if (history_[slot].record == record) return;
  if (nodes_[slot].listed) UnlistFromOrders(group, slot);
  history_[slot].record = record;
  if (nodes_[slot].listed) ListInOrders(group, slot);
}

void AgentIndex::Chosen(Slot slot, SignatureId signature) {
  const Requirement& requirement = signatures_[signature].requirement;
  if (requirement.strategy != Strategy::kRoundRobin) return;
  Group& group = *groups_[nodes_[slot].group];
  if (nodes_[slot].listed) UnlistFromOrders(group, slot);
  history_[slot].chosen[requirement.audience] = ++chosen_clock_;
  if (nodes_[slot].listed) ListInOrders(group, slot);
}

GroupId AgentIndex::GroupOf(const AgentTraits& traits) {
  auto found = group_ids_.find(traits);
  if (found != group_ids_.end()) return found->second;
  GroupId id = static_cast<GroupId>(groups_.size());
  if (free_groups_.empty()) {
    groups_.emplace_back();
  } else {
    id = free_groups_.back();
    free_groups_.pop_back();
  }
  groups_[id] = std::make_unique<Group>();
  groups_[id]->traits = traits;
  groups_[id]->by_load.resize(std::size_t{2} * traits.max_load);
  group_ids_.emplace(traits, id);
  for (SignatureId s = 0; s < signatures_.size(); ++s) Link(id, signatures_[s], s);
  return id;
}

// A new group learns which signatures it fits, and they learn of it.
void AgentIndex::Link(GroupId id, const Signature& signature, SignatureId signature_id) {
  if (!Satisfies(groups_[id]->traits, signature.requirement)) return;
  groups_[id]->signatures.Set(signature_id);
  AddToTiers(signatures_[signature_id], id);
  if (signature.order != 0) OpenOrder(*groups_[id], signature.order);
}

void AgentIndex::AddToTiers(Signature& signature, GroupId id) {
  const std::uint64_t preference = Preference(groups_[id]->traits, signature.requirement);
  auto at = std::find_if(signature.tiers.begin(), signature.tiers.end(),
                         [&](const Tier& t) { return t.preference <= preference; });
  if (at == signature.tiers.end() || at->preference != preference) {
    at = signature.tiers.insert(at, Tier{preference, {}});
  }
  at->groups.Set(id);
}

void AgentIndex::Enter(Slot slot, GroupId id) {
  nodes_[slot].group = id;
  nodes_[slot].max_load = groups_[id]->traits.max_load;
  ++groups_[id]->members;
  Tally(slot, +1);
  for (std::size_t w = 0; w < groups_[id]->signatures.Words(); ++w) {
    ForEachBit(groups_[id]->signatures.Word(w), w,
               [&](SignatureId s) { ++signatures_[s].members; });
  }
}

void AgentIndex::Leave(Slot slot) {
  const GroupId id = nodes_[slot].group;
  Group& group = *groups_[id];
  Tally(slot, -1);
  for (std::size_t w = 0; w < group.signatures.Words(); ++w) {
    ForEachBit(group.signatures.Word(w), w, [&](SignatureId s) { --signatures_[s].members; });
  }
  if (--group.members > 0) return;
  for (auto& signature : signatures_) {
    for (auto& tier : signature.tiers) tier.groups.Clear(id);
  }
  group_ids_.erase(group.traits);
  groups_[id].reset();
  free_groups_.push_back(id);
}

void AgentIndex::Tally(Slot slot, int sign) {
  const Node& node = nodes_[slot];
  Group& group = *groups_[node.group];
  if (node.standing.active) group.active += static_cast<std::uint32_t>(sign);
  if (node.standing.ready) group.ready += static_cast<std::uint32_t>(sign);
}

void AgentIndex::List(Slot slot) {
  Node& node = nodes_[slot];
  if (!node.standing.open || node.standing.load >= node.max_load) return;
  Group& group = *groups_[node.group];
  const std::size_t side = node.standing.engaged ? 1 : 0;
  const std::size_t level = std::size_t{2} * node.standing.load + side;
  RankedList& list = group.by_load[level];
  if (list.empty()) {
    if (level >= at_load_.size()) at_load_.resize(level + 1);
    at_load_[level].Set(node.group);
  }
  if (group.listed[side]++ == 0) somebody_[side].Set(node.group);
  InsertRanked<&Node::by_load>(list, nodes_, slot);
  if (idle_lists_) InsertRanked<&Node::by_idle>(group.by_idle[side], nodes_, slot);
  if (dice_) {
    history_[slot].dice_place = static_cast<std::uint32_t>(group.dice[side].size());
    group.dice[side].push_back(slot);
  }
  if (!group.orders.empty()) ListInOrders(group, slot);
  node.listed = true;
}

void AgentIndex::Unlist(Slot slot) {
  Node& node = nodes_[slot];
  if (!node.listed) return;
  node.listed = false;
  Group& group = *groups_[node.group];
  const std::size_t side = node.standing.engaged ? 1 : 0;
  const std::size_t level = std::size_t{2} * node.standing.load + side;
  EraseRanked<&Node::by_load>(group.by_load[level], nodes_, slot);
  if (group.by_load[level].empty()) at_load_[level].Clear(node.group);
  if (--group.listed[side] == 0) somebody_[side].Clear(node.group);
  if (idle_lists_) EraseRanked<&Node::by_idle>(group.by_idle[side], nodes_, slot);
  if (dice_) {
    auto& dice = group.dice[side];
    const std::uint32_t place = history_[slot].dice_place;
    dice[place] = dice.back();
    history_[dice[place]].dice_place = place;
    dice.pop_back();
  }
  if (!group.orders.empty()) UnlistFromOrders(group, slot);
}

void AgentIndex::ListInOrders(Group& group, Slot slot) {
  for (auto& order : group.orders) {
    order.sets[nodes_[slot].standing.engaged].insert(PlaceIn(order.id, slot));
  }
}

void AgentIndex::UnlistFromOrders(Group& group, Slot slot) {
  for (auto& order : group.orders) {
    order.sets[nodes_[slot].standing.engaged].erase(PlaceIn(order.id, slot));
  }
}

std::uint64_t AgentIndex::KeyIn(std::uint32_t order, Slot slot) const {
  const History& history = history_[slot];
  const SkillKey audience = orders_[order].audience;
  switch (orders_[order].strategy) {
    case Strategy::kFewestCalls:
      return history.record.calls;
    case Strategy::kLeastTalkTime:
      return history.record.talk_ms;
    case Strategy::kRoundRobin: {
      auto it = history.chosen.find(audience);
      return it == history.chosen.end() ? 0 : it->second;
    }
    case Strategy::kSequential:
    case Strategy::kLeastBusy:
    case Strategy::kLongestIdle:
    case Strategy::kRandom:
    case Strategy::kRingAll:
    case Strategy::kSkillLevelFirst:
      break;
  }
  assert(false && "not a keyed order");
  return 0;
}

}  // namespace callfleet::agent_registry
