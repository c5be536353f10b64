// The whole service but for main: real PostgreSQL and gRPC; edge and registry are away.
#include <gtest/gtest.h>

#include <fstream>
#include <map>

#include "callfleet/dialer/v1/dialer_service.grpc.pb.h"
#include "common/grpc_server/errors.h"
#include "services/dialer/app/app.h"
#include "tests/support/private_postgres.h"

namespace callfleet::dialer {
namespace {

std::string EmptyDatabase() {
  const auto& conninfo = test::PrivatePostgres::Shared().conninfo();
  pg::Session session({.conninfo = conninfo, .schema = "public"});
  const auto dropped = session.Transact(
      [](pg::Transaction& transaction) -> Status {
        transaction.Script("DROP SCHEMA IF EXISTS dialer CASCADE");
        return {};
      },
      std::chrono::steady_clock::now() + std::chrono::seconds(10));
  EXPECT_TRUE(dropped);
  return conninfo;
}

long ResidentKilobytes() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    if (word == "VmRSS:") {
      long kilobytes = 0;
      status >> kilobytes;
      return kilobytes;
    }
  }
  return 0;
}

class DialerApp : public ::testing::Test {
 protected:
  DialerApp() { Start(); }

  void Start() {
    app.reset();
    auto started = App::Start(config, logging::Logger("dialer"), [] { return true; });
    ASSERT_TRUE(started) << (started ? "" : started.error().message);
    app = std::move(*started);
    stub = v1::DialerService::NewStub(grpc::CreateChannel(
        "127.0.0.1:" + std::to_string(app->port()), grpc::InsecureChannelCredentials()));
  }
  template <class Request, class Response>
  Result<Response> Call(grpc::Status (v1::DialerService::Stub::*rpc)(grpc::ClientContext*,
                                                                     const Request&, Response*),
                        const Request& request) {
    grpc::ClientContext context;
    Response response;
    const auto status = (stub.get()->*rpc)(&context, request, &response);
    if (!status.ok()) return Fail(grpc_server::FromGrpcStatus(status).error());
    return response;
  }
  Result<v1::CreateCampaignResponse> Create(const std::string& name, const std::string& request) {
    v1::CreateCampaignRequest create;
    create.set_request_id(request);
    create.mutable_campaign()->set_name(name);
    create.mutable_campaign()->set_max_concurrent_calls(10);
    create.mutable_campaign()->set_trunk_id("t1");
    return Call(&v1::DialerService::Stub::CreateCampaign, create);
  }
  std::string NewCampaign(const std::string& name = "one") {
    const auto made = Create(name, "request-" + name);
    EXPECT_TRUE(made) << (made ? "" : made.error().message);
    return made ? made->campaign().campaign_id() : "";
  }
  Result<v1::UploadLeadsResponse> Upload(const std::string& campaign, const std::string& csv,
                                         std::size_t chunk = 256 * 1024) {
    grpc::ClientContext context;
    v1::UploadLeadsResponse response;
    auto writer = stub->UploadLeads(&context, &response);
    v1::UploadLeadsRequest request;
    request.mutable_begin()->set_campaign_id(campaign);
    bool open = writer->Write(request);
    for (std::size_t at = 0; at < csv.size() && open; at += chunk) {
      request.set_chunk(csv.substr(at, chunk));
      open = writer->Write(request);
    }
    writer->WritesDone();
    const auto status = writer->Finish();
    if (!status.ok()) return Fail(grpc_server::FromGrpcStatus(status).error());
    return response;
  }
  v1::CampaignStats Stats(const std::string& campaign) {
    v1::GetCampaignStatsRequest request;
    request.set_campaign_id(campaign);
    for (int n = 0; n < 100; ++n) {
      const auto stats = Call(&v1::DialerService::Stub::GetCampaignStats, request);
      if (stats) return stats->stats();
      std::this_thread::sleep_for(std::chrono::milliseconds(20));  // It is being read.
    }
    return {};
  }

  Config config{.listen = "127.0.0.1:0",
                .admin_listen = "127.0.0.1:0",
                .database = EmptyDatabase(),
                .sip_edges = {"127.0.0.1:1"},
                .agent_registry = "127.0.0.1:1"};
  std::unique_ptr<App> app;
  std::unique_ptr<v1::DialerService::Stub> stub;
};

TEST_F(DialerApp, GoodRowsAreKeptAndBadOnesReportedByLine) {
  const auto id = NewCampaign();
  const auto done = Upload(id,
                           "name,phoneNumber,city\n"
                           "Ann,+14155550100,Oslo\n"
                           "Bob,nonsense,\n"
                           "Cyd,(415) 555-0101,\n"
                           "Dan,+14155550100,again\n");
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(done->accepted(), 2u);
  EXPECT_EQ(done->duplicates(), 1u);
  ASSERT_EQ(done->rejected_size(), 1);
  EXPECT_EQ(done->rejected(0).line(), 3u);
  EXPECT_EQ(done->rejected(0).reason(), "number: is not a phone number");
  EXPECT_EQ(Stats(id).leads_queued(), 2u);
}

