// SIPp that loses 5 % of all messages, at either end: each call has one outcome, no leg stays.
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <set>

#include "tests/integration/sip/edge_fixture.h"

extern char** environ;

namespace callfleet::test {

using namespace std::chrono_literals;  // NOLINT

namespace {

// SIPp as a child; its files go to a folder of its own.
class Sipp {
 public:
  explicit Sipp(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "sipp");
    for (const char* common : {"-i", "127.0.0.1", "-nostdin", "-lost", "5", "-default_behaviors",
                               "none", "-timeout", "60s"}) {
      arguments.emplace_back(common);
    }
    std::vector<char*> argv;
    for (auto& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 1, "/dev/null", 1, 0);
    posix_spawn_file_actions_addopen(&files, 2, "/dev/null", 1, 0);
    if (posix_spawnp(&pid_, "sipp", &files, nullptr, argv.data(), environ) != 0) pid_ = 0;
    posix_spawn_file_actions_destroy(&files);
  }
  ~Sipp() {
    if (pid_ == 0) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  bool started() const { return pid_ != 0; }

 private:
  pid_t pid_ = 0;
};

}  // namespace

class SippLost : public EdgeTest {
 protected:
  static constexpr int kCalls = 60;

  void Configure(sip_edge::Config& config) override {
    config.max_calls = 200;
    config.rtp_port_max = config.rtp_port_min + 399;
    config.unclaimed_limit = 5s;
  }
  v1::GetEdgeResponse Edge() {
    grpc::ClientContext context;
    v1::GetEdgeResponse edge;
    stub_->GetEdge(&context, {}, &edge);
    return edge;
  }
  // Every call has ended once, its leg too, and the edge holds none.
  void ExpectAllEndedOnce(const std::vector<std::string>& calls) {
    int answered = 0;
    for (const auto& call : calls) {
      auto record = WaitEnded(call);
      // Who never got its ACK is given up after 32 s (RFC 3261 13.3.1.4).
      for (int i = 0; i < 3 && !record; ++i) record = WaitEnded(call);
      ASSERT_TRUE(record) << call;
      ASSERT_EQ(record->legs_size(), 1);
      const v1::Leg& leg = record->legs(0);
      EXPECT_EQ(leg.state(), v1::LEG_STATE_ENDED);
      EXPECT_NE(leg.end().by(), v1::ENDED_BY_UNSPECIFIED);
      answered += leg.has_answer_time() ? 1 : 0;
    }
    // 5 % lost one way and back: repetitions carry all but a few through.
    EXPECT_GE(answered, kCalls * 9 / 10);
    EXPECT_EQ(Edge().active_calls(), 0u);
  }
};

TEST_F(SippLost, AsTheCarrierThatWeCall) {
  RawPhone reserve(sip_port());  // Its port + 1 is likely free; SIPp says so if it is not.
  const int port = reserve.port() > 60'000 ? reserve.port() - 1 : reserve.port() + 1;
  Sipp carrier({"-sn", "uas", "-p", std::to_string(port)});
  ASSERT_TRUE(carrier.started());
  std::this_thread::sleep_for(300ms);  // It says nothing when it listens.
  std::vector<std::string> calls;
  for (int i = 0; i < kCalls; ++i) {
    calls.push_back("call-" + std::to_string(i));
    auto request = ToPhone(calls.back(), calls.back() + "-leg", reserve);
    request.set_sip_uri("sip:service@127.0.0.1:" + std::to_string(port));
    ASSERT_TRUE(Originate(request).ok());
    std::this_thread::sleep_for(10ms);
  }
  for (const auto& call : calls) {
    ASSERT_TRUE(Wait(call, [](const v1::CallRecord& r) {
      return r.legs(0).has_answer_time() || r.state() == v1::CALL_STATE_ENDED;
    })) << call;
    HangUp(call);
  }
  ExpectAllEndedOnce(calls);
}

TEST_F(SippLost, AsTheCallerThatWeAnswer) {
  RawPhone trunk(sip_port());
  TrustLoopback(trunk);
  Sipp caller({"127.0.0.1:" + std::to_string(sip_port()), "-sn", "uac", "-s", "+14155550100", "-m",
               std::to_string(kCalls), "-r", "30", "-d", "300"});
  ASSERT_TRUE(caller.started());
  std::set<std::string> taken;
  const auto deadline = std::chrono::steady_clock::now() + 40s;
  while (taken.size() < kCalls && std::chrono::steady_clock::now() < deadline) {
    for (const auto& record : Records()) {
      if (!taken.insert(record.call_id()).second) continue;
      if (Claim(record.call_id()).ok()) AnswerArrived(record.call_id());
    }
    std::this_thread::sleep_for(5ms);
  }
  ASSERT_EQ(taken.size(), static_cast<std::size_t>(kCalls));
  ExpectAllEndedOnce({taken.begin(), taken.end()});
}

}  // namespace callfleet::test
