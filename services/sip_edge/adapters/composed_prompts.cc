#include "services/sip_edge/adapters/built_in_prompts.h"

namespace callfleet::sip_edge {

std::vector<ComposedPrompt> ComposedPrompts() {
  constexpr int kMostPositions = 20;
  std::vector<ComposedPrompt> all;
  for (int place = 1; place <= kMostPositions; ++place) {
    const std::string number = std::to_string(place);
    all.push_back({"position-" + number, {"position", number, "in-line"}});
  }
  all.push_back({"position-many", {"position", "over", std::to_string(kMostPositions), "in-line"}});
  all.push_back({"wait-0-1", {"wait", "0", "to", "1", "minute"}});
  using Range = std::pair<const char*, const char*>;
  for (const auto& [low, high] :
       {Range{"1", "2"}, Range{"2", "5"}, Range{"5", "10"}, Range{"10", "20"}, Range{"20", "30"}}) {
    all.push_back({"wait-" + std::string(low) + "-" + high, {"wait", low, "to", high, "minutes"}});
  }
  all.push_back({"wait-30", {"wait", "over", "30", "minutes"}});
  return all;
}

}  // namespace callfleet::sip_edge
