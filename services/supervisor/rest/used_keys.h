#pragma once
// Idempotency keys and what they were used for. The services remember the results; this refuses a
// key that comes again with something else, whose answer would be that of the first.
#include <cstddef>
#include <deque>
#include <mutex>
#include <string>
#include <unordered_map>

#include "common/result/result.h"

namespace callfleet::supervisor::rest {

// Thread safe. Keeps the newest 65,536, as the services do; in memory only.
class UsedKeys {
 public:
  static constexpr std::size_t kMost = 65'536;

  // FAILED_PRECONDITION IDEMPOTENCY_KEY_REUSED where the key stands for another request: other
  // method, path, query, body or caller.
  Status Use(const std::string& key, const std::string& request) {
    const auto print = std::hash<std::string>{}(request);
    const std::lock_guard lock(mutex_);
    const auto [known, fresh] = prints_.emplace(key, print);
    if (fresh) {
      oldest_.push_back(key);
      if (oldest_.size() > kMost) {
        prints_.erase(oldest_.front());
        oldest_.pop_front();
      }
      return {};
    }
    if (known->second == print) return {};
    return Fail(Error{.code = ErrorCode::kFailedPrecondition,
                      .reason = "IDEMPOTENCY_KEY_REUSED",
                      .message = "The key was used for another request.",
                      .metadata = {},
                      .fields = {{"Idempotency-Key", "was used for another request"}},
                      .retry_after = {}});
  }

 private:
  std::mutex mutex_;
  std::unordered_map<std::string, std::size_t> prints_;
  std::deque<std::string> oldest_;
};

}  // namespace callfleet::supervisor::rest
