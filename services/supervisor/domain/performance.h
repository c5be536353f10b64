#pragma once
// S11: figures over [start, end) from history's rows. Counts and sums only; ratios are made of them
// when they are read, so that rows of any spans can be added up.
#include <array>
#include <compare>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "common/result/result.h"
#include "services/supervisor/domain/history_rows.h"

namespace callfleet::supervisor {

enum class Breakdown { kNone, kQueue, kCampaign, kAgent };

struct PerformanceQuery {
  WallTime start{};
  WallTime end{};
  Breakdown breakdown = Breakdown::kNone;
  Micros bucket{0};                     // 0: one bucket.
  std::vector<std::string> subjects{};  // "queue:<id>"; empty: all.
  Micros threshold{20'000'000};         // T of the service levels.
  friend auto operator<=>(const PerformanceQuery&, const PerformanceQuery&) = default;
  friend bool operator==(const PerformanceQuery&, const PerformanceQuery&) = default;
};

inline constexpr std::size_t kMaxBuckets = 10'000;
// Upper ends of the waits' histogram, seconds; one more counts what is above.
inline constexpr std::array<int, 9> kWaitSteps{1, 2, 5, 10, 20, 30, 60, 120, 300};
// The same of offers' avoidable waits, milliseconds.
inline constexpr std::array<int, 6> kAvoidableSteps{1, 5, 10, 50, 100, 1'000};

struct Figures {
  std::uint64_t total = 0;
  std::uint64_t answered = 0;
  std::uint64_t queued = 0;
  std::uint64_t abandoned = 0;
  std::uint64_t answered_in_threshold = 0;
  std::uint64_t abandoned_in_threshold = 0;
  std::uint64_t short_abandoned = 0;
  std::uint64_t overflowed = 0;
  std::uint64_t refused = 0;
  std::uint64_t interrupted = 0;
  std::uint64_t removed = 0;
  std::uint64_t returned = 0;
  std::uint64_t callbacks = 0;
  std::uint64_t callbacks_answered = 0;
  std::uint64_t callbacks_failed = 0;
  std::uint64_t callbacks_waiting = 0;
  std::uint64_t waiting = 0;  // As far as events are in.
  std::optional<WallTime> waiting_since{};
  std::uint64_t attempts = 0;
  std::uint64_t by_person = 0;
  std::uint64_t outbound_abandoned = 0;
  std::uint64_t leads_final = 0;
  std::uint64_t offers = 0;
  std::uint64_t offers_answered = 0;
  std::uint64_t offers_missed = 0;  // RONA.
  std::uint64_t handled = 0;        // Pieces of work in `handle`.
  Micros wait{0};                   // Of answered calls.
  Micros longest_wait{0};
  Micros handle{0};  // Talk, hold and wrap-up of work that is over.
  Micros talk{0};    // These four: agents' time inside the bucket.
  Micros hold{0};
  Micros wrap_up{0};
  Micros idle{0};
  Micros not_ready{0};
  std::map<std::string, Micros> lost{};  // Agents' time by cause: "not_ready:lunch", "no_answer", …
  std::map<std::string, std::uint64_t>
      outcomes{};  // Work that agents finished, by what came of it.
  std::array<std::uint64_t, kAvoidableSteps.size() + 1> avoidable_waits{};  // Of matched offers.
  std::array<std::uint64_t, kWaitSteps.size() + 1> waits{};  // Of answered and abandoned calls.
  friend bool operator==(const Figures&, const Figures&) = default;
};

struct PerformanceRow {
  std::string subject;  // "all", "queue:<id>", …
  WallTime start{};
  WallTime end{};
  Figures figures{};
  friend bool operator==(const PerformanceRow&, const PerformanceRow&) = default;
};

struct Report {
  PerformanceQuery query{};
  std::vector<PerformanceRow> rows{};
  std::vector<Hole> holes{};                   // That touch [start, end).
  std::optional<WallTime> complete_until{};    // All events before it are in the rows.
  std::map<std::string, std::string> names{};  // Of subjects.
};

// INVALID_ARGUMENT naming the field.
Status CheckQuery(const PerformanceQuery& query);

// Rows may be added in any order, each once.
class PerformanceReport {
 public:
  explicit PerformanceReport(PerformanceQuery query) : query_(std::move(query)) {}
  void Add(const CallRow& row);
  void Add(const OfferRow& row);
  void Add(const WorkRow& row);
  void Add(const OutcomeRow& row);
  void Add(const SpanRow& row);
  std::vector<PerformanceRow> Rows() &&;  // By subject, then time; "all" without a breakdown.

 private:
  using Spans = std::vector<std::pair<WallTime, WallTime>>;
  struct AgentTime {
    Spans ready;
    Spans busy;
  };

  std::string Subject(const std::string& queue, const std::string& campaign,
                      const std::string& agent) const;
  std::string Subject(const std::optional<Unit>& unit, const std::string& agent) const;
  Figures* At(const std::string& subject, WallTime time);  // nullptr: not asked for.
  Figures& Bucket(const std::string& subject, std::size_t number);
  std::size_t BucketOf(WallTime time) const;
  WallTime BucketEnd(std::size_t number) const;
  bool Wanted(const std::string& subject) const;
  template <class Put>
  void Cut(WallTime from, WallTime to, Put put) const;
  void AddIdle();

  PerformanceQuery query_;
  std::map<std::pair<std::string, std::size_t>, Figures> figures_;
  std::map<std::string, AgentTime> agents_;
};

}  // namespace callfleet::supervisor
