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

TEST_F(LoggingTest, ALineAboutACallNamesTheTraceThatTheCallBelongsTo) {
  const CallId call("019acd4e-7c11-7f00-8a3b-0123456789ab");
  log.Info("dialling", {{"call_id", call}});
  EXPECT_EQ(Line()["trace_id"], "019acd4e7c117f008a3b0123456789ab");
  out.str("");
  const std::string theirs(32, 'a');
  log.traces().Note(call.str(),
                    {.trace_id = theirs, .span_id = "0000000000000001", .sampled = true});
  log.With({{"leg_id", "l1"}}).Info("held", {{"call_id", call}});
  EXPECT_EQ(Line()["trace_id"], theirs);
  out.str("");
  log.Info("rpc", {{"call_id", call}, {"trace_id", "of the caller"}});
  EXPECT_EQ(Line()["trace_id"], "of the caller");
  out.str("");
  log.Info("no call", {{"call_id", ""}});
  EXPECT_FALSE(Line().contains("trace_id"));
}

TEST_F(LoggingTest, AnUnknownLevelIsNone) { EXPECT_EQ(ParseLevel("loud"), std::nullopt); }

}  // namespace
}  // namespace callfleet::logging
