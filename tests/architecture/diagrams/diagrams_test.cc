#include "tests/architecture/diagrams/diagrams.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace callfleet::architecture {
namespace {

std::string Path(const Diagram& diagram) {
  return std::string(CALLFLEET_SOURCE_DIR) + "/" + diagram.readme;
}

std::string ReadFile(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

TEST(DiagramsTest, EachReadmeShowsTheTablesThatTheCodeRunsOn) {
  const bool update = std::getenv("CALLFLEET_UPDATE_DIAGRAMS") != nullptr;
  for (const auto& diagram : Diagrams()) {
    const std::string readme = ReadFile(Path(diagram));
    if (update) {
      std::ofstream(Path(diagram)) << WithBlock(readme, diagram);
      continue;
    }
    EXPECT_EQ(BlockOf(readme, diagram.machine), diagram.mermaid)
        << diagram.readme << ": the diagram of " << diagram.machine
        << " is out of date; run this test with CALLFLEET_UPDATE_DIAGRAMS=1";
  }
}

// Every machine has its diagram: its header stands among the includes of <service>.cc here.
TEST(DiagramsTest, EachMachineOfEachServiceIsRegistered) {
  const std::filesystem::path root = CALLFLEET_SOURCE_DIR;
  for (const auto& service : std::filesystem::directory_iterator(root / "services")) {
    const auto domain = service.path() / "domain";
    if (!std::filesystem::exists(domain)) continue;
    const auto source = root / "tests/architecture/diagrams" / service.path().filename();
    const std::string registered = ReadFile(source.string() + ".cc");
    for (const auto& file : std::filesystem::recursive_directory_iterator(domain)) {
      if (!file.path().filename().string().ends_with("_machine.h")) continue;
      const std::string header = file.path().lexically_relative(root).string();
      EXPECT_TRUE(registered.find("\"" + header + "\"") != std::string::npos) << header;
    }
  }
}

TEST(DiagramsTest, AnOldBlockIsFoundAndReplaced) {
  const Diagram lead{"README.md", "lead", "stateDiagram-v2\n  A --> B: Go\n"};
  const std::string old = "# x\n<!-- state diagram: lead -->\n```mermaid\nold\n```\ntail\n";
  EXPECT_EQ(BlockOf(old, "lead"), "old\n");
  const std::string fresh = WithBlock(old, lead);
  EXPECT_EQ(BlockOf(fresh, "lead"), lead.mermaid);
  EXPECT_TRUE(fresh.ends_with("```\ntail\n"));
}

TEST(DiagramsTest, AMissingBlockIsNoDiagramAndIsAdded) {
  const Diagram lead{"README.md", "lead", "stateDiagram-v2\n"};
  EXPECT_EQ(BlockOf("# x\n", "lead"), "");
  EXPECT_EQ(BlockOf(WithBlock("# x\n", lead), "lead"), lead.mermaid);
}

}  // namespace
}  // namespace callfleet::architecture
