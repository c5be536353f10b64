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
    if (!fresh) return entry->second ? Known::kAnswered : Known::kUnderWay;
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
  void Settle(const std::string& request, std::optional<Error> refused) {
    const auto entry = answers_.find(request);
    if (entry == answers_.end() || entry->second) return;  // The first answer stands.
    entry->second.emplace(std::move(refused));
  }
  std::optional<Error> AnswerOf(const std::string& request) const {
    return answers_.at(request).value();
  }
  std::size_t size() const { return answers_.size(); }

 private:
  // Not there yet, accepted, or refused.
  std::map<std::string, std::optional<std::optional<Error>>> answers_;
  std::deque<std::string> order_;
};

}  // namespace callfleet
