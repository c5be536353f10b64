#pragma once
// Raw counters of a queue since it was loaded. Percentages are made by whoever shows them.
#include <chrono>
#include <cstdint>

namespace callfleet::queue {

struct Figures {
  using Ms = std::chrono::milliseconds;
  using Micros = std::chrono::microseconds;  // As exact as the times of the events that tell of it.
  std::uint64_t offered = 0;
  std::uint64_t answered = 0;
  std::uint64_t answered_in_threshold = 0;
  std::uint64_t abandoned = 0;
  std::uint64_t abandoned_in_threshold = 0;
  std::uint64_t short_abandoned = 0;
  std::uint64_t overflowed = 0;
  std::uint64_t refused = 0;
  std::uint64_t interrupted = 0;
  std::uint64_t removed = 0;
  std::uint64_t callbacks = 0;
  std::uint64_t callbacks_answered = 0;
  std::uint64_t callbacks_failed = 0;
  std::uint64_t returned = 0;
  std::uint64_t offers_no_answer = 0;
  std::uint64_t offers_declined = 0;
  std::uint64_t offers_device_fault = 0;
  std::uint64_t offers_withdrawn = 0;
  Micros answered_wait{0};
  Micros abandoned_wait{0};
  Micros longest_answered_wait{0};
  Ms talk{0};
  friend bool operator==(const Figures&, const Figures&) = default;
};

}  // namespace callfleet::queue
