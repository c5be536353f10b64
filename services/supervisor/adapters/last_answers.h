#pragma once
// What the last 1,000 requests were answered, for those that come again. Thread safe.
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace callfleet::supervisor {

template <class Answer>
class LastAnswers {
 public:
  static constexpr std::size_t kRemembered = 1'000;  // The oldest is forgotten.

  std::optional<Answer> Find(const std::string& request) const {
    const std::lock_guard lock(mutex_);
    const auto found = answers_.find(request);
    return found == answers_.end() ? std::nullopt : std::optional(found->second);
  }
  // The first answer stays.
  void Put(const std::string& request, const Answer& answer) {
    const std::lock_guard lock(mutex_);
    if (!answers_.emplace(request, answer).second) return;
    order_.push_back(request);
    if (order_.size() <= kRemembered) return;
    answers_.erase(order_.front());
    order_.pop_front();
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, Answer> answers_;
  std::deque<std::string> order_;
};

}  // namespace callfleet::supervisor
