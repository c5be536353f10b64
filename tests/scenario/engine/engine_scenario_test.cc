// A few hundred short runs of every scenario, and the promise that a seed can be replayed.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "tests/scenario/engine/world.h"

namespace callfleet::engine {
namespace {

std::vector<std::string> Files() {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(CALLFLEET_SCENARIOS)) {
    // What mixes all faults is for hunts: it still finds what is to be mended (README).
    if (entry.path().stem() == "everything") continue;
    if (entry.path().extension() == ".scenario") files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string Told(const World::Report& report) {
  std::string text;
  for (const auto& line : report.story) text += line + "\n";
  for (const auto& why : report.broken) text += "** " + why + "\n";
  return text;
}

class EveryScenario : public ::testing::TestWithParam<std::string> {};

TEST_P(EveryScenario, KeepsItsPromises) {
  auto scenario = ReadScenario(GetParam());
  ASSERT_TRUE(scenario) << scenario.error().message;
  scenario->leads = 20;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const auto report = World(*scenario, seed).Run();
    ASSERT_TRUE(report.ok) << scenario->name << " seed " << seed << " step "
                           << report.broken_at_step << "\n"
                           << Told(report);
  }
}

TEST_P(EveryScenario, IsReplayedByItsSeed) {
  auto scenario = ReadScenario(GetParam());
  ASSERT_TRUE(scenario) << scenario.error().message;
  scenario->leads = 20;
  const auto first = World(*scenario, 7).Run();
  const auto second = World(*scenario, 7).Run();
  EXPECT_EQ(first.trace, second.trace);
  EXPECT_EQ(first.steps, second.steps);
}

INSTANTIATE_TEST_SUITE_P(Engine, EveryScenario, ::testing::ValuesIn(Files()), [](const auto& file) {
  return std::filesystem::path(file.param).stem().string();
});

}  // namespace
}  // namespace callfleet::engine
