#pragma once
// The whole state of one campaign in memory: lines in use, a short look-ahead of leads (never all
// of them), what the pool and the trunk last said, and counters.
#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "common/steering/steer_book.h"
#include "services/dialer/domain/campaign_machine.h"
#include "services/dialer/domain/campaign_settings.h"
#include "services/dialer/domain/lead_machine.h"
#include "services/dialer/domain/line.h"
#include "services/dialer/domain/step.h"
#include "services/dialer/domain/trunk_health.h"

namespace callfleet::dialer {

// Why nothing new is dialled now.
enum class WaitReason : std::uint8_t {
  kNone,
  kAgents,
  kWindow,
  kTrunk,
  kRetry,
  kMaxCalls,
  kService,
  kSettings
};

constexpr std::string_view Name(WaitReason reason) {
  switch (reason) {
    case WaitReason::kNone:
      return "";
    case WaitReason::kAgents:
      return "waiting_agents";
    case WaitReason::kWindow:
      return "waiting_window";
    case WaitReason::kTrunk:
      return "waiting_trunk";
    case WaitReason::kRetry:
      return "waiting_retry";
    case WaitReason::kMaxCalls:
      return "waiting_max_calls";
    case WaitReason::kService:
      return "waiting_service";
    case WaitReason::kSettings:
      return "waiting_settings";
  }
  return "?";
}

struct Counters {
  std::array<std::int64_t, LeadMachine::kStates.size()> leads{};  // By LeadState.
  std::array<std::int64_t, kOutcomes.size()> attempts{};          // Ended, by Outcome.
  std::array<std::int64_t, kOutcomes.size()> leads_ended{};  // Completed and failed, by Outcome.
  std::int64_t denied = 0;                                   // By the gate.
  std::int64_t counted = 0;                                  // Attempts that cost a try.
  std::int64_t answered = 0;                                 // By a person.
  std::int64_t machines = 0;  // Answered by a machine, a fax or the network.
  std::chrono::milliseconds talk{0};

  std::int64_t& Leads(LeadState state) { return leads[static_cast<std::size_t>(state)]; }
};

// Heads of the queue that were read ahead, in order.
struct LeadBook {
  static constexpr int kPage = 200;
  std::deque<Lead> ahead;
  std::set<LeadId> settled;  // Moved since the page under way was asked for.
  bool page_pending = false;
  bool dirty = true;  // There may be queued leads that are not in `ahead`.
  std::uint64_t generation = 0;
  std::optional<WallTime> next_due;  // Of a retry.
  // Hours of leads that are closed now, and when they open; by own zone, or "region:" and region,
  // or "" for all without a zone.
  std::map<std::string, WallTime> closed;
};

struct CampaignModel {
  CampaignId id;
  Token token = 0;
  CampaignSettings settings;
  int untold_revision = 0;  // Of the row, where no event told of it yet; 0: all is told.
  bool untold_creation = false;
  CampaignState state = CampaignMachine::kInitial;
  std::map<AttemptId, Line> lines;
  LeadBook book;
  std::uint64_t attempts_opened = 0;  // With the token, what makes attempt ids unique.
  bool session_ready = false;
  Audience audience;
  WallTime last_grant{};
  TrunkHealth trunk;
  std::map<EdgeId, TrunkAtEdge> trunk_at;  // As published.
  std::string settings_fault;              // What the edge refuses of the settings; empty: nothing.
  bool closing = false;                    // The process stops.
  bool fenced = false;
  bool store_away = false;         // The last question to the tables was not answered.
  std::map<EdgeId, BootId> edges;  // Those whose snapshot was read.
  Counters counters;
  WaitReason waits = WaitReason::kNone;
  MonoTime trunk_timer_at{};  // Of the armed timer; zero: none.
  WallTime due_timer_at{};
  std::array<std::uint64_t, kTimerKinds> timer_generation{};
  SteerBook steers;
  std::map<std::string, std::string> seizing;  // Requests that wait for an agent, by seizure.
  std::uint64_t refused_events = 0;            // Pairs that a table does not list.
};

}  // namespace callfleet::dialer
