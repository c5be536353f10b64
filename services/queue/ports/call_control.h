#pragma once
// Driven: what routing may ask of the edge. Answers come back through CallFacts.
#include "common/ids/ids.h"

namespace callfleet::queue {

// Thread safe, never blocks. One that the edge does not obey comes back as OnCommandFailed, or
// OnForgotten where the edge has no such call.
class CallControl {
 public:
  virtual ~CallControl() = default;
  virtual void Claim(const CallId& call) = 0;
  virtual void Refuse(const CallId& call, int sip_code) = 0;  // 400 to 699.
  virtual void Acknowledge(const CallId& call) = 0;
};

}  // namespace callfleet::queue
