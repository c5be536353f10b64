// Files that are answered: whole, or one range of them (RFC 9110 14).
#include <cstring>

#include "tests/integration/supervisor/house.h"

namespace callfleet::supervisor::test {
namespace {

class DownloadsTest : public House {
 protected:
  void SetUp() override {
    House::SetUp();
    edge_pb::Recording recording;
    recording.set_recording_id("r1");
    edge->recordings = {recording};  // Its file: "wav of r1".
    StartSupervisor();
  }
  Answer Range(const std::string& range, const httplib::Headers& more = {}) const {
    httplib::Headers headers = more;
    headers.emplace("Range", range);
    return Ask("GET", "/recordings/r1/audio", "", headers);
  }
  static std::string Header(const Answer& answer, const char* name) {
    const auto found = answer.headers.find(name);
    return found == answer.headers.end() ? std::string() : found->second;
  }
};

TEST_F(DownloadsTest, ARangeIsAnsweredAsOne) {
  const auto whole = Get("/recordings/r1/audio");
  EXPECT_EQ(whole.status, 200);
  EXPECT_EQ(whole.text, "wav of r1");
  EXPECT_EQ(Header(whole, "Accept-Ranges"), "bytes");
  struct Case {
    const char* range;
    const char* text;
    const char* told;
  };
  for (const auto& [range, text, told] :
       {Case{"bytes=0-2", "wav", "bytes 0-2/9"}, Case{"bytes=4-", "of r1", "bytes 4-8/9"},
        Case{"bytes=7-99", "r1", "bytes 7-8/9"}, Case{"bytes=-2", "r1", "bytes 7-8/9"},
        Case{"bytes=-99", "wav of r1", "bytes 0-8/9"}, Case{"bytes=8-8", "1", "bytes 8-8/9"}}) {
    const auto part = Range(range);
    EXPECT_EQ(part.status, 206) << range;
    EXPECT_EQ(part.text, text) << range;
    EXPECT_EQ(Header(part, "Content-Range"), told) << range;
    EXPECT_EQ(Header(part, "Content-Length"), std::to_string(std::strlen(text))) << range;
  }
}

TEST_F(DownloadsTest, ARangeBeyondTheEndIs416AndTellsTheSize) {
  for (const char* range : {"bytes=9-", "bytes=9999999-", "bytes=99-100", "bytes=-0"}) {
    const auto answer = Range(range);
    EXPECT_EQ(answer.status, 416) << range;
    EXPECT_EQ(Header(answer, "Content-Range"), "bytes */9") << range;
    EXPECT_EQ(answer.reason(), "RANGE_NOT_SATISFIABLE") << range;
    EXPECT_EQ(answer.field(), "Range") << range;
  }
}

TEST_F(DownloadsTest, WhatMayBeIgnoredIsAnsweredWhole) {
  EXPECT_EQ(Range("bytes=0-1,3-4").status, 200);
  EXPECT_EQ(Range("bytes=0-1", {{"If-Range", "\"a\""}}).text, "wav of r1");
  const auto head = Ask("HEAD", "/recordings/r1/audio", "", {{"Range", "bytes=0-1"}});
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(Header(head, "Content-Length"), "9");
  const auto json = Ask("GET", "/agents", "", {{"Range", "bytes=0-1"}});
  EXPECT_EQ(json.status, 200);
  EXPECT_EQ(json.body["success"], true);
  EXPECT_EQ(Ask("GET", "/recordings/no/audio", "", {{"Range", "bytes=0-1"}}).reason(),
            "RECORDING_UNKNOWN");
}

}  // namespace
}  // namespace callfleet::supervisor::test
