#pragma once
// Request ids, and what each was for: one that comes again with something else would be answered as
// if that had been done.
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>

#include "common/result/result.h"
#include "common/steering/request_reused.h"

namespace callfleet {

// Thread safe. The newest 65,536, in memory: a restart forgets them.
class UsedRequests {
 public:
  static constexpr std::size_t kMost = 65'536;

  // `field`: as the caller spells it.
  explicit UsedRequests(std::string field = "request_id") : field_(std::move(field)) {}

  // FAILED_PRECONDITION IDEMPOTENCY_KEY_REUSED where the id stands for something else.
  Status Use(const std::string& request, const std::string& what) {
    const auto print = std::hash<std::string>{}(what);
    const std::lock_guard lock(mutex_);
    const auto [known, fresh] = prints_.emplace(request, print);
    if (fresh) {
      oldest_.push_back(request);
      if (oldest_.size() > kMost) {
        prints_.erase(oldest_.front());
        oldest_.pop_front();
      }
      return {};
    }
    if (known->second == print) return {};
    return RequestReused(field_);
  }

 private:
  const std::string field_;
  std::mutex mutex_;
  std::unordered_map<std::string, std::size_t> prints_;
  std::deque<std::string> oldest_;
};

}  // namespace callfleet
