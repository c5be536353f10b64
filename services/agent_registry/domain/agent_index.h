#pragma once
// Who is best for a demand, exactly, without looking at each agent.
// Agents fall into groups (same skills, memberships, maximum, line); a group keeps one list for
// each load, in rank order; bitmaps say which groups have somebody at a load. A demand's signature
// holds the bitmap of the groups that fit. The answer is the best of a few heads.
// Not thread safe; owned by one matchmaker. A hint only: the agent itself grants or refuses.
#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "services/agent_registry/domain/bitmap.h"
#include "services/agent_registry/domain/matching_types.h"
#include "services/agent_registry/domain/ranked_list.h"

namespace callfleet::agent_registry {

// What changes from call to call.
struct Standing {
  bool open = false;       // Ready, reachable, not blocked by wrap-up or a pending presence.
  bool active = false;     // Counted as a member of its audiences.
  bool ready = false;      // Counted as ready.
  bool engaged = false;    // A human with work under way: no live-answered outbound call.
  std::uint16_t load = 0;  // Slots in use, manual legs included.
  friend bool operator==(const Standing&, const Standing&) = default;
};

// Keys of the strategies that look at history.
struct Record {
  std::uint64_t calls = 0;
  std::uint64_t talk_ms = 0;
  friend bool operator==(const Record&, const Record&) = default;
};

// Who could serve an audience.
struct Headcount {
  std::uint32_t members = 0;
  std::uint32_t ready = 0;
  std::uint32_t available = 0;
  std::uint32_t instant = 0;
  friend bool operator==(const Headcount&, const Headcount&) = default;
};

// Ready members whom one edge can ring; who is at several counts at each.
struct EdgeHeadcount {
  SkillKey edge = 0;  // 0: whom no edge can ring at the moment.
  std::uint32_t ready = 0;
  std::uint32_t available = 0;
  std::uint32_t instant = 0;  // Of the available: may get a live-answered call.
  friend bool operator==(const EdgeHeadcount&, const EdgeHeadcount&) = default;
};

class AgentIndex {
 public:
  explicit AgentIndex(std::uint64_t seed = 1) : random_state_(seed | 1) {}

  Slot Add(const AgentTraits& traits);  // Closed until Update.
  void Remove(Slot slot);
  void SetTraits(Slot slot, const AgentTraits& traits);
  void Update(Slot slot, Standing standing, Rank rank);
  void SetRecord(Slot slot, Record record);
  // Round robin: this audience has chosen this agent just now.
  void Chosen(Slot slot, SignatureId signature);

  Rank NextRank() { return ++last_rank_; }
  // Ranks below are taken as older than all that NextRank gives.
  void ReserveRanks(Rank up_to) { last_rank_ = std::max(last_rank_, up_to); }

  SignatureId Intern(const Requirement& requirement);
  Slot Best(SignatureId signature);
  bool Fits(SignatureId signature, Slot slot) const;
  // Open, capacity left, and allowed for this signature's class.
  bool Available(SignatureId signature, Slot slot) const;
  bool AnyFits(SignatureId signature) const { return signatures_[signature].members > 0; }

  Headcount Count(SkillKey audience) const;
  // Edges without anybody are left out. `edges`: the keys of all that there are.
  std::vector<EdgeHeadcount> CountByEdge(SkillKey audience,
                                         const std::vector<SkillKey>& edges) const;

  const Bitmap& SignaturesOf(Slot slot) const { return groups_[nodes_[slot].group]->signatures; }
  bool IsLiveAnswered(SignatureId id) const { return signatures_[id].requirement.live_answered; }
  Standing StandingOf(Slot slot) const { return nodes_[slot].standing; }
  Rank RankOf(Slot slot) const { return nodes_[slot].rank; }
  std::uint16_t MaxLoadOf(Slot slot) const { return nodes_[slot].max_load; }
  std::size_t signatures() const { return signatures_.size(); }
  std::size_t groups() const { return group_ids_.size(); }

