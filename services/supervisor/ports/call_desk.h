#pragma once
// Driven: what a person may ask of a call in progress or a waiting one. The service that owns the
// call does it and has the last word. Thread safe; each waits at most 10 s.
#include <string>

#include "common/result/result.h"
#include "services/supervisor/domain/call_view.h"

namespace callfleet::supervisor {

struct SteerOrder {
  std::string request_id{};
  std::string call_id{};
  std::string agent{};   // Id or name, whose leg is meant; empty: the one who has the customer.
  std::string action{};  // callfleet.common.v1.CallAction in wire form; agents by id or name.
};

struct AssignOrder {
  std::string request_id{};
  std::string call_id{};
  std::string queue_id{};  // In which it waits; empty: in any.
  std::string agent{};     // Id or name.
  bool override_rules = false;
};

class CallDesk {
 public:
  virtual ~CallDesk() = default;
  // CALL_NOT_FOUND, CALL_UNOWNED, AGENT_NOT_FOUND, else the owner's verdict.
  virtual Status Steer(const SteerOrder& order) = 0;
  // The call, offered. CALL_NOT_FOUND, CALL_NOT_QUEUED, QUEUE_NOT_FOUND, AGENT_NOT_FOUND, else the
  // queue's verdict: OFFLINE, NOT_READY, FULL, WRONG_STATE. A repeat is answered as the first time.
  virtual Result<CallView> Assign(const AssignOrder& order) = 0;
};

}  // namespace callfleet::supervisor
