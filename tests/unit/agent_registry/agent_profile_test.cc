#include "services/agent_registry/domain/agent_profile.h"

#include <gtest/gtest.h>

namespace callfleet::agent_registry {
namespace {

TEST(AgentProfile, ANameIsOneToSixtyFourCharactersNotBytes) {
  std::string name;
  for (int i = 0; i < 64; ++i) name += "\u00e9";
  EXPECT_TRUE(MakeProfile({.name = name}));
  const auto refused = MakeProfile({.name = name + "\u00e9"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fields.front().field, "name");
}

TEST(AgentProfile, ANameOfSpacesIsNone) { EXPECT_FALSE(MakeProfile({.name = "  "})); }

}  // namespace
}  // namespace callfleet::agent_registry
