#include "common/clock/gatherer.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/virtual_timers.h"

namespace callfleet {
namespace {

using std::chrono::milliseconds;

class GathererTest : public ::testing::Test {
 protected:
  using OfWords = Gatherer<int, std::string>;

  test::VirtualTimers timers;
  std::string given;
  std::shared_ptr<OfWords> gatherer = std::make_shared<OfWords>(
      &timers, milliseconds(100), 3, [this](int key, const std::vector<std::string>& words) {
        given += std::to_string(key) + ":";
        for (const auto& word : words) given += word;
        given += " ";
      });
};

TEST_F(GathererTest, ItemsOfAKeyAreGivenTogetherAWaitAfterTheFirst) {
  gatherer->Add(1, "a");
  timers.Advance(milliseconds(60));
  gatherer->Add(1, "b");
  gatherer->Add(2, "x");
  timers.Advance(milliseconds(39));
  EXPECT_EQ(given, "");
  timers.Advance(milliseconds(1));
  EXPECT_EQ(given, "1:ab ");
  timers.Advance(milliseconds(60));
  EXPECT_EQ(given, "1:ab 2:x ");
}

TEST_F(GathererTest, AsManyAsMayBeTogetherDoNotWait) {
  for (const char* word : {"a", "b", "c", "d"}) gatherer->Add(1, word);
  EXPECT_EQ(given, "1:abc ");
  timers.Advance(milliseconds(100));
  EXPECT_EQ(given, "1:abc 1:d ");
}

TEST_F(GathererTest, WhatIsLeftIsDroppedWithIt) {
  gatherer->Add(1, "a");
  gatherer.reset();
  timers.Advance(milliseconds(100));
  EXPECT_EQ(given, "");
}

}  // namespace
}  // namespace callfleet