TEST_F(DialerApp, AFileWithoutNumbersIsRefusedWhole) {
  const auto id = NewCampaign();
  EXPECT_EQ(Upload(id, "colour,shape\nred,round\n").error().reason, "CSV_HEADER");
  EXPECT_EQ(Upload(id, "").error().reason, "CSV_HEADER");
  EXPECT_EQ(Upload(id, "number\n\"" + std::string(1 << 20, 'x')).error().reason, "CSV_TOO_LARGE");
  EXPECT_EQ(Upload("unknown", "number\n").error().reason, "CAMPAIGN_NOT_FOUND");
  EXPECT_EQ(Stats(id).leads_total(), 0u);
}

TEST_F(DialerApp, AFileThatBreaksOffSaysWhatItHasLeftBehind) {
  const auto id = NewCampaign();
  const auto done = Upload(id,
                           "name,number\nAnn,+14155550100\nBob,nonsense\nCyd,+14155550100\n"
                           "Dan,+14155550101\n\"Eve,+14155550102\nFay,+14155550103\n");
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().reason, "CSV_UNCLOSED_QUOTE");
  auto told = done.error().metadata;
  EXPECT_EQ(told["line"], "6");
  EXPECT_EQ(told["accepted"], "2");
  EXPECT_EQ(told["duplicates"], "1");
  EXPECT_EQ(told["rejected"], "1");
  EXPECT_EQ(told["rejected_rows"], "3: number: is not a phone number");
  EXPECT_EQ(Stats(id).leads_queued(), 2u);
}

TEST_F(DialerApp, SuppressionsAreUploadedAsAFile) {
  const auto upload = [this](const std::string& csv) {
    grpc::ClientContext context;
    v1::UploadSuppressionsResponse response;
    auto writer = stub->UploadSuppressions(&context, &response);
    v1::UploadSuppressionsRequest request;
    request.mutable_begin()->set_default_region("US");
    writer->Write(request);
    request.set_chunk(csv);
    writer->Write(request);
    writer->WritesDone();
    EXPECT_TRUE(writer->Finish().ok());
    return response;
  };
  const std::string csv =
      "number,reason\n(415) 555-0100,asked\nnonsense,\n+14155550101,\n+14155550100,twice\n";
  const auto first = upload(csv);
  EXPECT_EQ(first.accepted(), 2u);
  EXPECT_EQ(first.duplicates(), 1u);
  ASSERT_EQ(first.rejected_size(), 1);
  EXPECT_EQ(first.rejected(0).line(), 3u);
  EXPECT_EQ(upload(csv).duplicates(), 3u);
  v1::ListSuppressionsRequest list;
  const auto listed = Call(&v1::DialerService::Stub::ListSuppressions, list);
  ASSERT_EQ(listed->suppressions_size(), 2);
  EXPECT_EQ(listed->suppressions(0).reason(), "asked");
}

TEST_F(DialerApp, LeadsAreListedInDiallingOrderPageByPage) {
  const auto id = NewCampaign();
  ASSERT_TRUE(Upload(id, "number,priority\n+14155550100,0\n+14155550101,5\n+14155550102,0\n"));
  v1::ListLeadsRequest request;
  request.set_campaign_id(id);
  request.set_page_size(2);
  const auto first = Call(&v1::DialerService::Stub::ListLeads, request);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->leads(0).number(), "+14155550101");
  EXPECT_EQ(first->leads(1).number(), "+14155550100");
  request.set_page_token(first->next_page_token());
  const auto second = Call(&v1::DialerService::Stub::ListLeads, request);
  ASSERT_EQ(second->leads_size(), 1);
  EXPECT_EQ(second->leads(0).number(), "+14155550102");
}

