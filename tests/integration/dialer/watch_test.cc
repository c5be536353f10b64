// Those who watch campaigns, over real gRPC: call events in order, and a client that does not read.
#include <gtest/gtest.h>

#include "common/actor_runtime/real_timers.h"
#include "common/grpc_server/server.h"
#include "services/dialer/rpc/dialer_service.h"
#include "services/dialer/rpc/watch_hub.h"

namespace callfleet::dialer {
namespace {
using namespace std::chrono_literals;

class Watching : public ::testing::Test {
 protected:
  Watching() {
    rpc_.UseStreams(&server_.streams());
    EXPECT_TRUE(server_.Start({grpc_server::Named<v1::DialerService>(&rpc_)}));
    stub_ = v1::DialerService::NewStub(grpc::CreateChannel(
        "127.0.0.1:" + std::to_string(server_.port()), grpc::InsecureChannelCredentials()));
  }
  ~Watching() override { server_.Shutdown(); }

  struct Watch {
    grpc::ClientContext context;
    std::unique_ptr<grpc::ClientReader<v1::WatchCampaignResponse>> reader;
    v1::WatchCampaignResponse Next() {
      v1::WatchCampaignResponse message;
      do {
        if (!reader->Read(&message)) return {};
      } while (message.has_alive());
      return message;
    }
  };
  std::unique_ptr<Watch> Open(const std::string& campaign) {
    auto watch = std::make_unique<Watch>();
    watch->context.set_deadline(std::chrono::system_clock::now() + 60s);
    v1::WatchCampaignRequest request;
    request.set_campaign_id(campaign);
    watch->reader = stub_->WatchCampaign(&watch->context, request);
    EXPECT_TRUE(watch->Next().has_stats());  // It is heard from now on.
    return watch;
  }
  void Figures(const std::string& campaign) {
    CampaignView view;
    view.id = CampaignId(campaign);
    hub_.OnView(view);
  }
  void Happens(NewsKind kind, const std::string& campaign, const std::string& attempt,
               Outcome outcome = Outcome::kNone, const std::string& name = "") {
    Line line;
    line.id = AttemptId(attempt);
    line.lead.number = "+14155550100";
    line.facts.customer.placed = WallTime(1s);
    line.facts.customer.end.placed = true;
    line.agent = AgentOffer{.reservation = {}, .agent = AgentId("a1"), .agent_name = name};
    hub_.OnNews(CampaignId(campaign), TrunkId("t1"),
                News{.kind = kind, .line = line, .outcome = outcome});
  }

  RealTimers timers_;
  auth::Tokens tokens_ = auth::Tokens::Open();
  WatchHub hub_{&timers_};
  DialerRpc rpc_{{.desk = nullptr,
                  .book = nullptr,
                  .uploads = nullptr,
                  .dictionary = nullptr,
                  .agents = nullptr,
                  .calls = nullptr,
                  .events = nullptr,
                  .watchers = &hub_,
                  .tokens = &tokens_}};
  grpc_server::Server server_{{.listen = "127.0.0.1:0"}, tokens_};
  std::unique_ptr<v1::DialerService::Stub> stub_;
};

TEST_F(Watching, ACallIsToldInOrderWithItsAttempt) {
  Figures("c1");
  auto watch = Open("c1");
  Happens(NewsKind::kCallStarted, "c1", "c1.1.1");
  Happens(NewsKind::kCallAnswered, "c1", "c1.1.1");
  Happens(NewsKind::kCallCompleted, "c1", "c1.1.1", Outcome::kCompleted);
  std::uint64_t seq = 0;
  for (const auto kind :
       {v1::CALL_EVENT_KIND_STARTED, v1::CALL_EVENT_KIND_ANSWERED, v1::CALL_EVENT_KIND_COMPLETED}) {
    const auto message = watch->Next();
    EXPECT_EQ(message.call_event().kind(), kind);
    EXPECT_EQ(message.call_event().attempt().dispatch_id(), "c1.1.1");
    EXPECT_GT(message.seq(), seq);
    seq = message.seq();
    if (kind != v1::CALL_EVENT_KIND_COMPLETED) continue;
    EXPECT_EQ(message.call_event().attempt().outcome(), v1::OUTCOME_COMPLETED);
    EXPECT_TRUE(message.call_event().attempt().counted());
  }
}

TEST_F(Watching, OneCampaignIsWatchedWithoutTheOthers) {
  Figures("c1");
  Figures("c2");
  auto watch = Open("c1");
  Happens(NewsKind::kCallStarted, "c2", "c2.1.1");
  Happens(NewsKind::kCallFailed, "c1", "c1.1.1", Outcome::kBusy);
  const auto message = watch->Next();
  EXPECT_EQ(message.call_event().kind(), v1::CALL_EVENT_KIND_FAILED);
  EXPECT_EQ(message.call_event().attempt().campaign_id(), "c1");
}

// The oldest events go, the newest come, and nobody else waits for it.
TEST_F(Watching, AClientThatReadsSlowlyHoldsUpNobody) {
  constexpr int kEvents = 8'000;
  Figures("c1");
  auto slow = Open("c1");
  auto quick = Open("c1");
  const std::string name(4096, 'x');  // Beyond what sockets hold.
  int heard = 0;
  std::thread reader([&] {
    while (true) {
      const auto message = quick->Next();
      if (!message.has_call_event()) return;
      ++heard;
      if (message.call_event().kind() == v1::CALL_EVENT_KIND_COMPLETED) return;
    }
  });
  for (int n = 0; n < kEvents; ++n) {
    Happens(NewsKind::kCallStarted, "c1", "c1.1." + std::to_string(n), Outcome::kNone, name);
  }
  Happens(NewsKind::kCallCompleted, "c1", "last", Outcome::kCompleted);
  reader.join();
  EXPECT_GT(heard, 0);
  int late = 0;
  v1::WatchCampaignResponse message;
  do {
    message = slow->Next();
    ++late;
  } while (message.has_call_event() &&
           message.call_event().kind() != v1::CALL_EVENT_KIND_COMPLETED);
  EXPECT_EQ(message.call_event().attempt().attempt_id(), "last");
  EXPECT_LT(late, kEvents);
}

}  // namespace
}  // namespace callfleet::dialer
