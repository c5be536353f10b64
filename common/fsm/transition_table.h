#pragma once
// A state machine as one constexpr table: every transition on one screen, every (state, event) pair
// walkable by a test. Pure: no clock, no I/O, no allocation; the caller performs the effects.
#include <array>
#include <cstddef>
#include <span>
#include <string>

namespace callfleet::fsm {

// Up to four effects of one row, in the order in which they are to be performed.
template <class Effect>
struct Effects {
  static constexpr std::size_t kMax = 4;
  std::array<Effect, kMax> items{};
  std::size_t count = 0;

  constexpr Effects() = default;
  template <class... E>
  constexpr Effects(E... e)
      : items{e...}, count{sizeof...(e)} {  // NOLINT: rows list effects inline.
    static_assert(sizeof...(e) <= kMax);
  }
  constexpr const Effect* begin() const { return items.data(); }
  constexpr const Effect* end() const { return items.data() + count; }
};

// Machine gives State, Event, Guard, Effect, kInitial, kStates, kEvents, IsTerminal and Name.
// Guard{} (its first value) means "always".
template <class Machine>
struct Row {
  typename Machine::State from;
  typename Machine::Event on;
  typename Machine::Guard when;
  typename Machine::State to;
  Effects<typename Machine::Effect> effects;
};

// The row that fires, or nullptr where the table refuses the event. `holds(guard)` is asked for
// guarded rows only, in table order.
template <class Machine, class Holds>
constexpr const Row<Machine>* Find(std::span<const Row<Machine>> rows, typename Machine::State from,
                                   typename Machine::Event on, Holds holds) {
  for (const auto& row : rows) {
    if (row.from != from || row.on != on) continue;
    if (row.when == typename Machine::Guard{} || holds(row.when)) return &row;
  }
  return nullptr;
}

// --- What every table proves by static_assert, next to the table.

// A guarded group may be followed by more rows of its pair; an unguarded row may not.
template <class Machine>
constexpr bool IsDeterministic(std::span<const Row<Machine>> rows) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].when != typename Machine::Guard{}) continue;
    for (std::size_t j = i + 1; j < rows.size(); ++j) {
      if (rows[j].from == rows[i].from && rows[j].on == rows[i].on) return false;
    }
  }
  return true;
}

// Terminal states are exactly those that no row leaves.
template <class Machine>
constexpr bool TerminalsAreExactly(std::span<const Row<Machine>> rows) {
  for (auto state : Machine::kStates) {
    bool exit = false;
    for (const auto& row : rows) exit |= row.from == state && row.to != state;
    if (exit == Machine::IsTerminal(state)) return false;
  }
  return true;
}

template <class Machine>
constexpr bool AllReachable(std::span<const Row<Machine>> rows) {
  std::array<bool, Machine::kStates.size()> seen{};
  seen[static_cast<std::size_t>(Machine::kInitial)] = true;
  for (std::size_t pass = 0; pass < seen.size(); ++pass) {
    for (const auto& row : rows) {
      if (seen[static_cast<std::size_t>(row.from)]) seen[static_cast<std::size_t>(row.to)] = true;
    }
  }
  for (bool s : seen) {
    if (!s) return false;
  }
  return true;
}

// Mermaid text of the table; each service's README holds it and a test compares the two.
template <class Machine>
std::string ToMermaid(std::span<const Row<Machine>> rows) {
  std::string out = "stateDiagram-v2\n";
  for (const auto& row : rows) {
    out += "  " + std::string(Machine::Name(row.from)) + " --> " +
           std::string(Machine::Name(row.to)) + ": " + std::string(Machine::Name(row.on)) + "\n";
  }
  return out;
}

}  // namespace callfleet::fsm
