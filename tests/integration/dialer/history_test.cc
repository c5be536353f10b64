// Events of calls from the transaction that wrote their rows to a reader over gRPC.
#include <gtest/gtest.h>

#include <future>

#include "callfleet/dialer/v1/dialer_service.grpc.pb.h"
#include "callfleet/dialer/v1/event.pb.h"
#include "common/pg/migrate.h"
#include "common/pg/unit_tokens.h"
#include "services/dialer/adapters/migrations.h"
#include "services/dialer/adapters/pg_campaign_store.h"
#include "services/dialer/app/app.h"
#include "services/dialer/rpc/proto_events.h"
#include "tests/support/private_postgres.h"

namespace callfleet::dialer {
namespace {
using namespace std::chrono_literals;

const CampaignId kCampaign("told");

// One answered call, from its row to its end, as a campaign's actor writes it.
void WriteACall(const std::string& conninfo) {
  const pg::SessionOptions session{.conninfo = conninfo, .schema = "dialer"};
  pg::Pool pool({.session = session});
  pg::Committer committer({.session = session}, nullptr);
  UuidSource ids;
  ProtoEvents codec;
  PgCampaignStore store(&pool, &committer, &ids, &codec);
  const Unit unit{UnitKind::kCampaign, kCampaign.str()};
  const auto taken = pool.RunAndWait<UnitToken>(
      5s, [unit](pg::Transaction& transaction) { return pg::TakeUnit(transaction, unit); });
  ASSERT_TRUE(taken);
  const WallTime start = SystemClock().Now().wall;
  Line line;
  line.id = AttemptId("told.1.1");
  line.lead.id = LeadId("told-lead");
  line.lead.number = "+14155550100";
  line.agent.emplace();
  line.agent->agent = AgentId("a1");
  line.agent->agent_name = "Ann";
  line.dialed = start;
  std::vector<Write> writes{WriteAttempt{line}};
  line.facts.customer.placed = start;
  writes.emplace_back(News{.kind = NewsKind::kCallStarted, .at = start, .line = line});
  line.facts.customer.answered = start + 3s;
  line.facts.bridged = start + 3s;
  line.facts.customer.end.placed = line.facts.customer.end.answered = true;
  writes.emplace_back(CloseAttempt{.line = line,
                                   .outcome = Outcome::kCompleted,
                                   .counted = true,
                                   .ended = start + 9s,
                                   .lead_state = LeadState::kCompleted,
                                   .lead_due = {},
                                   .lead_reason = {},
                                   .tries = {}});
  writes.emplace_back(News{.kind = NewsKind::kCallCompleted,
                           .at = start + 9s,
                           .line = line,
                           .outcome = Outcome::kCompleted});
  std::promise<Status> done;
  const auto writer = store.Open(*taken, TrunkId("t1"));
  ASSERT_TRUE(writer->Submit(writes, [&](Status status) { done.set_value(std::move(status)); }));
  const Status committed = done.get_future().get();
  ASSERT_TRUE(committed) << committed.error().message;
}

Config Alone() {
  Config config;
  config.listen = config.admin_listen = "127.0.0.1:0";
  config.sip_edges = {"127.0.0.1:1"};
  config.agent_registry = "127.0.0.1:1";
  config.database = test::PrivatePostgres::Shared().conninfo();
  return config;
}

std::unique_ptr<v1::DialerService::Stub> StubOf(const App& app) {
  return v1::DialerService::NewStub(grpc::CreateChannel("127.0.0.1:" + std::to_string(app.port()),
                                                        grpc::InsecureChannelCredentials()));
}

// Events of one kind as they come.
template <class Payload>
class Reader {
 public:
  explicit Reader(v1::DialerService::Stub* stub) {
    context_.set_deadline(std::chrono::system_clock::now() + 20s);
    stream_ = stub->WatchEvents(&context_, v1::WatchEventsRequest());
  }
  ~Reader() { context_.TryCancel(); }
  // The next whose stream begins so.
  Payload Next(const std::string& of_stream) {
    Payload payload;
    v1::WatchEventsResponse response;
    while (stream_->Read(&response)) {
      stream = response.event().stream();
      if (!stream.starts_with(of_stream) || response.event().type() != payload.GetTypeName()) {
        continue;
      }
      EXPECT_TRUE(payload.ParseFromString(response.event().payload().value()));
      return payload;
    }
    ADD_FAILURE() << "no such event";
    return payload;
  }
  std::string stream;

