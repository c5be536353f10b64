// What others are told of a SIP message is UTF-8 whatever bytes it had.
#include "services/sip_edge/domain/told_text.h"

#include <gtest/gtest.h>

#include "common/text/utf8.h"

namespace callfleet::sip_edge {
namespace {

TEST(ToldText, EachByteThatIsNoUtf8BecomesTheReplacementCharacter) {
  const struct {
    const char* what;
    std::string_view in;
    std::string_view told;
  } kTable[] = {
      {"empty", "", ""},
      {"plain", "+14155550100", "+14155550100"},
      {"two, three and four bytes", "\u00e9\u20ac\U0001F600", "\u00e9\u20ac\U0001F600"},
      {"Latin-1 at the end", "Occup\xe9", "Occup\uFFFD"},
      {"Latin-1 in the middle", "T\xe9l", "T\uFFFDl"},
      {"no lead byte", "\x80", "\uFFFD"},
      {"never a byte of UTF-8", "\xff\xfe", "\uFFFD\uFFFD"},
      {"cut short", "a\xe2\x82", "a\uFFFD\uFFFD"},
      {"overlong slash", "\xc0\xaf", "\uFFFD\uFFFD"},
      {"overlong in three", "\xe0\x80\xaf", "\uFFFD\uFFFD\uFFFD"},
      {"surrogate", "\xed\xa0\x80", "\uFFFD\uFFFD\uFFFD"},
      {"beyond U+10FFFF", "\xf4\x90\x80\x80", "\uFFFD\uFFFD\uFFFD\uFFFD"},
      {"bad, then good", "\xe9\xc3\xa9", "\uFFFD\u00e9"},
  };
  for (const auto& row : kTable) {
    EXPECT_EQ(ToldText(row.in), row.told) << row.what;
    EXPECT_EQ(IsUtf8(row.in), row.in == row.told) << row.what;
    EXPECT_TRUE(IsUtf8(ToldText(row.in))) << row.what;
  }
}

TEST(ToldText, TheCutNeverGoesThroughACharacter) {
  EXPECT_EQ(ToldText("ab\u00e9", 3), "ab");
  EXPECT_EQ(ToldText("ab\u00e9", 4), "ab\u00e9");
  EXPECT_EQ(ToldText("\xff\xff", 5), "\uFFFD");
  EXPECT_EQ(ToldText("abc", 0), "");
}

}  // namespace
}  // namespace callfleet::sip_edge
