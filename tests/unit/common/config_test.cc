#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <sstream>

#include "common/config/checks.h"
#include "common/config/schema.h"

namespace callfleet::config {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

struct Options {
  std::string listen = "127.0.0.1:0";
  std::string database;
  std::int64_t workers = 2;
  milliseconds ring_timeout{30000};
  bool verbose = false;
  std::vector<std::string> edges;
  std::string password = "none";
};

class ConfigTest : public ::testing::Test {
 protected:
  ConfigTest() {
    schema.String(&options.listen, {.name = "listen", .help = "address"})
        .String(&options.database, {.name = "database", .required = true})
        .Int(&options.workers, {.name = "workers", .min = 1, .max = 64})
        .DurationMs(&options.ring_timeout, {.name = "ring_timeout_ms", .max = 120000})
        .Bool(&options.verbose, {.name = "verbose"})
        .List(&options.edges, {.name = "edges"})
        .String(&options.password, {.name = "password", .secret = true});
  }
  ~ConfigTest() override {
    if (!path.empty()) std::remove(path.c_str());
  }
  std::optional<int> Load(std::vector<std::string> arguments, std::vector<std::string> env = {}) {
    return schema.Load({std::move(arguments), std::move(env)}, out, err);
  }
  std::string File(const std::string& text) {
    path = ::testing::TempDir() + "config_test_" + std::to_string(getpid()) + ".toml";
    std::ofstream(path) << text;
    return path;
  }
  std::size_t FaultLines() const {
    const std::string text = err.str();
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  }

