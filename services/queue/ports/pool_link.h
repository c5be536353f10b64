#pragma once
// The stream to a pool's registry. It reconnects by itself and says so.
#include <vector>

#include "services/queue/domain/pool_messages.h"

namespace callfleet::queue {

// Driven. Thread safe, never blocks. Messages written while the link is down go nowhere: the
// session says everything again at LinkUp.
class PoolLink {
 public:
  virtual ~PoolLink() = default;  // Closes; no input comes afterwards.
  virtual void Write(std::vector<PoolMessage> messages) = 0;
};

// Driving.
class PoolLinkListener {
 public:
  virtual ~PoolLinkListener() = default;
  virtual void OnInput(PoolInput input) = 0;
};

}  // namespace callfleet::queue
