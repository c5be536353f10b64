#pragma once
// Driven: what agents wish for themselves, at the registry.
#include <functional>

#include "common/result/result.h"
#include "services/queue/domain/feature_code.h"

namespace callfleet::queue {

// Thread safe, never blocks. The reply comes once, on any thread, within 2 s.
class AgentDesk {
 public:
  virtual ~AgentDesk() = default;
  virtual void Do(const AgentWish& wish, std::function<void(Status)> reply) = 0;
};

}  // namespace callfleet::queue
