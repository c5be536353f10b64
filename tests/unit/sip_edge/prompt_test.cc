#include "services/sip_edge/domain/prompt.h"

#include <gtest/gtest.h>

namespace callfleet::sip_edge {
namespace {

TEST(Prompt, NameLeadsNowhereButToAPrompt) {
  EXPECT_TRUE(IsPromptName("safe-message_2.de"));
  for (const char* bad :
       {"", ".", "..", ".hidden", "../x", "a/b", "a\\b", "a b", "a\n", "caf\xc3\xa9"}) {
    EXPECT_FALSE(IsPromptName(bad)) << bad;
  }
  EXPECT_FALSE(IsPromptName(std::string(65, 'a')));
  EXPECT_EQ(CheckPromptName("../x", "begin.name").error().fields.front().field, "begin.name");
}

TEST(Prompt, NumberIsSpokenDigitByDigitUnlessItHasAPromptOfItsOwn) {
  const PromptNames known{"1", "2", "position", "21"};
  using Names = std::vector<std::string>;
  EXPECT_EQ(Spoken("position", known), Names{"position"});
  EXPECT_EQ(Spoken("12", known), (Names{"1", "2"}));
  EXPECT_EQ(Spoken("21", known), Names{"21"});
  EXPECT_EQ(Spoken("13", known), Names{});
  EXPECT_EQ(Spoken("1212121", known), Names{});
  EXPECT_EQ(Spoken("nothing", known), Names{});
}

}  // namespace
}  // namespace callfleet::sip_edge
