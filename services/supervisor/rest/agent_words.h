#pragma once
// The words of an agent's choices, as asked and as answered.
#include <array>
#include <string_view>

namespace callfleet::supervisor::rest {

inline constexpr std::array<std::string_view, 2> kKinds{"human", "ai"};
inline constexpr std::array<std::string_view, 3> kLineModes{"ring", "auto", "dedicated"};
inline constexpr std::array<std::string_view, 3> kMediaSecurities{"off", "offered", "required"};
inline constexpr std::array<std::string_view, 3> kPresences{"logged_out", "not_ready", "ready"};

}  // namespace callfleet::supervisor::rest