  Options options;
  Schema schema{"callfleet-test", "1.2.3"};
  std::ostringstream out;
  std::ostringstream err;
  std::string path;
};

TEST_F(ConfigTest, DefaultsAreTheMembersFirstValues) {
  ASSERT_EQ(Load({"--database", "db"}), std::nullopt) << err.str();
  EXPECT_EQ(options.listen, "127.0.0.1:0");
  EXPECT_EQ(options.ring_timeout, milliseconds(30000));
}

TEST_F(ConfigTest, FlagsBeatTheEnvironmentThatBeatsTheFile) {
  const auto file = File("database = \"file\"\nlisten = \"file:1\"\nworkers = 3\n");
  ASSERT_EQ(Load({"--config", file, "--database=flag"},
                 {"CALLFLEET_DATABASE=env", "CALLFLEET_LISTEN=env:1", "HOME=/x"}),
            std::nullopt)
      << err.str();
  EXPECT_EQ(options.database, "flag");
  EXPECT_EQ(options.listen, "env:1");
  EXPECT_EQ(options.workers, 3);
}

TEST_F(ConfigTest, EveryFaultOfEverySourceIsPrintedWithKeyAndSource) {
  const auto file = File("workers = 900\nbogus = 1\n[section]\nlisten = \"x\"\n");
  EXPECT_EQ(Load({"--config", file, "--verbose", "maybe", "--nonsense", "1"},
                 {"CALLFLEET_RING_TIMEOUT_MS=soon", "CALLFLEET_TYPO=1"}),
            2);
  const std::string text = err.str();
  EXPECT_THAT(text, HasSubstr("workers must be 1 to 64 (file "));
  EXPECT_THAT(text, HasSubstr("bogus is not a known key (file "));
  EXPECT_THAT(text, HasSubstr("section.listen is not a known key (file "));
  EXPECT_THAT(text, HasSubstr("verbose must be true or false (flags)"));
  EXPECT_THAT(text, HasSubstr("nonsense is not a known key (flags)"));
  EXPECT_THAT(text, HasSubstr("ring_timeout_ms must be an integer (environment CALLFLEET_RING"));
  EXPECT_THAT(text, HasSubstr("typo is not a known key (environment CALLFLEET_TYPO)"));
  EXPECT_THAT(text, HasSubstr("database is required"));
  EXPECT_EQ(FaultLines(), 8U);
}

TEST_F(ConfigTest, ListsComeFromArraysAndFromCommas) {
  ASSERT_EQ(Load({"--config", File("database = \"d\"\nedges = [\"a:1\", \"b:2\"]\n")}),
            std::nullopt)
      << err.str();
  EXPECT_THAT(options.edges, ElementsAre("a:1", "b:2"));
  ASSERT_EQ(Load({"--database", "d", "--edges", "c:3, d:4"}), std::nullopt);
  EXPECT_THAT(options.edges, ElementsAre("c:3", "d:4"));
}

TEST_F(ConfigTest, ABooleanFlagNeedsNoValueAndHyphensAreUnderscores) {
  ASSERT_EQ(Load({"--verbose", "--ring-timeout-ms", "5", "--database", "d"}), std::nullopt);
  EXPECT_TRUE(options.verbose);
  EXPECT_EQ(options.ring_timeout, milliseconds(5));
}

TEST_F(ConfigTest, NegativeDurationsAreRefused) {
  EXPECT_EQ(Load({"--database", "d", "--ring_timeout_ms", "-1"}), 2);
  EXPECT_THAT(err.str(), HasSubstr("ring_timeout_ms must be 0 to 120000"));
}

TEST_F(ConfigTest, PrintConfigNamesSourcesAndHidesSecrets) {
  EXPECT_EQ(Load({"--print-config", "--database", "d"}, {"CALLFLEET_PASSWORD=hunter2"}), 0);
  EXPECT_THAT(out.str(), HasSubstr("database = \"d\"  # flags"));
  EXPECT_THAT(out.str(), HasSubstr("password = \"(secret)\"  # environment"));
  EXPECT_THAT(out.str(), Not(HasSubstr("hunter2")));
}

TEST_F(ConfigTest, HelpAndVersionNeedNoRequiredKey) {
  EXPECT_EQ(Load({"--help"}), 0);
  EXPECT_THAT(out.str(), HasSubstr("--database"));
  EXPECT_EQ(Load({"--version"}), 0);
  EXPECT_THAT(out.str(), HasSubstr("callfleet-test 1.2.3"));
}

TEST_F(ConfigTest, AServiceHasTheVersionOfTheBuild) {
  Schema service("callfleet-test");
  EXPECT_EQ(service.Load({.arguments = {"--version"}, .environment = {}}, out, err), 0);
  EXPECT_EQ(out.str(), "callfleet-test " TEST_PROJECT_VERSION "\n");
}

TEST_F(ConfigTest, KubernetesServiceLinksAreNotKeys) {
  EXPECT_EQ(Load({"--database", "d"}, {"CALLFLEET_QUEUE_SERVICE_HOST=10.0.0.1",
                                       "CALLFLEET_QUEUE_PORT=tcp://10.0.0.1:80"}),
            std::nullopt);
}

TEST_F(ConfigTest, AMissingFileIsAFault) {
  EXPECT_EQ(Load({"--database", "d", "--config", "/nonexistent.toml"}), 2);
  EXPECT_THAT(err.str(), HasSubstr("config cannot be read (file /nonexistent.toml)"));
}

TEST_F(ConfigTest, AllFaultsOfValuesAndOfPairsArePrintedTogether) {
  std::string admin;
  std::vector<std::string> peers;
  Schema checked("callfleet-test", "1");
  checked.String(&options.listen, {.name = "listen", .check = HostPort})
      .String(&admin, {.name = "admin", .check = HostPort})
      .List(&peers, {.name = "peers", .check = Target})
      .String(&options.database, {.name = "tokens_file", .check = TokensFile})
      .Check("admin", [&] { return SameAddress(admin, options.listen); });
  EXPECT_EQ(
      checked.Load({{"--listen", "nowhere", "--peers", "a:1,b", "--tokens_file", "/none"}, {}}, out,
                   err),
      2);
  EXPECT_EQ(FaultLines(), 3U) << err.str();
  err.str("");
  EXPECT_EQ(checked.Load({{"--listen", "h:1", "--admin", "h:1"}, {}}, out, err), 2);
  EXPECT_THAT(err.str(), HasSubstr("admin is the address of another server"));
  EXPECT_THAT(err.str(), Not(HasSubstr("h:1")));
}

TEST(ChecksTest, AddressesAreJudged) {
  for (const char* good : {"127.0.0.1:0", "[::1]:7101", "host.example:65535"}) {
    EXPECT_EQ(HostPort(good), "") << good;
  }
  for (const char* bad : {"", "host", "host:", "host:x", "host:65536", "host:-1", ":1", "::1:5",
                          "a b:1", "host:1x"}) {
    EXPECT_NE(HostPort(bad), "") << bad;
  }
  EXPECT_EQ(Target("dns:///queue:7103"), "");
  EXPECT_NE(Target("queue:0"), "");
  EXPECT_EQ(IpAddress("::1"), "");
  EXPECT_NE(IpAddress("256.1.1.1"), "");
  EXPECT_EQ(SipPort("*"), "");
  EXPECT_NE(SipPort("0"), "");
  EXPECT_EQ(OpenToOthers("127.0.0.1:1", ""), "");
  EXPECT_NE(OpenToOthers("0.0.0.0:1", ""), "");
  EXPECT_EQ(OpenToOthers("0.0.0.0:1", "tokens"), "");
}

}  // namespace
}  // namespace callfleet::config
