#include "tests/architecture/diagrams/diagrams.h"

#include <utility>

namespace callfleet::architecture {
namespace {

constexpr const char* kOpen = "```mermaid\n";
constexpr const char* kClose = "```";

struct Span {
  std::size_t begin = std::string::npos;
  std::size_t end = std::string::npos;
  bool found() const { return begin != std::string::npos && end != std::string::npos; }
};

std::string Mark(const std::string& machine) { return "<!-- state diagram: " + machine + " -->\n"; }

Span Find(const std::string& readme, const std::string& machine) {
  const std::string head = Mark(machine) + kOpen;
  Span span;
  const auto at = readme.find(head);
  if (at == std::string::npos) return span;
  span.begin = at + head.size();
  span.end = readme.find(kClose, span.begin);
  return span;
}

std::vector<Diagram>& All() {
  static std::vector<Diagram> all;
  return all;
}

}  // namespace

bool AddDiagram(Diagram diagram) {
  All().push_back(std::move(diagram));
  return true;
}

const std::vector<Diagram>& Diagrams() { return All(); }

std::string BlockOf(const std::string& readme, const std::string& machine) {
  const Span span = Find(readme, machine);
  return span.found() ? readme.substr(span.begin, span.end - span.begin) : "";
}

std::string WithBlock(std::string readme, const Diagram& diagram) {
  const Span span = Find(readme, diagram.machine);
  if (span.found()) return readme.replace(span.begin, span.end - span.begin, diagram.mermaid);
  return readme + "\n" + Mark(diagram.machine) + kOpen + diagram.mermaid + kClose + "\n";
}

}  // namespace callfleet::architecture
