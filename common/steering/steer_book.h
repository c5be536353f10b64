#pragma once
// What was answered to whoever steered calls: a repeat is answered as the first time.
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "common/result/result.h"

namespace callfleet {

// The newest 4,096 requests of one owner of calls, in memory: a restart forgets them.
class SteerBook {
 public:
  static constexpr std::size_t kMost = 4'096;

  enum class Known : std::uint8_t { kNew, kUnderWay, kAnswered };
  // A new one is under way from now on.
  Known Begin(const std::string& request) {
    const auto [entry, fresh] = answers_.try_emplace(request);
    if (!fresh) return entry->second.given ? Known::kAnswered : Known::kUnderWay;
    order_.push_back(request);
    if (order_.size() > kMost) {
      answers_.erase(order_.front());
      order_.pop_front();
    }
    return Known::kNew;
  }
  bool Knows(const std::string& request) const { return answers_.contains(request); }
  // True for a new one. A repeat gets the first answer: `answer` is called with what the first was
  // refused with, at once, or the repeat is answered with the first.
  template <class Answer>
  bool Takes(const std::string& request, const Answer& answer) {
    const Known known = Begin(request);
    if (known == Known::kAnswered) answer(AnswerOf(request));
    return known == Known::kNew;
  }
  // `named`: what the answer names, where that is not what was asked about.
  void Settle(const std::string& request, std::optional<Error> refused, std::string named = {}) {
    const auto entry = answers_.find(request);
    if (entry == answers_.end() || entry->second.given) return;  // The first answer stands.
    entry->second = {.given = true, .refused = std::move(refused), .named = std::move(named)};
  }
  std::optional<Error> AnswerOf(const std::string& request) const {
    return answers_.at(request).refused;
  }
  const std::string& NamedBy(const std::string& request) const {
    return answers_.at(request).named;
  }
  std::size_t size() const { return answers_.size(); }

 private:
  struct Answer {
    bool given = false;
    std::optional<Error> refused{};
    std::string named{};
  };
  std::map<std::string, Answer> answers_;
  std::deque<std::string> order_;
};

}  // namespace callfleet
