#pragma once
// Driven: what a person may ask of a call in progress or a waiting one. The service that owns the
// call does it and has the last word. Thread safe; each waits at most 10 s.
#include <optional>
#include <string>

#include "common/clock/clock.h"
#include "common/result/result.h"
#include "services/supervisor/domain/queue_view.h"

namespace callfleet::supervisor {

struct SteerOrder {
  std::string request_id{};
  std::string call_id{};
  std::string agent{};   // Id or name, whose leg is meant; empty: the one who has the customer.
  std::string action{};  // callfleet.common.v1.CallAction in wire form; agents by id or name.
};

struct WaitingCall {
  std::string call_id{};   // Of a callback that was asked for without a call: its ticket.
  std::string queue_id{};  // In which it waits; empty: in any.
};

struct AssignOrder {
  std::string request_id{};
  WaitingCall who{};
  std::string agent{};  // Id or name.
  bool override_rules = false;
};

struct PriorityOrder {
  std::string request_id{};
  WaitingCall who{};
  int priority = 0;  // -100 to 100.
};

struct RequeueOrder {
  std::string request_id{};
  WaitingCall who{};
  std::string to_queue{};         // Empty: the same.
  std::optional<int> priority{};  // None: as it was.
};

struct RemoveOrder {
  std::string request_id{};
  WaitingCall who{};
};

struct CallbackOrder {
  std::string request_id{};
  std::string queue_id{};
  std::string number{};                  // E.164 with +.
  int priority = 0;                      // -100 to 100.
  std::optional<WallTime> not_before{};  // None: at its turn.
};

// Of whoever waits: CALL_NOT_FOUND, CALL_NOT_QUEUED, QUEUE_NOT_FOUND, else the queue's verdict,
// WRONG_STATE or TICKET_NOT_FOUND. A repeat is answered as the first time.
class CallDesk {
 public:
  virtual ~CallDesk() = default;
  // CALL_NOT_FOUND, CALL_UNOWNED, AGENT_NOT_FOUND, else the owner's verdict.
  virtual Status Steer(const SteerOrder& order) = 0;
  // The call, offered. Also AGENT_NOT_FOUND, OFFLINE, NOT_READY, FULL.
  virtual Result<CallView> Assign(const AssignOrder& order) = 0;
  // Its place by the new priority.
  virtual Result<QueuedCallView> SetPriority(const PriorityOrder& order) = 0;
  // The call; of the old queue until the other one has taken it. QUEUE_NOT_FOUND with the field
  // queue_id is of that other one.
  virtual Result<CallView> Requeue(const RequeueOrder& order) = 0;
  // Hung up, or never called back. WRONG_STATE: an agent has answered; a talk is not ended so.
  virtual Status Remove(const RemoveOrder& order) = 0;
  // Its place. QUEUE_NOT_FOUND, NO_CALLBACKS, QUEUE_FULL, INVALID_ARGUMENT naming the field.
  virtual Result<QueuedCallView> CreateCallback(const CallbackOrder& order) = 0;
};

}  // namespace callfleet::supervisor
