#pragma once
// Driven: supervisors take part in calls, and coach (S12, S13). Thread safe; each waits at most 10
// s.
#include <string>

#include "common/result/result.h"
#include "services/supervisor/domain/coaching.h"

namespace callfleet::supervisor {

enum class SupervisionMode { kListen, kWhisper, kBarge, kTakeOver };

struct SuperviseOrder {
  std::string request_id{};
  std::string call_id{};         // One call,
  std::string agent{};           // or an agent by id or name.
  std::string supervision_id{};  // Its mode is changed; empty: a new one.
  std::string phone{};           // SIP user or sip: URI; of a new one.
  SupervisionMode mode = SupervisionMode::kListen;
  bool include_private = false;
};

// What is named beside the supervision must be whose it is.
struct StopOrder {
  std::string supervision_id{};
  std::string call_id{};  // Its call,
  std::string agent{};    // or the agent whom it follows, by id or name; neither: not asked.
};

struct CoachOrder {
  std::string request_id{};
  std::string agent{};  // Id or name.
  std::string text{};
  std::string author{};
};

struct CoachResult {
  CoachingOutcome outcome = CoachingOutcome::kDelivered;
  int sip_code = 0;      // 0: nothing was sent.
  std::string detail{};  // Why it failed.
};

class Supervision {
 public:
  virtual ~Supervision() = default;
  // The supervision's id. CALL_NOT_FOUND, NOT_BRIDGED, AGENT_NOT_FOUND, NOT_REGISTERED,
  // SUPERVISION_LIMIT, SUPERVISION_NOT_FOUND (also: it is of another call or agent), LEG_EXISTS
  // (the request's id stands for a supervision of another call), INVALID_ARGUMENT naming the field.
  virtual Result<std::string> Supervise(const SuperviseOrder& order) = 0;
  // SUPERVISION_NOT_FOUND, also where it is of another call or agent; CALL_NOT_FOUND,
  // AGENT_NOT_FOUND. That of an agent who was deleted is ended under the agent's id.
  virtual Status Stop(const StopOrder& order) = 0;
  // AGENT_NOT_FOUND, AGENT_NOT_IN_CALL. A repeated request is answered as the first time.
  virtual Result<CoachResult> Coach(const CoachOrder& order) = 0;
};

}  // namespace callfleet::supervisor