 private:
  struct Node {
    Rank rank = 0;
    Links by_load;
    Links by_idle;
    GroupId group = 0;
    std::uint16_t max_load = 0;
    Standing standing;
    bool present = false;
    bool listed = false;
  };
  struct History {  // Cold: read only by the strategies that need it.
    Record record;
    std::map<SkillKey, std::uint64_t> chosen;
    std::uint32_t dice_place = 0;
  };
  // Lower key first; equal keys go to the longest without new work, never to "the first agent".
  struct Place {
    std::uint64_t key = 0;
    Rank rank = 0;
    Slot slot = kNoSlot;
    friend auto operator<=>(const Place&, const Place&) = default;
  };
  // A keyed order of one group, one set for those free of work under way and one for the engaged.
  struct Order {
    std::uint32_t id = 0;
    std::array<std::set<Place>, 2> sets;
  };
  struct Group {
    AgentTraits traits;
    std::uint32_t members = 0;
    std::uint32_t active = 0;
    std::uint32_t ready = 0;
    Bitmap signatures;
    std::vector<RankedList> by_load;  // 2 * load + engaged
    std::array<std::uint32_t, 2> listed{};
    std::array<RankedList, 2> by_idle;
    std::array<std::vector<Slot>, 2> dice;
    std::vector<Order> orders;
  };
  struct Tier {
    std::uint64_t preference = 0;
    Bitmap groups;
  };
  struct Signature {
    Requirement requirement;
    std::vector<Tier> tiers;  // Best preference first.
    std::uint32_t members = 0;
    std::uint32_t order = 0;  // 0 = none of the keyed ones.
  };
  struct OrderSpec {
    Strategy strategy;
    SkillKey audience;
  };

  GroupId GroupOf(const AgentTraits& traits);
  void Enter(Slot slot, GroupId group);
  void Leave(Slot slot);
  void Tally(Slot slot, int sign);
  void Link(GroupId id, const Signature& signature, SignatureId signature_id);
  void AddToTiers(Signature& signature, GroupId id);
  void List(Slot slot);
  void Unlist(Slot slot);
  void ListInOrders(Group& group, Slot slot);
  void UnlistFromOrders(Group& group, Slot slot);
  std::uint64_t KeyIn(std::uint32_t order, Slot slot) const;
  Place PlaceIn(std::uint32_t order, Slot slot) const {
    return {KeyIn(order, slot), nodes_[slot].rank, slot};
  }
  std::uint32_t InternOrder(Strategy strategy, SkillKey audience);
  void OpenOrder(Group& group, std::uint32_t order);
  void StartIdleLists();
  void StartDice();
  template <class F>
  void ForEachListed(Group& group, F f);

  bool GoesBefore(Slot a, Slot b, bool idle) const;
  Slot BestByLoad(const Bitmap& groups, bool engaged_too) const;
  Slot BestByIdle(const Bitmap& groups, bool engaged_too) const;
  Slot BestByOrder(const Bitmap& groups, std::uint32_t order, bool engaged_too) const;
  Slot AnyOf(const Bitmap& groups, bool engaged_too);
  std::uint64_t Dice();

  std::vector<Node> nodes_;
  std::vector<History> history_;
  std::vector<Slot> free_slots_;
  std::vector<std::unique_ptr<Group>> groups_;
  std::vector<GroupId> free_groups_;
  std::map<AgentTraits, GroupId> group_ids_;
  std::vector<Signature> signatures_;
  std::map<Requirement, SignatureId> signature_ids_;
  std::vector<OrderSpec> orders_{OrderSpec{}};
  std::vector<Bitmap> at_load_;     // 2 * load + engaged -> groups with somebody there
  std::array<Bitmap, 2> somebody_;  // engaged -> groups with somebody at any load
  std::uint64_t chosen_clock_ = 0;
  std::uint64_t random_state_;
  Rank last_rank_ = 0;
  bool idle_lists_ = false;
  bool dice_ = false;
};

}  // namespace callfleet::agent_registry
