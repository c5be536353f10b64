#include "common/logging/logger.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

namespace callfleet::logging {
namespace {

class LoggingTest : public ::testing::Test {
 protected:
  nlohmann::json Line() const { return nlohmann::json::parse(out.str()); }
  std::ostringstream out;
  Logger log{"dialer", out};
};

TEST_F(LoggingTest, ALineIsOneJsonObjectWithItsFields) {
  log.Info("call ended", {{"call_id", CallId("c1")}, {"cause", 16}, {"ok", true}, {"mos", 4.25}});
  const auto line = Line();
  EXPECT_EQ(line["level"], "info");
  EXPECT_EQ(line["service"], "dialer");
  EXPECT_EQ(line["msg"], "call ended");
  EXPECT_EQ(line["call_id"], "c1");
  EXPECT_EQ(line["cause"], 16);
  EXPECT_EQ(line["ok"], true);
  EXPECT_EQ(line["mos"], 4.25);
  EXPECT_EQ(line["time"].get<std::string>().back(), 'Z');
}

TEST_F(LoggingTest, HostileTextStaysInsideItsField) {
  log.Warn("bad \"quote\"\n{%v}", {{"raw", std::string("\x01\xFF\xC3\xA9\\", 5)}});
  const auto line = Line();
  EXPECT_EQ(line["msg"], "bad \"quote\"\n{%v}");
  EXPECT_EQ(line["raw"], "\x01\xEF\xBF\xBD\xC3\xA9\\");
}

TEST_F(LoggingTest, TheLevelChangesAtRunTimeForAllCopies) {
  const Logger bound = log.With({{"agent_id", "a1"}});
  bound.Debug("hidden");
  EXPECT_EQ(out.str(), "");
  log.SetLevel(*ParseLevel("debug"));
  bound.Debug("shown");
  EXPECT_EQ(Line()["agent_id"], "a1");
}

TEST_F(LoggingTest, AnUnknownLevelIsNone) { EXPECT_EQ(ParseLevel("loud"), std::nullopt); }

}  // namespace
}  // namespace callfleet::logging
