#pragma once
// What figures and alerts are about: "queue:<id>", "campaign:<id>", "agent:<id>", "call:<id>",
// "all".
#include <string_view>

namespace callfleet::supervisor {

// "queue" of "queue:<id>"; "": it has no such form, or no id.
constexpr std::string_view SubjectKind(std::string_view subject) {
  for (const std::string_view kind : {"queue", "campaign", "agent", "call"}) {
    if (subject.size() > kind.size() + 1 && subject.starts_with(kind) &&
        subject[kind.size()] == ':') {
      return kind;
    }
  }
  return {};
}

}  // namespace callfleet::supervisor
