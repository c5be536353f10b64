#include "services/supervisor/rest/byte_range.h"

#include <gtest/gtest.h>

namespace callfleet::supervisor::rest {
namespace {

TEST(ByteRangeTest, OneRangeOfBytesIsTaken) {
  const auto range = [](const char* header) { return ReadRange(header, 10).value().value(); };
  EXPECT_EQ(range("bytes=2-4"), (ByteRange{.first = 2, .size = 3}));
  EXPECT_EQ(range("bytes=2-"), (ByteRange{.first = 2, .size = 8}));
  EXPECT_EQ(range("bytes=2-1000"), (ByteRange{.first = 2, .size = 8}));
  EXPECT_EQ(range("bytes=-3"), (ByteRange{.first = 7, .size = 3}));
  EXPECT_EQ(range("bytes=-1000"), (ByteRange{.first = 0, .size = 10}));
  EXPECT_EQ(range("Bytes= 9-9 "), (ByteRange{.first = 9, .size = 1}));
}

TEST(ByteRangeTest, OneBeyondTheEndCannotBeAnswered) {
  for (const char* header : {"bytes=10-", "bytes=11-20", "bytes=-0", "bytes=9999999-"}) {
    const auto range = ReadRange(header, 10);
    ASSERT_FALSE(range) << header;
    EXPECT_EQ(range.error().reason, "RANGE_NOT_SATISFIABLE") << header;
  }
  EXPECT_FALSE(ReadRange("bytes=0-", 0));
}

// RFC 9110 14.2: what is not understood is as if it were not there.
TEST(ByteRangeTest, WhatIsNoRangeOrManyIsIgnored) {
  for (const char* header :
       {"", "bytes", "bytes=", "bytes=-", "bytes=4-2", "bytes=a-b", "bytes=1-2,4-5", "items=1-2",
        "bytes=1-2x", "bytes=+1-2", "bytes=99999999999999999999999-"}) {
    const auto range = ReadRange(header, 10);
    ASSERT_TRUE(range) << header;
    EXPECT_FALSE(range->has_value()) << header;
  }
}

}  // namespace
}  // namespace callfleet::supervisor::rest
