#pragma once
// The trace that each call belongs to: its own, unless somebody who records a trace did something
// with the call. A call's own trace id is made of its call id alone, so that all services know it
// without being told, also after a restart.
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "common/trace/context.h"

namespace callfleet::trace {

// Thread safe.
class CallTraces {
 public:
  // A request about the call came with this trace. Kept where it is sampled, for the newest 10,000
  // calls; others keep the call's own.
  void Note(const std::string& call_id, const Context& context);
  // A step of the call's trace, to be passed on. Of no call (""): a new trace.
  Context Of(const std::string& call_id) const;
  std::string IdOf(std::string_view call_id) const;

 private:
  static constexpr std::size_t kMostCalls = 10'000;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, std::string> noted_;  // call id -> trace id
  std::deque<std::string> order_;                       // Of noted_, oldest first.
};

// 32 hexadecimal digits: those of a UUID, a hash of anything else.
std::string OwnTraceId(std::string_view call_id);

}  // namespace callfleet::trace
