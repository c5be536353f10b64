#pragma once
// Request ids, and what each was for: one that comes again with something else would be answered as
// if that had been done.
#include <cstddef>
#include <deque>
#include <map>
#include <mutex>
#include <string>

#include "common/result/result.h"

namespace callfleet {

// Thread safe. The newest 65,536, in memory: a restart forgets them.
class UsedRequests {
 public:
  static constexpr std::size_t kMost = 65'536;

  // FAILED_PRECONDITION IDEMPOTENCY_KEY_REUSED where the id stands for something else.
  Status Use(const std::string& request, const std::string& what) {
    const std::lock_guard lock(mutex_);
    const auto [known, fresh] = used_.try_emplace(request, what);
    if (fresh) {
      oldest_.push_back(request);
      if (oldest_.size() > kMost) {
        used_.erase(oldest_.front());
        oldest_.pop_front();
      }
      return {};
    }
    if (known->second == what) return {};
    return Fail({.code = ErrorCode::kFailedPrecondition,
                 .reason = "IDEMPOTENCY_KEY_REUSED",
                 .message = "The request id was used for something else.",
                 .fields = {{"request_id", "Was used for something else."}}});
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::string> used_;
  std::deque<std::string> oldest_;
};

}  // namespace callfleet
