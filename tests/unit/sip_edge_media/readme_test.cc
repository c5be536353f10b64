// The diagram in the README is the table's.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "services/sip_edge/domain/media/source_machine.h"

namespace callfleet::sip_edge::media {
namespace {

TEST(MediaReadme, HoldsTheDiagramOfTheSourceMachine) {
  std::ifstream file(CALLFLEET_MEDIA_README);
  std::stringstream text;
  text << file.rdbuf();
  const std::string diagram = fsm::ToMermaid<SourceMachine>(kSourceRows);
  EXPECT_NE(text.str().find(diagram), std::string::npos) << diagram;
}

}  // namespace
}  // namespace callfleet::sip_edge::media
