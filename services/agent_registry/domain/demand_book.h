#pragma once
// The demands that wait, in one total order: class, then `key` (deadline of class 0, else since
// less the bonus), then id. Grouped by signature, so that a freed agent looks at heads only. Not
// thread safe; owned by one matchmaker.
#include <array>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "common/ids/ids.h"
#include "services/agent_registry/domain/agent_index.h"
#include "services/agent_registry/domain/bitmap.h"
#include "services/agent_registry/domain/matching_types.h"

namespace callfleet::agent_registry {

using DemandHandle = std::uint32_t;
inline constexpr DemandHandle kNoDemand = std::numeric_limits<DemandHandle>::max();

struct Place {
  DemandClass demand_class = DemandClass::kWaiting;
  std::int64_t key_us = 0;
  std::shared_ptr<const Unit> unit;  // Unit and id: the last resort of the order, the same after a
  std::string id;                    // restart.
  DemandHandle handle = kNoDemand;
  SignatureId signature = 0;
};

struct BookRules {
  bool swap_last_classes = false;  // Agent-first leads before waiting callers.
  // Where demands of both last classes wait for an agent: of 100 choices, so many go to the class
  // that would go last. 0 to 100.
  int last_class_share_percent = 0;
};

class DemandBook {
 public:
  explicit DemandBook(BookRules rules = {}) : rules_(rules) {}

  void Put(const Place& place);
  void Take(const Place& place);  // No effect if it is not there.

  // The first demand that this agent may have now, or nullptr. `refuses(handle)` skips demands that
  // exclude this agent.
  template <class Refuses>
  const Place* BestFor(const AgentIndex& index, Slot slot, Refuses refuses) {
    for (std::size_t rank = 0; rank + 1 < shelves_.size(); ++rank) {
      const Place* best = BestOn(shelves_[rank], index, slot, refuses);
      if (best == nullptr) continue;
      const bool may_share = rank + 2 == shelves_.size() && rules_.last_class_share_percent > 0;
      const Place* last = may_share ? BestOn(shelves_.back(), index, slot, refuses) : nullptr;
      return last != nullptr && LastClassesTurn() ? last : best;
    }
    return BestOn(shelves_.back(), index, slot, refuses);
  }

  // True if `a` goes before `b`.
  bool Before(const Place& a, const Place& b) const {
    const std::size_t ra = RankOf(a.demand_class);
    const std::size_t rb = RankOf(b.demand_class);
    return ra != rb ? ra < rb : Less{}(a, b);
  }
  std::size_t size() const { return size_; }

 private:
  struct Less {
    bool operator()(const Place& a, const Place& b) const {
      if (a.key_us != b.key_us) return a.key_us < b.key_us;
      if (a.id != b.id) return a.id < b.id;
      return a.unit != b.unit && *a.unit < *b.unit;
    }
  };
  struct Shelf {
    Bitmap waiting;  // Signatures with at least one demand.
    std::vector<std::set<Place, Less>> lines;
  };

  // The best of the lines' heads that fit.
  template <class Refuses>
  static const Place* BestOn(const Shelf& shelf, const AgentIndex& index, Slot slot,
                             Refuses refuses) {
    const Bitmap& fits = index.SignaturesOf(slot);
    const Place* best = nullptr;
    for (std::size_t w = 0; w < shelf.waiting.Words(); ++w) {
      ForEachBit(shelf.waiting.Word(w) & fits.Word(w), w, [&](SignatureId s) {
        if (!index.Available(s, slot)) return;
        const Place* head = HeadOf(shelf.lines[s], refuses);
        if (head != nullptr && (best == nullptr || Less{}(*head, *best))) best = head;
      });
    }
    return best;
  }
  template <class Refuses>
  static const Place* HeadOf(const std::set<Place, Less>& line, Refuses refuses) {
    for (const Place& place : line) {
      if (!refuses(place.handle)) return &place;
    }
    return nullptr;
  }

  std::size_t RankOf(DemandClass demand_class) const;
  bool LastClassesTurn();  // Spreads the share evenly: 25 is every fourth choice.

  std::array<Shelf, kDemandClasses> shelves_;
  std::size_t size_ = 0;
  BookRules rules_;
  int credit_percent_ = 0;
};

}  // namespace callfleet::agent_registry
