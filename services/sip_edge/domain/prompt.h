#pragma once
// Sounds that have a name: what they may be called, and how a list of them is spoken.
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "common/clock/clock.h"
#include "common/result/result.h"

namespace callfleet::sip_edge {

inline constexpr std::string_view kHoldMusic = "hold-music";  // Part of the product.
inline constexpr std::string_view kSafeMessage = "safe-message";

// A later source stands in front of an earlier one. Numbers as in the proto.
enum class PromptSource : std::uint8_t { kBuiltIn = 1, kFolder, kUploaded };

struct PromptInfo {
  std::string name{};
  PromptSource source = PromptSource::kBuiltIn;
  std::chrono::milliseconds duration{0};
  std::uint64_t size_bytes = 0;
  std::string sha256{};
  std::optional<WallTime> updated{};
};

using PromptNames = std::unordered_set<std::string>;

// [A-Za-z0-9._-]{1,64}, not beginning with a dot: no name leads out of a folder.
bool IsPromptName(std::string_view name);
Status CheckPromptName(std::string_view name, const std::string& field);

// The prompts that speak `name`: itself where it is known, else its digits one by one. Nothing
// where it cannot be spoken.
std::vector<std::string> Spoken(const std::string& name, const PromptNames& known);

}  // namespace callfleet::sip_edge
