#include "services/queue/domain/feature_code.h"

#include <algorithm>

namespace callfleet::queue {
namespace {

using Kind = AgentWish::Kind;

bool AreDigits(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<Kind> KindOf(const std::string& code) {
  if (code == "*01") return Kind::kSignIn;
  if (code == "*02") return Kind::kSignOut;
  if (code == "*03") return Kind::kReady;
  if (code == "*04") return Kind::kNotReady;
  if (code == "*05") return Kind::kEndWrapUp;
  if (code == "*06") return Kind::kMoreWrapUp;
  return std::nullopt;
}

}  // namespace

FeatureCode ReadFeatureCode(const std::string& dialled, const AgentId& agent) {
  if (dialled == "*" || dialled == "*0") return {.wish = {}, .sip_code = 484};
  const auto kind = KindOf(dialled.substr(0, 3));
  if (!kind) return {};
  AgentWish wish{.agent = agent, .kind = *kind, .reason = "phone"};
  const std::string rest = dialled.substr(3);
  if (rest.empty()) return {.wish = wish};
  const bool takes_more = *kind == Kind::kNotReady || *kind == Kind::kMoreWrapUp;
  if (!takes_more || rest[0] != '*') return {};
  const std::string number = rest.substr(1);
  if (number.empty()) return {.wish = {}, .sip_code = 484};
  if (number.size() > 4 || !AreDigits(number)) return {};
  if (*kind == Kind::kNotReady) {
    wish.reason = number;
    return {.wish = wish};
  }
  const int minutes = std::stoi(number);
  if (minutes < 1 || minutes > 60) return {};
  wish.wrap_up = std::chrono::minutes(minutes);
  return {.wish = wish};
}

}  // namespace callfleet::queue
