// An alert on a figure over time, from a dialer's events to each place that tells of it.
#include <array>

#include "callfleet/supervisor/v1/supervisor_service.grpc.pb.h"
#include "common/grpc_server/channel.h"
#include "tests/integration/supervisor/event_reader.h"
#include "tests/integration/supervisor/house.h"

namespace callfleet::supervisor::test {
namespace {

namespace pb = callfleet::supervisor::v1;

class AlertsTest : public House {
 protected:
  void SetUp() override {
    House::SetUp();
    dialer->campaign = ::testing::UnitTest::GetInstance()->current_test_info()->name();
    StartSupervisor();
  }
  std::string Subject() const { return "campaign:" + dialer->campaign; }
  // Ten calls of now in a campaign of the test's own: a person picked up seven, an agent came to
  // five of them in 1 s.
  void TellTen(const std::string& name) {
    const auto created = std::time(nullptr) - 100;
    for (int i = 0; i < 10; ++i) {
      dialer->TellAttempt(name + std::to_string(i), created + i, i < 7 ? 4 : -1, i < 5 ? 5 : -1,
                          40);
    }
  }
  // Its id.
  std::string AddRule(const std::string& name, const char* figure, double threshold, bool below) {
    const auto created = Post("/alert-rules", {{"name", name},
                                               {"figure", figure},
                                               {"threshold", threshold},
                                               {"below", below},
                                               {"minSamples", 5},
                                               {"subject", Subject()},
                                               {"windowSeconds", 3'600}});
    EXPECT_EQ(created.status, 201) << created.body;
    return created.data()["id"].get<std::string>();
  }
  void RemoveRule(const std::string& id) {
    EXPECT_EQ(Ask("DELETE", "/alert-rules/" + id).status, 200);
  }
  // The newest of the rule; null: none.
  Json AlertOf(const std::string& rule, const std::string& query = "") {
    for (const auto& alert : Get("/alerts" + query).data()) {
      if (alert["ruleId"] == rule) return alert;
    }
    return nullptr;
  }
  bool Metric(const std::string& line) {
    httplib::Client client("127.0.0.1", app->admin_port());
    const auto answer = client.Get("/metrics");
    return answer && answer->body.find(line + "\n") != std::string::npos;
  }
};

TEST_F(AlertsTest, EachFigureOverTimeRaisesItsAlertAndTheEndOfTheRuleEndsIt) {
  struct Case {
    const char* figure;
    double threshold;
    bool below;
    double value;
  };
  constexpr std::array<Case, 4> kCases{{{"service_level", 0.99, true, 5.0 / 7},
                                        {"answer_rate", 0.9, true, 5.0 / 7},
                                        {"abandonment_rate", 0.2, false, 2.0 / 7},
                                        {"outbound_abandonment_rate", 0.2, false, 2.0 / 7}}};
  std::array<std::string, kCases.size()> rules;
  for (std::size_t i = 0; i < kCases.size(); ++i) {
    const Case& one = kCases.at(i);
    rules.at(i) = AddRule(std::string("my ") + one.figure, one.figure, one.threshold, one.below);
  }
  TellTen("figures");
  for (std::size_t i = 0; i < kCases.size(); ++i) {
    ASSERT_TRUE(Eventually([&] { return !AlertOf(rules.at(i)).is_null(); })) << kCases.at(i).figure;
    EXPECT_EQ(AlertOf(rules.at(i))["subject"], Subject());
    EXPECT_TRUE(Eventually([&] {
      return std::abs(AlertOf(rules.at(i))["value"].get<double>() - kCases.at(i).value) < 1e-9;
    })) << AlertOf(rules.at(i));
  }
  for (const auto& rule : rules) {
    RemoveRule(rule);
    EXPECT_TRUE(Eventually([&] { return AlertOf(rule).is_null(); }));
    EXPECT_FALSE(AlertOf(rule, "?includeEnded=true")["endedAt"].is_null());
  }
}

TEST_F(AlertsTest, AReaderOfEventsSeesItRaisedAndEnded) {
  EventReader early(app->rest_port(), "/alerts/watch");
  ASSERT_TRUE(early.Saw("event: snapshot"));
  const auto rule = AddRule("told as events", "abandonment_rate", 0.2, false);
  TellTen("events");
  EXPECT_TRUE(early.Saw("event: delta"));
  EXPECT_TRUE(early.Saw("\"ruleId\":\"" + rule + "\""));
  const auto id = AlertOf(rule)["id"].get<std::string>();
  EventReader late(app->rest_port(), "/alerts/watch");
  EXPECT_TRUE(late.Saw("\"ruleId\":\"" + rule + "\""));
  RemoveRule(rule);
  EXPECT_TRUE(early.Saw("\"removed\":[\"" + id + "\"]"));
  EXPECT_TRUE(late.Saw("\"removed\":[\"" + id + "\"]"));
}

TEST_F(AlertsTest, WatchAlertsTellsTheSnapshotTheAlertAndItsEnd) {
  const auto rule = AddRule("told by rpc", "abandonment_rate", 0.2, false);
  auto stub = pb::SupervisorService::NewStub(
      grpc_server::MakeChannel({.target = "127.0.0.1:" + std::to_string(app->grpc_port())}));
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
  pb::WatchAlertsRequest request;
  request.set_alert_rule_id(rule);
  auto reader = stub->WatchAlerts(&context, request);
  pb::WatchAlertsResponse message;
  while (reader->Read(&message) && !message.snapshot_end()) {
  }
  ASSERT_TRUE(message.snapshot_end());
  TellTen("rpc");
  ASSERT_TRUE(reader->Read(&message));
  EXPECT_EQ(message.alert().alert_rule_id(), rule);
  EXPECT_EQ(message.alert().subject(), Subject());
  EXPECT_FALSE(message.alert().has_end_time());
  RemoveRule(rule);
  while (reader->Read(&message) && !message.alert().has_end_time()) {
  }
  EXPECT_TRUE(message.alert().has_end_time());
  context.TryCancel();
}

TEST_F(AlertsTest, TheGaugeCountsRaisedAlertsUnderTheRulesNameOfNow) {
  const auto rule = AddRule("counted", "abandonment_rate", 0.2, false);
  EXPECT_TRUE(Eventually([&] { return Metric(R"(callfleet_alert_active{rule="counted"} 0)"); }));
  TellTen("gauge");
  EXPECT_TRUE(Eventually([&] { return Metric(R"(callfleet_alert_active{rule="counted"} 1)"); }));
  auto renamed = Get("/alert-rules").data();
  const auto mine =
      std::ranges::find_if(renamed, [&](const Json& one) { return one["id"] == rule; });
  ASSERT_NE(mine, renamed.end());
  const Json body{{"name", "renamed"},
                  {"figure", (*mine)["figure"]},
                  {"threshold", (*mine)["threshold"]},
                  {"subject", (*mine)["subject"]},
                  {"windowSeconds", (*mine)["windowSeconds"]}};
  EXPECT_EQ(Ask("PUT", "/alert-rules/" + rule, body.dump()).status, 200);
  EXPECT_TRUE(Eventually([&] { return Metric(R"(callfleet_alert_active{rule="renamed"} 1)"); }));
  EXPECT_TRUE(Eventually([&] { return Metric(R"(callfleet_alert_active{rule="counted"} 0)"); }));
  RemoveRule(rule);
  EXPECT_TRUE(Eventually([&] { return Metric(R"(callfleet_alert_active{rule="renamed"} 0)"); }));
}

}  // namespace
}  // namespace callfleet::supervisor::test
