#pragma once
// What a person wants done with a call in progress, whoever owns it.
#include <cstdint>
#include <string>

#include "common/ids/ids.h"

namespace callfleet {

enum class SteerWhat : std::uint8_t {
  kHold,
  kResume,
  kTransfer,
  kConsult,
  kComplete,
  kCancel,
  kConference,
  kRequeue,
  kHangUp
};

// Of a transfer one target, of a consultation one of the first two.
struct SteerAction {
  SteerWhat what = SteerWhat::kHold;
  AgentId to_agent{};
  std::string to_number{};
  QueueId to_queue{};
};

}  // namespace callfleet