TEST_F(DialerApp, AHundredThousandRowsTakeBoundedMemory) {
  const auto id = NewCampaign();
  std::string csv = "name,number,note\n";
  for (int n = 0; n < 100'000; ++n) {
    csv += "Lead " + std::to_string(n) + ",+1415" + std::to_string(2'000'000 + n) + ",\"x, y\"\n";
  }
  ASSERT_TRUE(Upload(id, "number\n+14155550100\n"));  // Libraries are loaded.
  const long before = ResidentKilobytes();
  const auto done = Upload(id, csv);
  const long after = ResidentKilobytes();
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(done->accepted(), 100'000u);
  EXPECT_LT(after - before, 32 * 1024) << "KiB";
}

TEST_F(DialerApp, CampaignsAndLeadsSurviveARestart) {
  const auto id = NewCampaign();
  ASSERT_TRUE(Upload(id, "number\n+14155550100\n"));
  Start();
  EXPECT_EQ(Stats(id).leads_queued(), 1u);
}

TEST_F(DialerApp, ARepeatedRequestAnswersAsTheFirstTime) {
  const auto first = Create("one", "r1");
  const auto again = Create("one", "r1");
  ASSERT_TRUE(first && again);
  EXPECT_EQ(first->campaign().campaign_id(), again->campaign().campaign_id());
  EXPECT_EQ(Create("one", "r2").error().reason, "CAMPAIGN_NAME_TAKEN");
}

TEST_F(DialerApp, EveryFaultyFieldIsNamed) {
  v1::CreateCampaignRequest request;
  request.set_request_id("r1");
  request.mutable_campaign()->set_caller_id_number("abc");
  request.mutable_campaign()->set_time_zone("Mars/Base");
  const auto refused = Call(&v1::DialerService::Stub::CreateCampaign, request);
  ASSERT_FALSE(refused);
  std::vector<std::string> fields;
  for (const auto& fault : refused.error().fields) fields.push_back(fault.field);
  EXPECT_EQ(fields, (std::vector<std::string>{"campaign.name", "campaign.max_concurrent_calls",
                                              "campaign.time_zone", "campaign.caller_id_number"}));
}

TEST_F(DialerApp, VerbsThatTheStateDoesNotAllowAreTypedErrors) {
  const auto id = NewCampaign();
  Stats(id);
  v1::PauseCampaignRequest pause;
  pause.set_campaign_id(id);
  EXPECT_EQ(Call(&v1::DialerService::Stub::PauseCampaign, pause).error().reason, "WRONG_STATE");
  pause.set_campaign_id("unknown");
  EXPECT_EQ(Call(&v1::DialerService::Stub::PauseCampaign, pause).error().reason,
            "CAMPAIGN_NOT_FOUND");
}

TEST_F(DialerApp, ADeletedCampaignIsGone) {
  const auto id = NewCampaign();
  Stats(id);
  ASSERT_TRUE(Upload(id, "number\n+14155550100\n"));
  v1::DeleteCampaignRequest remove;
  remove.set_campaign_id(id);
  ASSERT_TRUE(Call(&v1::DialerService::Stub::DeleteCampaign, remove));
  v1::GetCampaignRequest get;
  get.set_campaign_id(id);
  EXPECT_EQ(Call(&v1::DialerService::Stub::GetCampaign, get).error().reason, "CAMPAIGN_NOT_FOUND");
}

TEST_F(DialerApp, EventsAreReadFromTheOutboxAndAfterAToken) {
  const auto read = [this](const std::string& after, std::size_t count) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(5));
    v1::WatchEventsRequest request;
    request.set_after(after);
    auto reader = stub->WatchEvents(&context, request);
    std::vector<v1::WatchEventsResponse> got(count);
    for (auto& response : got) EXPECT_TRUE(reader->Read(&response));
    context.TryCancel();
    return got;
  };
  // Each campaign's creation and its end; streams are in no order to each other.
  std::vector<std::string> ids{NewCampaign("one"), NewCampaign("two")};
  v1::DeleteCampaignRequest remove;
  for (const auto& id : ids) {
    remove.set_campaign_id(id);
    ASSERT_TRUE(Call(&v1::DialerService::Stub::DeleteCampaign, remove));
  }
  const auto all = read("", 4);
  std::map<std::string, std::uint64_t> last;
  for (const auto& one : all) {
    EXPECT_EQ(one.event().type(), "callfleet.dialer.v1.CampaignChanged");
    EXPECT_EQ(one.event().seq(), ++last[one.event().stream()]);
  }
  EXPECT_EQ(last, (std::map<std::string, std::uint64_t>{{"campaign:" + ids[0], 2},
                                                        {"campaign:" + ids[1], 2}}));
  const auto rest = read(all[1].token(), 2);
  EXPECT_EQ(rest[0].token(), all[2].token());
  EXPECT_EQ(rest[1].token(), all[3].token());
  v1::AcknowledgeEventsRequest kept;
  kept.set_consumer("supervisor");
  kept.set_token(all.front().token());
  EXPECT_TRUE(Call(&v1::DialerService::Stub::AcknowledgeEvents, kept));
  kept.set_token("nonsense");
  EXPECT_EQ(Call(&v1::DialerService::Stub::AcknowledgeEvents, kept).error().code,
            ErrorCode::kInvalidArgument);
}

TEST_F(DialerApp, SuppressionsAreAddedListedAndRemoved) {
  v1::AddSuppressionsRequest add;
  add.add_suppressions()->set_number("+14155550100");
  add.mutable_suppressions(0)->set_reason("asked");
  EXPECT_EQ(Call(&v1::DialerService::Stub::AddSuppressions, add)->added(), 1u);
  EXPECT_EQ(Call(&v1::DialerService::Stub::AddSuppressions, add)->added(), 0u);
  v1::ListSuppressionsRequest list;
  EXPECT_EQ(Call(&v1::DialerService::Stub::ListSuppressions, list)->suppressions(0).reason(),
            "asked");
  v1::RemoveSuppressionsRequest remove;
  remove.add_numbers("+14155550100");
  EXPECT_EQ(Call(&v1::DialerService::Stub::RemoveSuppressions, remove)->removed(), 1u);
}

}  // namespace
}  // namespace callfleet::dialer
