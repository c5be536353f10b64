#pragma once
// State diagrams in READMEs are printed from the tables that the code runs on. Each service adds a
// file <service>.cc to this folder:
//   const bool kAdded = AddDiagram({"services/dialer/README.md", "lead",
//                                   fsm::ToMermaid<LeadMachine>(kLeadRows)});
// and its README holds, anywhere, the line `<!-- state diagram: lead -->`, followed by a mermaid
// block. CALLFLEET_UPDATE_DIAGRAMS=1 in the environment writes the blocks instead of comparing.
#include <string>
#include <vector>

namespace callfleet::architecture {

struct Diagram {
  std::string readme;   // Path from the root.
  std::string machine;  // Unique in its README.
  std::string mermaid;
};

bool AddDiagram(Diagram diagram);  // Always true, to be called from an initialiser.
const std::vector<Diagram>& Diagrams();

// The text of the block after the machine's mark; "" if there is none.
std::string BlockOf(const std::string& readme, const std::string& machine);
// The README with that block replaced, or marks and block added at the end.
std::string WithBlock(std::string readme, const Diagram& diagram);

}  // namespace callfleet::architecture
