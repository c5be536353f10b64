// S12 and S13 over REST and gRPC: what the edge is asked for, who may, what is kept.
#include <grpcpp/grpcpp.h>

#include "callfleet/supervisor/v1/supervisor_service.grpc.pb.h"
#include "common/grpc_server/channel.h"
#include "tests/integration/supervisor/audit_reader.h"
#include "tests/integration/supervisor/house.h"

namespace callfleet::supervisor::test {
namespace {

namespace pb = callfleet::supervisor::v1;

constexpr const char* kTokens =
    "viewer-token-0123456789 viewer vera\n"
    "supervisor-token-0123456789 supervisor sue\n"
    "admin-token-0123456789 admin adam\n";

class SupervisionTest : public House {
 protected:
  void SetUp() override {
    House::SetUp();
    StartSupervisor(kTokens);
  }
  Answer As(const std::string& role, const std::string& method, const std::string& path,
            const Json& body = nullptr) const {
    return Ask(method, path, body.is_null() ? "" : body.dump(),
               {{"Authorization", "Bearer " + role + "-token-0123456789"}});
  }
  void AgentInACall() {
    As("supervisor", "POST", "/agents", {{"name", "Ann"}});
    registry->Load("Ann", 1);
    ASSERT_TRUE(
        Eventually([&] { return As("viewer", "GET", "/agents/Ann").data()["activeCalls"] == 1; }));
  }

