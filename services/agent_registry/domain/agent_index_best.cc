// The asking half of the index: signatures, and the best head of the groups that fit.
#include <algorithm>

#include "services/agent_registry/domain/agent_index.h"

namespace callfleet::agent_registry {
namespace {

bool IsKeyed(Strategy strategy) {
  switch (strategy) {
    case Strategy::kFewestCalls:
    case Strategy::kLeastTalkTime:
    case Strategy::kRoundRobin:
      return true;
    case Strategy::kSequential:
    case Strategy::kLeastBusy:
    case Strategy::kLongestIdle:
    case Strategy::kRandom:
    case Strategy::kRingAll:
    case Strategy::kSkillLevelFirst:
      return false;
  }
  return false;
}

}  // namespace

SignatureId AgentIndex::Intern(const Requirement& requirement) {
  auto found = signature_ids_.find(requirement);
  if (found != signature_ids_.end()) return found->second;
  const auto id = static_cast<SignatureId>(signatures_.size());
  signatures_.push_back(Signature{requirement, {}, 0, 0});
  signature_ids_.emplace(requirement, id);
  if (IsKeyed(requirement.strategy)) {
    signatures_[id].order = InternOrder(requirement.strategy, requirement.audience);
  }
  if (requirement.strategy == Strategy::kLongestIdle && !idle_lists_) StartIdleLists();
  if (requirement.strategy == Strategy::kRandom && !dice_) StartDice();
  for (GroupId g = 0; g < groups_.size(); ++g) {
    if (!groups_[g]) continue;
    Link(g, signatures_[id], id);
    if (groups_[g]->signatures.Test(id)) signatures_[id].members += groups_[g]->members;
  }
  return id;
}

// Counts and talk time are one order for all audiences; the others belong to one audience.
std::uint32_t AgentIndex::InternOrder(Strategy strategy, SkillKey audience) {
  const bool shared = strategy == Strategy::kFewestCalls || strategy == Strategy::kLeastTalkTime;
  const SkillKey of = shared ? 0 : audience;
  for (std::uint32_t i = 1; i < orders_.size(); ++i) {
    if (orders_[i].strategy == strategy && orders_[i].audience == of) return i;
  }
  orders_.push_back({strategy, of});
  return static_cast<std::uint32_t>(orders_.size() - 1);
}

template <class F>
void AgentIndex::ForEachListed(Group& group, F f) {
  for (auto& list : group.by_load) {
    for (Slot s = list.head; s != kNoSlot; s = nodes_[s].by_load.next) f(s);
  }
}

void AgentIndex::OpenOrder(Group& group, std::uint32_t id) {
  for (const auto& order : group.orders) {
    if (order.id == id) return;
  }
  group.orders.push_back(Order{id, {}});
  ForEachListed(group, [&](Slot s) {
    group.orders.back().sets[nodes_[s].standing.engaged].insert(PlaceIn(id, s));
  });
}

void AgentIndex::StartIdleLists() {
  idle_lists_ = true;
  for (auto& group : groups_) {
    if (!group) continue;
    std::vector<Slot> all;
    ForEachListed(*group, [&](Slot s) { all.push_back(s); });
    std::sort(all.begin(), all.end(),
              [&](Slot a, Slot b) { return nodes_[a].rank < nodes_[b].rank; });
    for (Slot s : all) {
      InsertRanked<&Node::by_idle>(group->by_idle[nodes_[s].standing.engaged], nodes_, s);
    }
  }
}

void AgentIndex::StartDice() {
  dice_ = true;
  for (auto& group : groups_) {
    if (!group) continue;
    ForEachListed(*group, [&](Slot s) {
      auto& dice = group->dice[nodes_[s].standing.engaged];
      history_[s].dice_place = static_cast<std::uint32_t>(dice.size());
      dice.push_back(s);
    });
  }
}

bool AgentIndex::Fits(SignatureId signature, Slot slot) const {
  return nodes_[slot].present && groups_[nodes_[slot].group]->signatures.Test(signature);
}

bool AgentIndex::Available(SignatureId signature, Slot slot) const {
  if (!Fits(signature, slot) || !nodes_[slot].listed) return false;
  return !(signatures_[signature].requirement.live_answered && nodes_[slot].standing.engaged);
}

Headcount AgentIndex::Count(SkillKey audience) const {
  Headcount count;
  for (const auto& group : groups_) {
    if (!group || LevelOf(group->traits.capabilities, audience) == 0) continue;
    count.members += group->active;
    count.ready += group->ready;
    count.available += group->listed[0] + group->listed[1];
    if (group->traits.answers_at_once) count.instant += group->active;
  }
  return count;
}

std::vector<EdgeHeadcount> AgentIndex::CountByEdge(SkillKey audience,
                                                   const std::vector<SkillKey>& edges) const {
  std::vector<EdgeHeadcount> counts(edges.size() + 1);  // The last: nowhere.
  for (const auto& group : groups_) {
    if (!group || group->ready == 0 || LevelOf(group->traits.capabilities, audience) == 0) continue;
    const auto add = [&](EdgeHeadcount& to) {
      to.ready += group->ready;
      to.available += group->listed[0] + group->listed[1];
      if (group->traits.answers_at_once) to.instant += group->listed[0];
    };
    bool somewhere = false;
    for (std::size_t i = 0; i < edges.size(); ++i) {
      if (LevelOf(group->traits.capabilities, edges[i]) == 0) continue;
      somewhere = true;
      counts[i].edge = edges[i];
      add(counts[i]);
    }
    if (!somewhere) add(counts.back());
  }
  std::erase_if(counts, [](const EdgeHeadcount& count) { return count.ready == 0; });
  return counts;
}

Slot AgentIndex::Best(SignatureId id) {
  const Signature& signature = signatures_[id];
  const bool engaged_too = !signature.requirement.live_answered;
  for (const auto& tier : signature.tiers) {
    Slot best = kNoSlot;
    switch (signature.requirement.strategy) {
      case Strategy::kLeastBusy:
      case Strategy::kRingAll:
      case Strategy::kSequential:
      case Strategy::kSkillLevelFirst:
        best = BestByLoad(tier.groups, engaged_too);
        break;
      case Strategy::kLongestIdle:
        best = BestByIdle(tier.groups, engaged_too);
        break;
      case Strategy::kRandom:
        best = AnyOf(tier.groups, engaged_too);
        break;
      case Strategy::kRoundRobin:
      case Strategy::kFewestCalls:
      case Strategy::kLeastTalkTime:
        best = BestByOrder(tier.groups, signature.order, engaged_too);
        break;
    }
    if (best != kNoSlot) return best;
  }
  return kNoSlot;
}

// Equal loads: the lower ratio is the higher maximum, except at load 0, where all are 0.
bool AgentIndex::GoesBefore(Slot a, Slot b, bool idle) const {
  const bool tie = idle || nodes_[a].max_load == nodes_[b].max_load;
  return tie ? nodes_[a].rank < nodes_[b].rank : nodes_[a].max_load > nodes_[b].max_load;
}

Slot AgentIndex::BestByLoad(const Bitmap& groups, bool engaged_too) const {
  if (!groups.Intersects(somebody_[0]) && !(engaged_too && groups.Intersects(somebody_[1]))) {
    return kNoSlot;
  }
  for (std::size_t level = 0; level < at_load_.size(); level += 2) {
    Slot best = kNoSlot;
    auto consider = [&](std::size_t at, GroupId g) {
      const Slot head = groups_[g]->by_load[at].head;
      if (best == kNoSlot || GoesBefore(head, best, level == 0)) best = head;
    };
    for (std::size_t w = 0; w < groups.Words(); ++w) {
      ForEachBit(groups.Word(w) & at_load_[level].Word(w), w,
                 [&](GroupId g) { consider(level, g); });
      if (!engaged_too || level + 1 >= at_load_.size()) continue;
      ForEachBit(groups.Word(w) & at_load_[level + 1].Word(w), w,
                 [&](GroupId g) { consider(level + 1, g); });
    }
    if (best != kNoSlot) return best;
  }
  return kNoSlot;
}

Slot AgentIndex::BestByIdle(const Bitmap& groups, bool engaged_too) const {
  Slot best = kNoSlot;
  for (std::size_t side = 0; side < (engaged_too ? 2U : 1U); ++side) {
    for (std::size_t w = 0; w < groups.Words(); ++w) {
      ForEachBit(groups.Word(w) & somebody_[side].Word(w), w, [&](GroupId g) {
        const Slot head = groups_[g]->by_idle[side].head;
        if (best == kNoSlot || nodes_[head].rank < nodes_[best].rank) best = head;
      });
    }
  }
  return best;
}

Slot AgentIndex::BestByOrder(const Bitmap& groups, std::uint32_t order, bool engaged_too) const {
  Place best;
  for (std::size_t side = 0; side < (engaged_too ? 2U : 1U); ++side) {
    for (std::size_t w = 0; w < groups.Words(); ++w) {
      ForEachBit(groups.Word(w) & somebody_[side].Word(w), w, [&](GroupId g) {
        for (const Order& o : groups_[g]->orders) {
          if (o.id != order) continue;
          const Place& head = *o.sets[side].begin();
          if (best.slot == kNoSlot || head < best) best = head;
        }
      });
    }
  }
  return best.slot;
}

// Uniform over all who are free in these groups.
Slot AgentIndex::AnyOf(const Bitmap& groups, bool engaged_too) {
  const std::size_t sides = engaged_too ? 2 : 1;
  std::uint64_t total = 0;
  auto walk = [&](auto f) {
    for (std::size_t side = 0; side < sides; ++side) {
      for (std::size_t w = 0; w < groups.Words(); ++w) {
        ForEachBit(groups.Word(w) & somebody_[side].Word(w), w,
                   [&](GroupId g) { f(groups_[g]->dice[side]); });
      }
    }
  };
  walk([&](const std::vector<Slot>& dice) { total += dice.size(); });
  if (total == 0) return kNoSlot;
  std::uint64_t pick = Dice() % total;
  Slot chosen = kNoSlot;
  walk([&](const std::vector<Slot>& dice) {
    if (chosen != kNoSlot) return;
    if (pick < dice.size()) {
      chosen = dice[pick];
    } else {
      pick -= dice.size();
    }
  });
  return chosen;
}

// xorshift64*: seeded by the owner, so that a run can be repeated.
std::uint64_t AgentIndex::Dice() {
  random_state_ ^= random_state_ >> 12;
  random_state_ ^= random_state_ << 25;
  random_state_ ^= random_state_ >> 27;
  return random_state_ * 2685821657736338717ULL;
}

}  // namespace callfleet::agent_registry
