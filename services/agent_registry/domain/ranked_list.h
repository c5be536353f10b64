#pragma once
// An intrusive list kept in rank order over an array of nodes. New work and fresh idleness always
// carry the newest rank, so insertion is at the tail; an agent that got an offer and lost it
// again without a fault comes back with its old rank, close to the head. Insertion walks from both
// ends, so either costs O(1).
#include <cstdint>
#include <vector>

#include "services/agent_registry/domain/matching_types.h"

namespace callfleet::agent_registry {

struct Links {
  Slot prev = kNoSlot;
  Slot next = kNoSlot;
};

struct RankedList {
  Slot head = kNoSlot;
  Slot tail = kNoSlot;
  bool empty() const { return head == kNoSlot; }
};

// Node has `Rank rank` and the Links member named by L.
template <auto L, class Nodes>
void InsertRanked(RankedList& list, Nodes& nodes, Slot slot) {
  const Rank rank = nodes[slot].rank;
  Slot before = list.tail;  // Becomes the predecessor.
  Slot after = list.head;
  while (before != kNoSlot && nodes[before].rank > rank) {
    if (nodes[after].rank > rank) {
      before = (nodes[after].*L).prev;
      break;
    }
    before = (nodes[before].*L).prev;
    after = (nodes[after].*L).next;
  }
  after = before == kNoSlot ? list.head : (nodes[before].*L).next;
  nodes[slot].*L = Links{before, after};
  (before == kNoSlot ? list.head : (nodes[before].*L).next) = slot;
  (after == kNoSlot ? list.tail : (nodes[after].*L).prev) = slot;
}

template <auto L, class Nodes>
void EraseRanked(RankedList& list, Nodes& nodes, Slot slot) {
  const Links links = nodes[slot].*L;
  (links.prev == kNoSlot ? list.head : (nodes[links.prev].*L).next) = links.next;
  (links.next == kNoSlot ? list.tail : (nodes[links.next].*L).prev) = links.prev;
}

}  // namespace callfleet::agent_registry
