// The whole service but for main: real PostgreSQL, real gRPC on both sides.
#include <gtest/gtest.h>

#include "common/grpc_server/errors.h"
#include "services/agent_registry/app/app.h"
#include "tests/integration/agent_registry/fake_edge.h"
#include "tests/integration/agent_registry/owner_client.h"
#include "tests/support/private_postgres.h"

namespace callfleet::agent_registry {
namespace {

using test::FakeRegistrarEdge;
using test::OwnerClient;

std::string EmptyDatabase() {
  const auto& conninfo = test::PrivatePostgres::Shared().conninfo();
  pg::Session session({.conninfo = conninfo, .schema = "public"});
  const auto dropped = session.Transact(
      [](pg::Transaction& transaction) -> Status {
        transaction.Script("DROP SCHEMA IF EXISTS agent_registry CASCADE");
        return {};
      },
      std::chrono::steady_clock::now() + std::chrono::seconds(10));
  EXPECT_TRUE(dropped);
  return conninfo;
}

class RegistryApp : public ::testing::Test {
 protected:
  RegistryApp() {
    config.listen = config.admin_listen = "127.0.0.1:0";
    config.database = EmptyDatabase();
    config.sip_edges = {edge.target()};
    config.device_grace = std::chrono::milliseconds(100);
  }
  std::unique_ptr<App> Start() {
    auto app = App::Start(config, logging::Logger("agent_registry"), [] { return true; });
    EXPECT_TRUE(app) << (app ? "" : app.error().message);
    stub = v1::AgentRegistryService::NewStub(grpc::CreateChannel(
        "127.0.0.1:" + std::to_string((*app)->port()), grpc::InsecureChannelCredentials()));
    return std::move(*app);
  }
  Result<v1::CreateAgentResponse> Create(const v1::CreateAgentRequest& request) {
    grpc::ClientContext context;
    v1::CreateAgentResponse response;
    const auto status = stub->CreateAgent(&context, request, &response);
    if (!status.ok()) return Fail(grpc_server::FromGrpcStatus(status).error());
    return response;
  }
  v1::Agent Named(const std::string& name) {
    v1::CreateAgentRequest request;
    request.set_request_id("make-" + name);
    request.set_name(name);
    auto made = Create(request);
    EXPECT_TRUE(made) << (made ? "" : made.error().message);
    return made ? made->agent() : v1::Agent{};
  }
  v1::Agent Get(const std::string& id) {
    grpc::ClientContext context;
    v1::GetAgentRequest request;
    request.set_agent_id(id);
    v1::GetAgentResponse response;
    last = stub->GetAgent(&context, request, &response);
    return response.agent();
  }
  v1::Agent WaitFor(const std::string& id, const std::function<bool(const v1::Agent&)>& fits) {
    for (int i = 0; i < 1000; ++i) {
      v1::Agent agent = Get(id);
      if (fits(agent)) return agent;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return Get(id);
  }
  v1::Agent Ready(const std::string& name) {
    const auto agent = Named(name);
    EXPECT_TRUE(edge.WaitForAccount(name));
    edge.Register(name, agent.agent_id());
    return WaitFor(agent.agent_id(),
                   [](const v1::Agent& a) { return a.presence() == v1::PRESENCE_READY; });
  }
  void Join(const std::string& agent, const std::string& campaign, bool primary = false) {
    grpc::ClientContext context;
    v1::SetMembersRequest request;
    request.mutable_unit()->set_kind(common::v1::UNIT_KIND_CAMPAIGN);
    request.mutable_unit()->set_id(campaign);
    auto* member = request.add_members();
    member->set_agent_id(agent);
    member->set_primary(primary);
    v1::SetMembersResponse response;
    const auto status = stub->SetMembers(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
  }
  void SetActive(const std::string& agent, bool active) {
    grpc::ClientContext context;
    if (active) {
      v1::ActivateAgentRequest request;
      request.set_agent_id(agent);
      v1::ActivateAgentResponse response;
      last = stub->ActivateAgent(&context, request, &response);
    } else {
      v1::DeactivateAgentRequest request;
      request.set_agent_id(agent);
      v1::DeactivateAgentResponse response;
      last = stub->DeactivateAgent(&context, request, &response);
    }
  }

  FakeRegistrarEdge edge;
  Config config;
  std::unique_ptr<v1::AgentRegistryService::Stub> stub;
  grpc::Status last;
};

TEST_F(RegistryApp, AnAgentGetsItsAccountAndBecomesReadyWhenItsPhoneRegisters) {
  auto app = Start();
  v1::CreateAgentRequest request;
  request.set_request_id("r1");
  request.set_name("anna");
  const auto made = Create(request);
  ASSERT_TRUE(made);
  EXPECT_EQ(made->agent().sip_user(), "anna");
  EXPECT_GE(made->sip_secret().size(), 8U);
  EXPECT_EQ(made->agent().kind(), v1::AGENT_KIND_HUMAN);
  ASSERT_TRUE(edge.WaitForAccount("anna"));
  EXPECT_EQ(edge.accounts()["anna"].secret(), made->sip_secret());
  edge.Register("anna", made->agent().agent_id());
  const auto ready = WaitFor(made->agent().agent_id(), [](const v1::Agent& a) {
    return a.activity() == v1::AGENT_ACTIVITY_AVAILABLE;
  });
  EXPECT_EQ(ready.presence(), v1::PRESENCE_READY);
  EXPECT_EQ(ready.edge_id(), "edge-1");
  edge.Unregister("anna", made->agent().agent_id());
  const auto lost = WaitFor(made->agent().agent_id(), [](const v1::Agent& a) {
    return a.presence() == v1::PRESENCE_NOT_READY;
  });
  EXPECT_EQ(lost.presence_reason(), "device");
}

TEST_F(RegistryApp, ARepeatedCreationAnswersAsTheFirstTimeWithTheSecret) {
  auto app = Start();
  v1::CreateAgentRequest request;
  request.set_request_id("r1");
  request.set_name("anna");
  const auto first = Create(request);
  const auto again = Create(request);
  ASSERT_TRUE(first && again);
  EXPECT_EQ(first->sip_secret(), again->sip_secret());
  EXPECT_EQ(first->agent().agent_id(), again->agent().agent_id());
}

TEST_F(RegistryApp, BadInputNamesItsFieldsAndChangesNothing) {
  auto app = Start();
  v1::CreateAgentRequest request;
  request.set_max_concurrent_calls(-3);
  request.set_contact_uri("http://x");
  const auto refused = Create(request);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
  std::set<std::string> fields;
  for (const auto& f : refused.error().fields) fields.insert(f.field);
  EXPECT_EQ(fields, (std::set<std::string>{"name", "max_concurrent_calls", "contact_uri"}));
  Named("anna");
  v1::CreateAgentRequest taken;
  taken.set_request_id("other");
  taken.set_name("anna");
  EXPECT_EQ(Create(taken).error().reason, "AGENT_NAME_TAKEN");
  Get("nobody");
  EXPECT_EQ(grpc_server::FromGrpcStatus(last).error().reason, "AGENT_NOT_FOUND");
}

TEST_F(RegistryApp, WorkMeetsAnAgentOverTheSession) {
  auto app = Start();
  const auto anna = Ready("anna");
  Join("anna", "c1");
  OwnerClient owner(stub.get(), "c1");
  ASSERT_TRUE(owner.Join());
  owner.Want("d1");
  const auto grant = owner.Grant();
  ASSERT_TRUE(grant);
  EXPECT_EQ(grant->offers(0).agent_id(), anna.agent_id());
  EXPECT_EQ(grant->offers(0).sip_user(), "anna");
  owner.Take(grant->grant());
  const std::string reservation = grant->offers(0).reservation_id();
  edge.Leg("call-1", anna.agent_id(), reservation, sip_edge::v1::LEG_STATE_ANSWERED);
  const auto busy = WaitFor(anna.agent_id(), [](const v1::Agent& a) {
    return a.slots_size() == 1 && a.slots(0).state() == v1::SLOT_STATE_CONNECTED;
  });
  EXPECT_EQ(busy.slots(0).call_id(), "call-1");
  edge.Leg("call-1", anna.agent_id(), reservation, sip_edge::v1::LEG_STATE_ENDED);
  owner.Complete(reservation, 30);
  const auto wrap = WaitFor(anna.agent_id(), [](const v1::Agent& a) {
    return a.activity() == v1::AGENT_ACTIVITY_WRAP_UP;
  });
  EXPECT_EQ(wrap.figures().calls(), 1U);
  owner.Want("d2");
  EXPECT_FALSE(
      owner.Next([](const auto& r) { return r.has_grant(); }, std::chrono::milliseconds(200)));
  grpc::ClientContext context;
  v1::SetWrapUpRequest over;
  over.set_agent_id("anna");
  v1::SetWrapUpResponse response;
  EXPECT_TRUE(stub->SetWrapUp(&context, over, &response).ok());
  EXPECT_TRUE(owner.Grant());
}

TEST_F(RegistryApp, DeactivationReachesTheSelectorBeforeItsAnswerAndActivationBringsBack) {
  auto app = Start();
  Ready("anna");
  Join("anna", "c1");
  OwnerClient owner(stub.get(), "c1");
  ASSERT_TRUE(owner.Join());
  SetActive("anna", false);
  ASSERT_TRUE(last.ok());
  owner.Want("d1");
  EXPECT_FALSE(
      owner.Next([](const auto& r) { return r.has_grant(); }, std::chrono::milliseconds(300)));
  SetActive("anna", true);
  EXPECT_TRUE(owner.Grant());
}

TEST_F(RegistryApp, AgentsPresenceAndWrapUpSurviveARestart) {
  auto app = Start();
  const auto anna = Ready("anna");
  Join("anna", "c1", true);
  {
    OwnerClient owner(stub.get(), "c1");
    ASSERT_TRUE(owner.Join());
    owner.Want("d1");
    const auto grant = owner.Grant();
    ASSERT_TRUE(grant);
    owner.Take(grant->grant());
    owner.Complete(grant->offers(0).reservation_id(), 300);
    WaitFor(anna.agent_id(),
            [](const v1::Agent& a) { return a.activity() == v1::AGENT_ACTIVITY_WRAP_UP; });
  }
  app.reset();
  app = Start();
  const auto back = WaitFor(anna.agent_id(), [](const v1::Agent& a) {
    return a.activity() == v1::AGENT_ACTIVITY_WRAP_UP;
  });
  EXPECT_EQ(back.presence(), v1::PRESENCE_READY);
  EXPECT_EQ(back.slots_size(), 1);
  EXPECT_EQ(back.figures().calls(), 1U);
  EXPECT_EQ(back.figures().talk_time().seconds(), 7);
  ASSERT_EQ(back.memberships_size(), 1);
  EXPECT_TRUE(back.memberships(0).primary());
}

TEST_F(RegistryApp, ARegistryRestartWithAGrantInFlightGrantsItToNobodyElse) {
  auto app = Start();
  const auto anna = Ready("anna");
  Join("anna", "c1");
  std::string reservation;
  {
    OwnerClient owner(stub.get(), "c1");
    ASSERT_TRUE(owner.Join());
    owner.Want("d1");
    const auto grant = owner.Grant();
    ASSERT_TRUE(grant);
    owner.Take(grant->grant());
    reservation = grant->offers(0).reservation_id();
    app.reset();
  }
  app = Start();
  OwnerClient again(stub.get(), "c1");
  again.Hello();
  OwnerClient::Request held;
  auto* h = held.mutable_declare_reservation();
  h->set_reservation_id(reservation);
  h->set_agent_id(anna.agent_id());
  again.SetUnit(h->mutable_unit());
  again.Send(held);
  again.Want("d2");
  again.DeclareEnd();
  ASSERT_TRUE(again.Next([](const auto& r) { return r.has_ready(); }));
  EXPECT_FALSE(again.Next([](const auto& r) { return r.has_grant() || r.has_revoked(); },
                          std::chrono::milliseconds(500)));
  again.Complete(reservation);
  const auto grant = again.Grant();
  ASSERT_TRUE(grant);
  EXPECT_NE(grant->offers(0).reservation_id(), reservation);
}

TEST_F(RegistryApp, ANewBootOfTheEdgeGetsAccountsWithTheirLastContacts) {
  auto app = Start();
  const auto anna = Ready("anna");
  edge.Reboot();
  ASSERT_TRUE(edge.WaitForAccount("anna"));
  EXPECT_EQ(edge.accounts()["anna"].last_contacts_size(), 1);
  edge.Register("anna", anna.agent_id());
  WaitFor(anna.agent_id(), [](const v1::Agent& a) { return a.reachable(); });
  EXPECT_EQ(Get("anna").presence(), v1::PRESENCE_READY);
}

TEST_F(RegistryApp, AWatcherSeesTheSnapshotThenEachChangeAndTheEnd) {
  auto app = Start();
  const auto anna = Named("anna");
  grpc::ClientContext context;
  auto reader = stub->WatchAgents(&context, {});
  v1::WatchAgentsResponse message;
  ASSERT_TRUE(reader->Read(&message));
  EXPECT_EQ(message.agent().name(), "anna");
  ASSERT_TRUE(reader->Read(&message));
  EXPECT_TRUE(message.has_snapshot_end());
  grpc::ClientContext deleting;
  v1::DeleteAgentRequest request;
  request.set_agent_id("anna");
  v1::DeleteAgentResponse response;
  ASSERT_TRUE(stub->DeleteAgent(&deleting, request, &response).ok());
  bool gone = false;
  while (!gone && reader->Read(&message))
    gone = message.change().deleted_agent_id() == anna.agent_id();
  EXPECT_TRUE(gone);
  context.TryCancel();
}

TEST_F(RegistryApp, EveryChangeLeavesItsLineInAGaplessOutbox) {
  auto app = Start();
  Ready("anna");
  app.reset();
  pg::Session session({.conninfo = config.database, .schema = "agent_registry"});
  std::vector<std::string> types;
  const auto read = session.Transact(
      [&](pg::Transaction& transaction) -> Status {
        const pg::Statement rows{"test_outbox", "SELECT seq, type FROM outbox ORDER BY seq"};
        for (const auto row : transaction.Exec(rows)) {
          types.push_back(row.Text("type"));
          EXPECT_EQ(row.Int("seq"), static_cast<std::int64_t>(types.size()));
        }
        return {};
      },
      std::chrono::steady_clock::now() + std::chrono::seconds(5));
  ASSERT_TRUE(read);
  EXPECT_EQ(types, (std::vector<std::string>{"callfleet.agent_registry.v1.AgentChanged",
                                             "callfleet.agent_registry.v1.PresenceChanged"}));
}

}  // namespace
}  // namespace callfleet::agent_registry
