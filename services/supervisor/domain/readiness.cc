#include "services/supervisor/domain/readiness.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace callfleet::supervisor {

std::string ToString(const Source& source) {
  return std::string(Name(source.kind)) + "@" + source.address;
}

Status RequireInStep(const World& world, std::span<const SourceKind> kinds) {
  for (const auto& source : world.OutOfStep()) {
    if (std::ranges::find(kinds, source.kind) == kinds.end()) continue;
    Error error{.code = ErrorCode::kUnavailable,
                .reason = "VIEW_NOT_READY",
                .message = "What this shows is not in step with the services below now."};
    error.metadata["source"] = ToString(source);
    error.retry_after = std::chrono::seconds(1);
    return Fail(std::move(error));
  }
  return {};
}

std::vector<Source> Vital(std::span<const Source> out_of_step, std::size_t edges) {
  std::vector<Source> vital;
  std::ranges::copy_if(out_of_step, std::back_inserter(vital), [&](const Source& source) {
    const auto alike = std::ranges::count(out_of_step, source.kind, &Source::kind);
    return !OfEdge(source.kind) || static_cast<std::size_t>(alike) >= edges;
  });
  return vital;
}

std::span<const SourceKind> Needs(TopicKind topic) {
  static constexpr std::array kHouse{SourceKind::kAgents, SourceKind::kCalls};
  static constexpr std::array kAgents{SourceKind::kAgents};
  static constexpr std::array kCalls{SourceKind::kCalls};
  static constexpr std::array kCampaigns{SourceKind::kCampaigns};
  static constexpr std::array kQueues{SourceKind::kQueues};
  static constexpr std::array kPlaces{SourceKind::kQueues, SourceKind::kCalls};
  static constexpr std::array kTrunks{SourceKind::kTrunks};
  switch (topic) {
    case TopicKind::kStats:
    case TopicKind::kAgentCalls:
      return kHouse;
    case TopicKind::kAgents:
      return kAgents;
    case TopicKind::kCalls:
    case TopicKind::kBridges:
      return kCalls;
    case TopicKind::kCampaigns:
      return kCampaigns;
    case TopicKind::kQueues:
      return kQueues;
    case TopicKind::kQueueCalls:
      return kPlaces;
    case TopicKind::kTrunks:
      return kTrunks;
    case TopicKind::kAlerts:
    case TopicKind::kRepairs:
    case TopicKind::kPerformance:
      return {};
  }
  return {};
}

}  // namespace callfleet::supervisor
