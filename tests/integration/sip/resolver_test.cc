// The c-ares adapter against a name server of our own.
#include "services/sip_edge/adapters/cares_resolver.h"

#include <gtest/gtest.h>

#include <future>

#include "tests/integration/sip/local_dns.h"

namespace callfleet::test {

using namespace std::chrono_literals;  // NOLINT
using sip_edge::CaresResolver;
using sip_edge::ResolvedHop;
using sip_edge::Transport;

class ResolverTest : public ::testing::Test {
 protected:
  using Hops = Result<std::vector<ResolvedHop>>;
  Hops Resolve(const std::string& host, std::uint16_t port = 0,
               Transport transport = Transport::kUdp) {
    auto answer = std::make_shared<std::promise<Hops>>();
    auto waiting = answer->get_future();
    resolver.Resolve(host, port, transport, [answer](Hops hops) { answer->set_value(hops); });
    if (waiting.wait_for(15s) != std::future_status::ready) {
      return Fail(Error{.code = ErrorCode::kInternal, .reason = "NO_ANSWER", .message = "never"});
    }
    return waiting.get();
  }
  static std::string Text(const Hops& hops) {
    if (!hops) return hops.error().reason;
    std::string out;
    for (const auto& hop : *hops) {
      out += (out.empty() ? "" : " ") + hop.address + ":" + std::to_string(hop.port);
    }
    return out;
  }

  LocalDns dns;
  CaresResolver resolver{dns.address()};
};

TEST_F(ResolverTest, SrvTargetsComeByPriorityThenWeight) {
  dns.AddSrv("_sip._udp.carrier.test", {.priority = 20, .port = 5080, .target = "c.carrier.test"});
  dns.AddSrv("_sip._udp.carrier.test",
             {.priority = 10, .weight = 1, .port = 5060, .target = "b.carrier.test"});
  dns.AddSrv("_sip._udp.carrier.test",
             {.priority = 10, .weight = 9, .port = 5070, .target = "a.carrier.test"});
  dns.AddA("a.carrier.test", "127.0.0.11");
  dns.AddA("b.carrier.test", "127.0.0.12");
  dns.AddA("c.carrier.test", "127.0.0.13");
  EXPECT_EQ(Text(Resolve("carrier.test")), "127.0.0.11:5070 127.0.0.12:5060 127.0.0.13:5080");
}

TEST_F(ResolverTest, TheTransportOfTheRouteChoosesTheSrvName) {
  dns.AddSrv("_sip._tcp.carrier.test", {.port = 5062, .target = "a.carrier.test"});
  dns.AddA("a.carrier.test", "127.0.0.11");
  const auto hops = Resolve("carrier.test", 0, Transport::kTcp);
  EXPECT_EQ(Text(hops), "127.0.0.11:5062");
  EXPECT_EQ(hops->front().transport, Transport::kTcp);
}

TEST_F(ResolverTest, WithoutSrvTheAddressAndPort5060AreUsed) {
  dns.AddA("plain.test", "127.0.0.21");
  EXPECT_EQ(Text(Resolve("plain.test")), "127.0.0.21:5060");
}

TEST_F(ResolverTest, AGivenPortAsksForNoSrv) {
  dns.AddSrv("_sip._udp.both.test", {.port = 5090, .target = "other.test"});
  dns.AddA("both.test", "127.0.0.22");
  EXPECT_EQ(Text(Resolve("both.test", 5066)), "127.0.0.22:5066");
}

TEST_F(ResolverTest, AllAddressesOfANameAreTargets) {
  dns.AddA("many.test", "127.0.0.31");
  dns.AddA("many.test", "127.0.0.32");
  const auto hops = Resolve("many.test", 5060);
  ASSERT_TRUE(hops);
  EXPECT_EQ(hops->size(), 2u);
}

TEST_F(ResolverTest, ASrvTargetWithoutAddressIsPassedOver) {
  dns.AddSrv("_sip._udp.half.test", {.priority = 1, .port = 5060, .target = "gone.half.test"});
  dns.AddSrv("_sip._udp.half.test", {.priority = 2, .port = 5061, .target = "there.half.test"});
  dns.AddA("there.half.test", "127.0.0.41");
  EXPECT_EQ(Text(Resolve("half.test")), "127.0.0.41:5061");
}

TEST_F(ResolverTest, AnUnknownNameIsToldAtOnce) {
  EXPECT_EQ(Text(Resolve("nowhere.test")), "NAME_NOT_FOUND");
}

TEST_F(ResolverTest, AnAnswerIsAskedForOnceWithinItsTtl) {
  dns.AddA("kept.test", "127.0.0.51", 60);
  EXPECT_EQ(Text(Resolve("kept.test", 5060)), "127.0.0.51:5060");
  const int asked = dns.questions();
  EXPECT_EQ(Text(Resolve("kept.test", 5060)), "127.0.0.51:5060");
  EXPECT_EQ(dns.questions(), asked);
}

TEST_F(ResolverTest, AnAnswerOlderThanItsTtlIsAskedForAgain) {
  dns.AddA("short.test", "127.0.0.52", 1);
  EXPECT_EQ(Text(Resolve("short.test", 5060)), "127.0.0.52:5060");
  const int asked = dns.questions();
  std::this_thread::sleep_for(1100ms);
  EXPECT_EQ(Text(Resolve("short.test", 5060)), "127.0.0.52:5060");
  EXPECT_GT(dns.questions(), asked);
}

TEST_F(ResolverTest, ASilentServerIsGivenUpAndStopsNobody) {
  dns.SetSilent(true);
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(Text(Resolve("silent.test", 5060)), "NAME_NOT_FOUND");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 10s);
}

TEST_F(ResolverTest, EndsWithAQuestionOpen) {
  dns.SetSilent(true);
  resolver.Resolve("open.test", 5060, Transport::kUdp, [](auto) {});  // Its address is open,
  resolver.Resolve("open.test", 0, Transport::kUdp, [](auto) {});     // its SRV record here.
  while (dns.questions() < 2) std::this_thread::sleep_for(5ms);
}

}  // namespace callfleet::test