  AuditReader log;
};

TEST_F(SupervisionTest, APhoneIsRungIntoACallItsModeSwitchedAndItIsStopped) {
  const auto first =
      As("supervisor", "POST", "/calls/c1/supervise", {{"mode", "listen"}, {"phone", "sue"}});
  ASSERT_EQ(first.status, 200) << first.body;
  const auto id = first.data()["supervisionId"].get<std::string>();
  ASSERT_EQ(edge->supervised.size(), 1U);
  EXPECT_EQ(edge->supervised[0].call_id(), "c1");
  EXPECT_EQ(edge->supervised[0].sip_user(), "sue");
  EXPECT_EQ(edge->supervised[0].mode(), edge_pb::SUPERVISE_MODE_LISTEN);
  EXPECT_EQ(edge->supervised[0].leg_id(), id);
  ASSERT_EQ(As("supervisor", "POST", "/calls/c1/supervise",
               {{"mode", "take_over"}, {"supervisionId", id}})
                .status,
            200);
  EXPECT_EQ(edge->supervised[1].leg_id(), id);
  EXPECT_EQ(edge->supervised[1].mode(), edge_pb::SUPERVISE_MODE_TAKE_OVER);
  EXPECT_EQ(As("supervisor", "DELETE", "/calls/c1/supervise/" + id).status, 200);
  EXPECT_EQ(edge->stopped, std::vector<std::string>{id});
}

TEST_F(SupervisionTest, WhatTheEdgeRefusesIsToldAndBadInputNamesItsField) {
  edge->refuse_supervise = "NOT_BRIDGED";
  const Json listen{{"mode", "listen"}, {"phone", "sip:sue@192.0.2.1"}};
  const auto refused = As("supervisor", "POST", "/calls/c1/supervise", listen);
  EXPECT_EQ(refused.reason(), "NOT_BRIDGED");
  EXPECT_EQ(edge->supervised[0].contact_uri(), "sip:sue@192.0.2.1");
  EXPECT_EQ(As("supervisor", "POST", "/calls/c1/supervise", {{"mode", "shout"}}).field(), "mode");
  EXPECT_EQ(As("supervisor", "POST", "/calls/c1/supervise", {{"mode", "listen"}}).field(), "phone");
  EXPECT_EQ(As("supervisor", "POST", "/agents/nobody/supervise", listen).reason(),
            "AGENT_NOT_FOUND");
}

TEST_F(SupervisionTest, AFaultOfThePhoneOrTheSupervisionIsNamedAsTheBodySpellsIt) {
  const Json listen{{"mode", "listen"}, {"phone", "sip:x"}};
  for (const char* field : {"sip_uri", "sip_user", "contact_uri"}) {
    edge->refuse_phone = field;
    EXPECT_EQ(As("supervisor", "POST", "/calls/c1/supervise", listen).field(), "phone") << field;
  }
  edge->refuse_phone.clear();
  const auto unknown =
      As("supervisor", "POST", "/calls/c1/supervise", {{"mode", "barge"}, {"supervisionId", "no"}});
  EXPECT_EQ(unknown.reason(), "SUPERVISION_NOT_FOUND");
  EXPECT_EQ(unknown.field(), "supervisionId");
}

TEST_F(SupervisionTest, UnderAnotherCallItIsNeitherEndedNorChanged) {
  const Json listen{{"mode", "listen"}, {"phone", "sue"}};
  const auto supervise = [&](const std::string& call) {
    return As("supervisor", "POST", "/calls/" + call + "/supervise", listen)
        .data()["supervisionId"]
        .get<std::string>();
  };
  const auto first = supervise("c1");
  supervise("c2");
  for (const char* wrong : {"/calls/c2/supervise/", "/calls/c9/supervise/"}) {
    EXPECT_EQ(As("supervisor", "DELETE", wrong + first).status, 404) << wrong;
  }
  EXPECT_EQ(As("supervisor", "DELETE", "/calls/c2/supervise/" + first).reason(),
            "SUPERVISION_NOT_FOUND");
  EXPECT_EQ(As("supervisor", "DELETE", "/calls/c9/supervise/" + first).reason(), "CALL_NOT_FOUND");
  EXPECT_TRUE(edge->stopped.empty());
  const auto changed = As("supervisor", "POST", "/calls/c2/supervise",
                          {{"mode", "barge"}, {"supervisionId", first}});
  EXPECT_EQ(changed.status, 404);
  EXPECT_EQ(changed.reason(), "SUPERVISION_NOT_FOUND");
  EXPECT_EQ(changed.field(), "supervisionId");
  EXPECT_EQ(As("supervisor", "DELETE", "/calls/c1/supervise/" + first).status, 200);
}

TEST_F(SupervisionTest, UnderAnotherAgentItIsNotEnded) {
  for (const char* name : {"Ann", "Ben"}) As("supervisor", "POST", "/agents", {{"name", name}});
  const auto of_ann =
      As("supervisor", "POST", "/agents/Ann/supervise", {{"mode", "listen"}, {"phone", "sue"}})
          .data()["supervisionId"]
          .get<std::string>();
  const auto of_call =
      As("supervisor", "POST", "/calls/c1/supervise", {{"mode", "listen"}, {"phone", "sue"}})
          .data()["supervisionId"]
          .get<std::string>();
  EXPECT_EQ(As("supervisor", "DELETE", "/agents/Ben/supervise/" + of_ann).reason(),
            "SUPERVISION_NOT_FOUND");
  EXPECT_EQ(As("supervisor", "DELETE", "/agents/Ann/supervise/" + of_call).reason(),
            "SUPERVISION_NOT_FOUND");
  EXPECT_EQ(As("supervisor", "DELETE", "/agents/nobody/supervise/" + of_ann).reason(),
            "AGENT_NOT_FOUND");
  EXPECT_TRUE(edge->stopped.empty());
  EXPECT_EQ(As("supervisor", "DELETE", "/agents/Ann/supervise/" + of_ann).status, 200);
}

// Whom a line follows is asked of its edge: the supervisor need not be the one that began it.
TEST_F(SupervisionTest, AfterARestartUnderAnotherAgentItIsNotEndedEither) {
  for (const char* name : {"Ann", "Ben"}) As("supervisor", "POST", "/agents", {{"name", name}});
  for (const char* name : {"Ann", "Ben"}) registry->Load(name, 0);  // Told to each watcher.
  const auto line =
      As("supervisor", "POST", "/agents/Ann/supervise", {{"mode", "listen"}, {"phone", "sue"}})
          .data()["supervisionId"]
          .get<std::string>();
  app->Stop();
  StartSupervisor(kTokens);
  for (const char* name : {"/agents/Ann", "/agents/Ben"}) {
    ASSERT_TRUE(Eventually([&] { return As("viewer", "GET", name).status == 200; })) << name;
  }
  EXPECT_EQ(As("supervisor", "DELETE", "/agents/Ben/supervise/" + line).reason(),
            "SUPERVISION_NOT_FOUND");
  EXPECT_TRUE(edge->stopped.empty());
  EXPECT_EQ(As("supervisor", "DELETE", "/agents/Ann/supervise/" + line).status, 200);
  EXPECT_EQ(edge->stopped, std::vector<std::string>{line});
}

TEST_F(SupervisionTest, TheLineOfAnAgentWhoWasDeletedIsEndedUnderItsId) {
  const auto ann =
      As("supervisor", "POST", "/agents", {{"name", "Ann"}}).data()["id"].get<std::string>();
  const auto line =
      As("supervisor", "POST", "/agents/Ann/supervise", {{"mode", "listen"}, {"phone", "sue"}})
          .data()["supervisionId"]
          .get<std::string>();
  ASSERT_EQ(As("admin", "DELETE", "/agents/" + ann).status, 200);
  ASSERT_TRUE(Eventually([&] { return As("viewer", "GET", "/agents/" + ann).status == 404; }));
  EXPECT_EQ(As("supervisor", "DELETE", "/agents/nobody/supervise/" + line).reason(),
            "AGENT_NOT_FOUND");
  EXPECT_EQ(As("supervisor", "DELETE", "/agents/" + ann + "/supervise/" + line).status, 200);
}

TEST_F(SupervisionTest, AViewerMayNotAndWhatIsPrivateIsForAdmins) {
  const Json listen{{"mode", "listen"}, {"phone", "sue"}};
  EXPECT_EQ(As("viewer", "POST", "/calls/c1/supervise", listen).status, 403);
  EXPECT_EQ(As("viewer", "POST", "/agents/Ann/coach", {{"text", "Hi"}}).status, 403);
  Json all = listen;
  all["includePrivate"] = true;
  EXPECT_EQ(As("supervisor", "POST", "/calls/c1/supervise", all).reason(), "ROLE_TOO_LOW");
  EXPECT_TRUE(edge->supervised.empty());
  EXPECT_EQ(As("admin", "POST", "/calls/c1/supervise", all).status, 200);
  EXPECT_TRUE(edge->supervised[0].include_private());
}

TEST_F(SupervisionTest, AnAgentIsFollowed) {
  As("supervisor", "POST", "/agents", {{"name", "Ann"}});
  const auto followed =
      As("supervisor", "POST", "/agents/Ann/supervise", {{"mode", "whisper"}, {"phone", "sue"}});
  ASSERT_EQ(followed.status, 200) << followed.body;
  ASSERT_EQ(edge->followed.size(), 1U);
  EXPECT_EQ(edge->followed[0].agent_id(),
            As("viewer", "GET", "/agents/Ann").data()["id"].get<std::string>());
}

TEST_F(SupervisionTest, CoachingTellsWhatBecameOfItAndStandsOnTheAgentsPage) {
  As("supervisor", "POST", "/agents", {{"name", "Idle"}});
  EXPECT_EQ(As("supervisor", "POST", "/agents/Idle/coach", {{"text", "Hi"}}).reason(),
            "AGENT_NOT_IN_CALL");
  AgentInACall();
  const auto coach = [&](const char* text) {
    return As("supervisor", "POST", "/agents/Ann/coach", {{"text", text}}).data();
  };
  EXPECT_EQ(coach("Smile")["outcome"], "delivered");
  edge->message_code = 486;
  const auto failed = coach("Breathe");
  EXPECT_EQ(failed["outcome"], "failed");
  EXPECT_EQ(failed["sipCode"], 486);
  EXPECT_EQ(failed["detail"], "Busy Here");
  edge->message_code = 0;
  EXPECT_EQ(coach("Offer")["outcome"], "no_device");
  EXPECT_EQ(edge->messages[0].text(), "Smile");
  ASSERT_TRUE(Eventually(
      [&] { return As("viewer", "GET", "/agents/Ann").data()["coaching"].size() == 3; }));
  const auto notes = As("viewer", "GET", "/agents/Ann").data()["coaching"];
  EXPECT_EQ(notes[0]["text"], "Smile");
  EXPECT_EQ(notes[0]["author"], "sue");
  EXPECT_EQ(notes[2]["outcome"], "no_device");
  registry->Load("Ann", 0);
  ASSERT_TRUE(
      Eventually([&] { return As("viewer", "GET", "/agents/Ann").data()["coaching"].empty(); }));
}

TEST_F(SupervisionTest, TheSameOverGrpc) {
  AgentInACall();
  const auto stub = pb::SupervisorService::NewStub(
      grpc_server::MakeChannel({.target = "127.0.0.1:" + std::to_string(app->grpc_port())}));
  const auto with = [](grpc::ClientContext* context, const std::string& role) {
    context->AddMetadata("authorization", "Bearer " + role + "-token-0123456789");
  };
  pb::SuperviseCallRequest request;
  request.set_request_id("r1");
  request.set_call_id("c1");
  request.set_phone("sue");
  request.set_mode(pb::SUPERVISION_MODE_BARGE);
  pb::SuperviseCallResponse response;
  grpc::ClientContext viewer;
  with(&viewer, "viewer");
  EXPECT_EQ(stub->SuperviseCall(&viewer, request, &response).error_code(),
            grpc::StatusCode::PERMISSION_DENIED);
  std::string first;
  for (int i = 0; i < 2; ++i) {  // A repeat is the same supervision.
    grpc::ClientContext context;
    with(&context, "supervisor");
    ASSERT_TRUE(stub->SuperviseCall(&context, request, &response).ok());
    if (i == 0) first = response.supervision_id();
  }
  EXPECT_EQ(response.supervision_id(), first);
  EXPECT_EQ(edge->supervised[0].mode(), edge_pb::SUPERVISE_MODE_BARGE);
  pb::CoachAgentRequest coach;
  coach.set_request_id("r2");
  coach.set_agent_id("Ann");
  coach.set_text("Smile");
  pb::CoachAgentResponse coached;
  grpc::ClientContext context;
  with(&context, "supervisor");
  ASSERT_TRUE(stub->CoachAgent(&context, coach, &coached).ok());
  EXPECT_TRUE(coached.delivered());
  grpc::ClientContext again;
  with(&again, "supervisor");
  ASSERT_TRUE(stub->CoachAgent(&again, coach, &coached).ok());
  EXPECT_EQ(edge->messages.size(), 1U);
  pb::StopSupervisionRequest stop;
  stop.set_supervision_id(first);
  pb::StopSupervisionResponse stopped;
  grpc::ClientContext last;
  with(&last, "supervisor");
  EXPECT_TRUE(stub->StopSupervision(&last, stop, &stopped).ok());
  EXPECT_EQ(edge->stopped, std::vector<std::string>{first});
}

TEST_F(SupervisionTest, WhoSupervisedWhichCallInWhichModeIsKept) {
  const auto begun =
      As("supervisor", "POST", "/calls/audited/supervise", {{"mode", "whisper"}, {"phone", "sue"}});
  const auto id = begun.data()["supervisionId"].get<std::string>();
  const auto last = [&] { return log.OfTarget("audited").value_or(Audited{}); };
  const std::string begin = "POST /api/v1/calls/:id/supervise mode=whisper supervisionId=" + id;
  ASSERT_TRUE(Eventually([&] { return last().what == begin; })) << last().what;
  EXPECT_EQ(last().who, "sue");
  As("supervisor", "DELETE", "/calls/audited/supervise/" + id);
  const std::string end = "DELETE /api/v1/calls/:id/supervise/:supervisionId supervisionId=" + id;
  EXPECT_TRUE(Eventually([&] { return last().what == end; })) << last().what;
}

TEST_F(SupervisionTest, AStopOverGrpcIsKeptWithItsCallOrItself) {
  const auto stub = pb::SupervisorService::NewStub(
      grpc_server::MakeChannel({.target = "127.0.0.1:" + std::to_string(app->grpc_port())}));
  const auto stop = [&](const std::string& call, const std::string& id) {
    grpc::ClientContext context;
    context.AddMetadata("authorization", "Bearer supervisor-token-0123456789");
    pb::StopSupervisionRequest request;
    request.set_call_id(call);
    request.set_supervision_id(id);
    pb::StopSupervisionResponse response;
    return stub->StopSupervision(&context, request, &response).error_code();
  };
  const auto id =
      As("supervisor", "POST", "/calls/by-grpc/supervise", {{"mode", "listen"}, {"phone", "sue"}})
          .data()["supervisionId"]
          .get<std::string>();
  EXPECT_EQ(stop("another", id), grpc::StatusCode::NOT_FOUND);
  EXPECT_TRUE(edge->stopped.empty());
  EXPECT_EQ(stop("", id), grpc::StatusCode::OK);
  ASSERT_TRUE(Eventually([&] { return log.OfTarget(id).has_value(); }));
  EXPECT_EQ(log.OfTarget(id)->what, "StopSupervision " + id);
  EXPECT_EQ(stop("by-grpc", id), grpc::StatusCode::OK);
  EXPECT_TRUE(Eventually(
      [&] { return log.OfTarget("by-grpc").value_or(Audited{}).what == "StopSupervision " + id; }));
}

}  // namespace
}  // namespace callfleet::supervisor::test
