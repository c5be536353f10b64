#pragma once
// S15: when an operator is to be told. Rules are data; this says which are possible.
#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/clock/clock.h"
#include "common/result/result.h"

namespace callfleet::supervisor {

struct AlertRule {
  std::string id;
  std::string name{};
  std::string figure{};
  double threshold = 0;
  bool below = false;  // Raised below the threshold, else above.
  std::chrono::milliseconds hold_for{0};
  bool disabled = false;
  std::string subject{};                          // "queue:<id>"; "": each that has the figure.
  std::string customer_type{};                    // "vip"; "": all.
  std::chrono::milliseconds window{15 * 60'000};  // Of figures over time.
  unsigned min_samples = 1;
  std::string severity = "warning";  // Or "critical".
  bool built_in = false;
  friend bool operator==(const AlertRule&, const AlertRule&) = default;
};

enum class FigureSource { kLive, kWindow };

struct AlertFigure {
  std::string_view name;
  FigureSource source;
  std::string_view about;
};

inline constexpr std::array<AlertFigure, 11> kAlertFigures{{
    {"queued_over_twice_available", FigureSource::kLive,
     "People waiting less twice the agents free"},
    {"queue_depth", FigureSource::kLive, "People waiting, by queue and over all"},
    {"queue_average_wait_seconds", FigureSource::kLive, "Mean wait of those waiting now"},
    {"queue_longest_wait_seconds", FigureSource::kLive, "Longest wait of those waiting now"},
    {"call_wait_seconds", FigureSource::kLive, "Wait of one call"},
    {"call_duration_seconds", FigureSource::kLive, "Age of one call that is connected"},
    {"agent_performance", FigureSource::kLive, "Score of one agent, 0 to 1"},
    {"service_level", FigureSource::kWindow, "Answered in 20 s / (offered - abandoned in 20 s)"},
    {"answer_rate", FigureSource::kWindow, "Answered / offered: people who wanted an agent"},
    {"abandonment_rate", FigureSource::kWindow, "Abandoned / offered"},
    {"outbound_abandonment_rate", FigureSource::kWindow,
     "No agent within 2 s / answered by a person"},
}};
const AlertFigure* FindFigure(std::string_view name);  // nullptr: there is none.

// INVALID_ARGUMENT with all faulty fields.
Status CheckRule(const AlertRule& rule);
// The rules that come with the service; ids are their names.
std::vector<AlertRule> DefaultRules();

struct Alert {
  std::string id;  // One life of it.
  std::string rule_id{};
  std::string name{};
  std::string figure{};
  std::string severity{};
  std::string subject{};
  std::string subject_name{};
  double value = 0;
  double threshold = 0;
  WallTime start{};
  std::optional<WallTime> end{};
  friend bool operator==(const Alert&, const Alert&) = default;
};

}  // namespace callfleet::supervisor