 private:
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReader<v1::WatchEventsResponse>> stream_;
};

TEST(DialerHistory, ACampaignTellsItsCreationAndEachChangeAtOnce) {
  auto app = App::Start(Alone(), logging::Logger("dialer"), [] { return true; });
  ASSERT_TRUE(app) << app.error().message;
  const auto stub = StubOf(**app);
  v1::CreateCampaignRequest create;
  create.set_request_id("told-at-once");
  create.mutable_campaign()->set_name("Told at once");
  create.mutable_campaign()->set_max_concurrent_calls(3);
  v1::CreateCampaignResponse created;
  grpc::ClientContext first;
  const auto status = stub->CreateCampaign(&first, create, &created);
  ASSERT_TRUE(status.ok()) << status.error_message();
  const std::string of = "campaign:" + created.campaign().campaign_id();
  Reader<v1::CampaignChanged> reader(stub.get());
  auto told = reader.Next(of);
  EXPECT_EQ(told.change(), "created");
  EXPECT_EQ(told.campaign().name(), "Told at once");
  v1::UpdateCampaignRequest update;
  *update.mutable_campaign() = created.campaign();
  update.mutable_campaign()->set_trunk_id("another");  // It is read anew for that.
  v1::UpdateCampaignResponse updated;
  grpc::ClientContext second;
  ASSERT_TRUE(stub->UpdateCampaign(&second, update, &updated).ok());
  told = reader.Next(of);
  EXPECT_EQ(told.change(), "updated");
  EXPECT_EQ(told.campaign().trunk_id(), "another");
}

TEST(DialerHistory, AnOwnerThatWasReplacedTellsIt) {
  const Config config = Alone();
  auto app = App::Start(config, logging::Logger("dialer"), [] { return true; });
  ASSERT_TRUE(app) << app.error().message;
  const auto stub = StubOf(**app);
  v1::CreateCampaignRequest create;
  create.set_request_id("replaced");
  create.mutable_campaign()->set_name("Replaced");
  create.mutable_campaign()->set_max_concurrent_calls(3);
  v1::CreateCampaignResponse created;
  grpc::ClientContext first;
  ASSERT_TRUE(stub->CreateCampaign(&first, create, &created).ok());
  const std::string id = created.campaign().campaign_id();
  v1::GetCampaignStatsRequest ask;
  ask.set_campaign_id(id);
  v1::GetCampaignStatsResponse stats;
  grpc::ClientContext taken;
  ASSERT_TRUE(stub->GetCampaignStats(&taken, ask, &stats).ok());  // Its owner has it by then.
  pg::Pool pool({.session = {.conninfo = config.database, .schema = "dialer"}});
  ASSERT_TRUE(pool.RunAndWait<UnitToken>(5s, [id](pg::Transaction& transaction) {
    return pg::TakeUnit(transaction, {UnitKind::kCampaign, id});
  }));
  v1::UpdateCampaignRequest update;
  *update.mutable_campaign() = created.campaign();
  update.mutable_campaign()->set_description("Too late");
  v1::UpdateCampaignResponse updated;
  grpc::ClientContext second;
  ASSERT_TRUE(stub->UpdateCampaign(&second, update, &updated).ok());
  Reader<v1::Repair> repairs(stub.get());
  const auto repair = repairs.Next("campaign:" + id + "@1");
  EXPECT_EQ(repair.kind(), v1::REPAIR_KIND_FENCED);
  EXPECT_EQ(repair.reason(), "newer_owner");
  EXPECT_EQ(repair.campaign_id(), id);
}

TEST(DialerHistory, AReaderGetsACallsEventsInOrderWithoutAGap) {
  const Config config = Alone();
  auto app = App::Start(config, logging::Logger("dialer"), [] { return true; });
  ASSERT_TRUE(app) << app.error().message;
  const auto stub = StubOf(**app);
  WriteACall(config.database);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + 20s);
  const auto reader = stub->WatchEvents(&context, v1::WatchEventsRequest());
  std::vector<v1::AttemptChanged> told;
  v1::WatchEventsResponse response;
  std::uint64_t seq = 0;
  while (told.size() < 3 && reader->Read(&response)) {
    const auto& event = response.event();
    if (event.stream() != "campaign:told") continue;
    EXPECT_EQ(event.seq(), ++seq);
    EXPECT_EQ(event.source(), "callfleet/dialer");
    EXPECT_EQ(event.spec_version(), "1.0");
    EXPECT_EQ(event.subject(), "call:told.1.1");
    EXPECT_EQ(event.type(), "callfleet.dialer.v1.AttemptChanged");
    EXPECT_TRUE(told.emplace_back().ParseFromString(event.payload().value()));
  }
  context.TryCancel();
  ASSERT_EQ(told.size(), 3u);
  EXPECT_EQ(told[0].change(), v1::ATTEMPT_CHANGE_STARTED);
  EXPECT_EQ(told[1].change(), v1::ATTEMPT_CHANGE_PLACED);
  EXPECT_EQ(told[2].change(), v1::ATTEMPT_CHANGE_ENDED);
  const auto& attempt = told[2].attempt();
  EXPECT_EQ(attempt.end_time().seconds() - attempt.bridge_time().seconds(), 6);
  EXPECT_EQ(attempt.agent_id(), "a1");
  EXPECT_EQ(told[2].lead_state(), v1::LEAD_STATE_FINAL);
}

}  // namespace
}  // namespace callfleet::dialer
