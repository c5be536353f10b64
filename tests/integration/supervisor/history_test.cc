// Reports and alerts as clients see them, over REST and gRPC, from a dialer's events.
#include <grpcpp/grpcpp.h>

#include "callfleet/supervisor/v1/supervisor_service.grpc.pb.h"
#include "tests/integration/supervisor/event_reader.h"
#include "tests/integration/supervisor/house.h"

namespace callfleet::supervisor::test {
namespace {

namespace pb = callfleet::supervisor::v1;

class HistoryTest : public House {
 protected:
  // Ten calls from a minute of the past on: five answered, two left alone.
  void TellTen(const std::string& name, std::int64_t created) {
    for (int i = 0; i < 10; ++i) {
      const int up = i < 7 ? 4 : -1;
      dialer->TellAttempt(name + std::to_string(i), created + i, up, i < 5 ? 5 : -1, 40);
    }
  }
  static std::int64_t Now() { return std::time(nullptr); }
  static std::string Text(std::int64_t time) {
    const std::time_t seconds = time;
    std::array<char, 40> text{};
    std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", std::gmtime(&seconds));
    return text.data();
  }
  std::unique_ptr<pb::SupervisorService::Stub> Stub() {
    return pb::SupervisorService::NewStub(grpc::CreateChannel(
        "127.0.0.1:" + std::to_string(app->grpc_port()), grpc::InsecureChannelCredentials()));
  }
  Json Rows(const std::string& query) {
    const auto answer = Get("/performance?" + query);
    EXPECT_EQ(answer.status, 200) << answer.body;
    return answer.data();
  }
};

TEST_F(HistoryTest, PerformanceOfAnySpanIsToldOverRestAndGrpcAlike) {
  StartSupervisor();
  const auto from = Now() - 500'000;
  TellTen("perf", from);
  const auto query = "start=" + Text(from) + "&end=" + Text(from + 60);
  ASSERT_TRUE(Eventually([&] { return Rows(query)[0]["total"] == 10; }));
  const auto row = Rows(query)[0];
  EXPECT_EQ(row["answered"], 5);
  EXPECT_EQ(row["abandoned"], 2);
  EXPECT_EQ(row["answeredByPerson"], 7);
  EXPECT_DOUBLE_EQ(row["answerRate"].get<double>(), 0.5);
  EXPECT_EQ(row["serviceLevels"].size(), 4U);
  EXPECT_EQ(Rows(query + "&groupBy=campaign")[0]["subject"], "campaign:c1");
  EXPECT_EQ(Rows("start=" + Text(from) + "&end=" + Text(from + 120) + "&bucket=60").size(), 2U);
  auto stub = Stub();
  grpc::ClientContext context;
  pb::GetPerformanceRequest request;
  request.mutable_start_time()->set_seconds(from);
  request.mutable_end_time()->set_seconds(from + 60);
  pb::GetPerformanceResponse response;
  ASSERT_TRUE(stub->GetPerformance(&context, request, &response).ok());
  ASSERT_EQ(response.rows_size(), 1);
  EXPECT_EQ(response.rows(0).total(), 10U);
  EXPECT_EQ(response.rows(0).answered(), 5U);
  EXPECT_EQ(response.rows(0).outbound_abandoned(), 2U);
}

TEST_F(HistoryTest, ATimeThatNoTimestampMayHoldIsRefusedAndHarmsNothing) {
  StartSupervisor();
  auto stub = Stub();
  for (const auto seconds : {INT64_MAX, INT64_MIN}) {
    grpc::ClientContext context;
    pb::GetPerformanceRequest request;
    request.mutable_start_time()->set_seconds(seconds);
    request.mutable_end_time()->set_seconds(seconds);
    request.mutable_end_time()->set_nanos(-1);
    pb::GetPerformanceResponse response;
    EXPECT_EQ(stub->GetPerformance(&context, request, &response).error_code(),
              grpc::StatusCode::INVALID_ARGUMENT);
  }
  EXPECT_EQ(Get("/performance?start=" + Text(Now() - 60) + "&end=" + Text(Now())).status, 200);
}

TEST_F(HistoryTest, AReportIsTheSameAfterARestart) {
  StartSupervisor();
  const auto from = Now() - 400'000;
  TellTen("restart", from);
  const auto query = "start=" + Text(from) + "&end=" + Text(from + 60) + "&groupBy=campaign";
  ASSERT_TRUE(Eventually([&] { return Rows(query).size() == 1 && Rows(query)[0]["total"] == 10; }));
  const auto before = Rows(query);
  app->Stop();
  StartSupervisor();
  EXPECT_EQ(Rows(query), before);
}

TEST_F(HistoryTest, AnEndedCallIsFoundAfterTheLiveViewForgotIt) {
  StartSupervisor();
  TellTen("old", Now() - 300'000);
  ASSERT_TRUE(Eventually([&] { return Get("/calls/call-old3").status == 200; }));
  const auto call = Get("/calls/call-old3").data();
  EXPECT_EQ(call["state"], "ended");
  EXPECT_EQ(call["talkSeconds"], 35.0);
  EXPECT_EQ(Get("/calls/call-none").reason(), "CALL_NOT_FOUND");
}

TEST_F(HistoryTest, GrpcFindsAnEndedCallInTheHistoryToo) {
  StartSupervisor();
  TellTen("past", Now() - 300'000);
  auto stub = Stub();
  pb::GetCallResponse response;
  const auto get = [&](const std::string& id) {
    grpc::ClientContext context;
    pb::GetCallRequest request;
    request.set_call_id(id);
    return stub->GetCall(&context, request, &response);
  };
  ASSERT_TRUE(Eventually([&] { return get("call-past3").ok(); }));
  EXPECT_EQ(response.call().state(), pb::CALL_STATE_ENDED);
  EXPECT_EQ(response.call().talk_seconds(), 35.0);
  EXPECT_EQ(response.call().campaign_id(), "c1");
  EXPECT_EQ(get("call-none").error_code(), grpc::StatusCode::NOT_FOUND);
}

TEST_F(HistoryTest, AWatchedReportIsToldAnewWhenEventsCameIn) {
  StartSupervisor();
  const auto from = Now() - 200'000;
  EventReader reader(app->rest_port(), "/performance/watch?groupBy=campaign&start=" + Text(from));
  ASSERT_TRUE(reader.Saw("event: snapshot"));
  TellTen("watched", from);
  ASSERT_TRUE(reader.Saw("event: delta"));
  EXPECT_TRUE(reader.Saw("\"subject\":\"campaign:c1\""));
  auto stub = Stub();
  grpc::ClientContext context;
  pb::WatchPerformanceRequest request;
  request.mutable_query()->mutable_start_time()->set_seconds(from);
  auto stream = stub->WatchPerformance(&context, request);
  pb::WatchPerformanceResponse response;
  ASSERT_TRUE(stream->Read(&response));
  EXPECT_TRUE(response.snapshot());
  EXPECT_EQ(response.rows_size(), 1);
  context.TryCancel();
}

TEST_F(HistoryTest, AWatchedReportThatMakesNoSenseIsRefused) {
  StartSupervisor();
  EXPECT_EQ(Get("/performance/watch").field(), "start");
  EXPECT_EQ(Get("/performance/watch?start=2099-01-01T00:00:00Z").status, 400);
  auto stub = Stub();
  grpc::ClientContext context;
  pb::WatchPerformanceRequest request;
  request.mutable_query()->mutable_start_time()->set_seconds(Now() - 100);
  request.mutable_query()->mutable_end_time()->set_seconds(Now());
  auto stream = stub->WatchPerformance(&context, request);
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(HistoryTest, RepairsAreListedNewestFirstAndWatched) {
  StartSupervisor();
  EventReader reader(app->rest_port(), "/repairs/watch");
  ASSERT_TRUE(reader.Saw("event: snapshot"));
  const auto from = Now() - 1'000;
  for (int i = 0; i < 3; ++i) {
    dialer->TellRepair("repair-" + std::to_string(i), from + i, "edge_restart");
  }
  ASSERT_TRUE(reader.Saw("\"id\":\"repair-2\""));
  const auto page = Get("/repairs?pageSize=2&start=" + Text(from));
  ASSERT_EQ(page.data().size(), 2U);
  EXPECT_EQ(page.data()[0]["id"], "repair-2");
  EXPECT_EQ(page.data()[0]["kind"], "interrupted");
  EXPECT_EQ(page.data()[0]["reason"], "edge_restart");
  EXPECT_EQ(page.data()[0]["source"], "dialer");
  EXPECT_EQ(page.data()[0]["unit"], "campaign:c1");
  EXPECT_EQ(page.data()[0]["leadId"], "lead-of-repair-2");
  const auto next = page.body["nextPageToken"].get<std::string>();
  const auto rest = Get("/repairs?pageSize=2&start=" + Text(from) + "&pageToken=" + next);
  ASSERT_EQ(rest.data().size(), 1U);
  EXPECT_EQ(rest.data()[0]["id"], "repair-0");
  EXPECT_EQ(Get("/repairs?kind=lease_lapsed&start=" + Text(from)).data().size(), 0U);
  EXPECT_EQ(Get("/repairs?source=nobody").field(), "source");
  EXPECT_EQ(Get("/repairs?pageToken=nonsense").status, 400);
  auto stub = Stub();
  grpc::ClientContext context;
  pb::WatchRepairsResponse response;
  auto stream = stub->WatchRepairs(&context, pb::WatchRepairsRequest());
  ASSERT_TRUE(stream->Read(&response));
  EXPECT_EQ(response.repairs_size(), 3);
  context.TryCancel();
}

TEST_F(HistoryTest, QueriesThatMakeNoSenseNameTheirField) {
  StartSupervisor();
  const auto field = [&](const char* query) {
    const auto answer = Get(std::string("/performance?") + query);
    EXPECT_EQ(answer.status, 400) << query;
    return answer.field();
  };
  EXPECT_EQ(field(""), "start");
  EXPECT_EQ(field("start=yesterday"), "start");
  EXPECT_EQ(field("start=2026-01-01T00:00:00Z&end=2026-01-01T00:00:00Z"), "end");
  EXPECT_EQ(field("start=2026-01-01T00:00:00Z&bucket=5"), "bucket");
  EXPECT_EQ(field("start=2026-01-01T00:00:00Z&groupBy=colour"), "groupBy");
  EXPECT_EQ(field("start=2026-01-01T00:00:00Z&subject=q1"), "subject");
  EXPECT_EQ(field("start=2026-01-01T00:00:00Z&groupBy=queue&subject=agent:a1"), "subject");
}

TEST_F(HistoryTest, AlertRulesAreDataAndTheDefaultsAreThere) {
  StartSupervisor();
  ASSERT_TRUE(Eventually([&] { return Get("/alert-rules").data().size() >= 10; }));
  const Json rule{{"name", "my rule"}, {"figure", "queue_depth"}, {"threshold", 3}};
  const auto created = Post("/alert-rules", rule);
  ASSERT_EQ(created.status, 201) << created.body;
  const auto path = "/alert-rules/" + created.data()["id"].get<std::string>();
  EXPECT_EQ(Post("/alert-rules", rule).reason(), "ALERT_RULE_NAME_TAKEN");
  Json changed = rule;
  changed["threshold"] = 5;
  EXPECT_EQ(Ask("PUT", path, changed.dump()).data()["threshold"], 5.0);
  app->Stop();
  StartSupervisor();
  ASSERT_TRUE(Eventually([&] { return Get("/alert-rules").data().size() >= 11; }));
  EXPECT_EQ(Ask("DELETE", path).status, 200);
  EXPECT_EQ(Ask("DELETE", path).reason(), "ALERT_RULE_NOT_FOUND");
  changed["figure"] = "nonsense";
  EXPECT_EQ(Post("/alert-rules", changed).field(), "figure");
}

}  // namespace
}  // namespace callfleet::supervisor::test
