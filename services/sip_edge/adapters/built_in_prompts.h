#pragma once
// The prompts that ship with the product: the WAV files of prompts/, which are part of the program,
// and what is put together from them.
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace callfleet::sip_edge {

struct BuiltInPrompt {
  std::string_view name;
  std::string_view wav;
};
std::span<const BuiltInPrompt> BuiltInPrompts();

// "position-7" is "position", "7", "in-line": what queues announce.
struct ComposedPrompt {
  std::string name;
  std::vector<std::string> parts;
};
std::vector<ComposedPrompt> ComposedPrompts();

}  // namespace callfleet::sip_edge
