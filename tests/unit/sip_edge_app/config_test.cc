#include "services/sip_edge/app/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace callfleet::sip_edge {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;

class ConfigTest : public ::testing::Test {
 protected:
  std::optional<int> Load(const std::string& argument) {
    return LoadConfig({.arguments = {argument}, .environment = {}}, &config, out, err);
  }

  Config config;
  std::ostringstream out;
  std::ostringstream err;
};

TEST_F(ConfigTest, ASilentLegsLimitIsOffOrLongerThanReportsAreApart) {
  EXPECT_EQ(config.no_rtp_limit, seconds(30));
  EXPECT_EQ(Load("--no-rtp-limit-ms=0"), std::nullopt) << err.str();
  EXPECT_EQ(config.no_rtp_limit.count(), 0);
  EXPECT_EQ(Load("--no-rtp-limit-ms=10000"), std::nullopt) << err.str();
  EXPECT_EQ(Load("--no-rtp-limit-ms=9999"), 2);
  EXPECT_THAT(err.str(), HasSubstr("no_rtp_limit_ms must be 0 or at least 10000"));
}

}  // namespace
}  // namespace callfleet::sip_edge
