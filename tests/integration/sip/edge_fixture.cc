#include "tests/integration/sip/edge_fixture.h"

#include "callfleet/common/v1/status.pb.h"

namespace callfleet::test {

namespace {
constexpr std::chrono::seconds kLimit{10};
}

void EdgeTest::SetUp() {
  sip_edge::Config config;
  config.listen = "127.0.0.1:0";
  config.admin_listen = "127.0.0.1:0";
  config.sip_port = "*";
  config.rtp_port_min = 21'000 + (getpid() % 80) * 100;
  config.rtp_port_max = config.rtp_port_min + 199;
  config.max_calls = 50;
  config.drain_limit = std::chrono::milliseconds(0);
  config.log_level = "warn";
  config.safe_message = "1";  // A short one: nobody waits for four seconds here.
  Configure(config);
  auto app = sip_edge::App::Start(config, logging::Logger("sip_edge"), [] { return true; });
  ASSERT_TRUE(app) << app.error().message;
  app_ = *std::move(app);
  channel_ = grpc::CreateChannel("127.0.0.1:" + std::to_string(app_->grpc_port()),
                                 grpc::InsecureChannelCredentials());
  stub_ = v1::SipEdgeService::NewStub(channel_);
  watch_ = std::make_unique<grpc::ClientContext>();
  watcher_ = std::thread([this] { Watch(); });
}

void EdgeTest::TearDown() {
  if (watch_) watch_->TryCancel();
  if (watcher_.joinable()) watcher_.join();
  if (app_) {
    app_->Drain();
    app_->Stop();
  }
}

void EdgeTest::Watch() {
  auto reader = stub_->WatchCalls(watch_.get(), {});
  v1::WatchCallsResponse message;
  while (reader->Read(&message)) {
    const std::lock_guard lock(mutex_);
    if (message.has_record()) records_[message.record().call_id()] = message.record();
    if (message.has_delta() && !message.delta().forgotten()) {
      records_[message.delta().record().call_id()] = message.delta().record();
    }
    changed_.notify_all();
  }
  reader->Finish();
}

std::optional<v1::CallRecord> EdgeTest::Wait(
    const std::string& call, const std::function<bool(const v1::CallRecord&)>& holds) {
  std::unique_lock lock(mutex_);
  const bool ok = changed_.wait_for(lock, kLimit, [&] {
    const auto found = records_.find(call);
    return found != records_.end() && holds(found->second);
  });
  if (!ok) return std::nullopt;
  return records_[call];
}

std::optional<v1::CallRecord> EdgeTest::WaitEnded(const std::string& call) {
  return Wait(call, [](const v1::CallRecord& r) { return r.state() == v1::CALL_STATE_ENDED; });
}

std::optional<v1::CallRecord> EdgeTest::WaitLeg(const std::string& call, const std::string& leg,
                                                v1::LegState state) {
  return Wait(call, [&](const v1::CallRecord& r) {
    for (const auto& l : r.legs()) {
      if (l.leg_id() == leg && l.state() == state) return true;
    }
    return false;
  });
}

std::vector<v1::CallRecord> EdgeTest::Records() {
  const std::lock_guard lock(mutex_);
  std::vector<v1::CallRecord> out;
  for (const auto& [id, record] : records_) out.push_back(record);
  return out;
}

const v1::Leg& EdgeTest::LegOf(const v1::CallRecord& call, const std::string& leg) {
  for (const auto& l : call.legs()) {
    if (l.leg_id() == leg) return l;
  }
  static const v1::Leg kNone;
  return kNone;
}

std::string EdgeTest::ReasonOf(const grpc::Status& status) {
  common::v1::Status details;
  details.ParseFromString(status.error_details());
  for (const auto& any : details.details()) {
    common::v1::ErrorInfo info;
    if (any.type_url() == "type.googleapis.com/google.rpc.ErrorInfo" &&
        info.ParseFromString(any.value())) {
      return info.reason();
    }
  }
  return status.ok() ? "OK" : "";
}

v1::CommandContext EdgeTest::Context() {
  v1::CommandContext context;
  context.set_request_id("request-" + std::to_string(++request_));
  context.mutable_unit()->mutable_unit()->set_kind(common::v1::UNIT_KIND_CAMPAIGN);
  context.mutable_unit()->mutable_unit()->set_id("c");
  context.mutable_unit()->set_token(1);
  return context;
}

v1::OriginateRequest EdgeTest::ToPhone(const std::string& call, const std::string& leg,
                                       const RawPhone& phone) {
  v1::OriginateRequest request;
  *request.mutable_context() = Context();
  request.set_call_id(call);
  request.set_leg_id(leg);
  request.set_sip_uri(phone.uri());
  request.set_caller_id("+14155550199");
  return request;
}

grpc::Status EdgeTest::Originate(const v1::OriginateRequest& request, v1::OriginateResponse* out) {
  grpc::ClientContext context;
  v1::OriginateResponse response;
  return stub_->Originate(&context, request, out != nullptr ? out : &response);
}

grpc::Status EdgeTest::Ring(const v1::RingRequest& request) {
  grpc::ClientContext context;
  v1::RingResponse response;
  return stub_->Ring(&context, request, &response);
}

grpc::Status EdgeTest::HangUp(const std::string& call, const std::string& leg) {
  grpc::ClientContext context;
  v1::HangUpRequest request;
  v1::HangUpResponse response;
  *request.mutable_context() = Context();
  request.set_call_id(call);
  request.set_leg_id(leg);
  return stub_->HangUp(&context, request, &response);
}

grpc::Status EdgeTest::Bridge(const std::string& call, const std::string& a, const std::string& b) {
  grpc::ClientContext context;
  v1::BridgeRequest request;
  v1::BridgeResponse response;
  *request.mutable_context() = Context();
  request.set_call_id(call);
  request.set_leg_id(a);
  request.set_with_leg_id(b);
  return stub_->Bridge(&context, request, &response);
}

void EdgeTest::TrustLoopback(RawPhone& caller) {
  ASSERT_TRUE(CreateTrunk("in", caller, [](v1::Trunk& trunk) {
                trunk.add_trusted_networks("127.0.0.0/8");
              }).ok());
}

std::string EdgeTest::Arrive(RawPhone& caller, const std::string& extra,
                             const std::optional<std::string>& body) {
  const std::size_t before = Records().size();
  caller.NewRequest("INVITE", "sip:+14155550100@127.0.0.1:" + std::to_string(sip_port()), extra,
                    body.value_or(caller.Sdp()));
  std::string arrived;
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, kLimit, [&] {
    if (records_.size() == before) return false;
    for (const auto& [id, record] : records_) {
      if (record.direction() == v1::CALL_DIRECTION_INBOUND && arrived_.insert(id).second) {
        arrived = id;
      }
    }
    return !arrived.empty();
  });
  return arrived;
}

grpc::Status EdgeTest::Claim(const std::string& call) {
  grpc::ClientContext context;
  v1::ClaimRequest request;
  v1::ClaimResponse response;
  *request.mutable_context() = Context();
  request.set_call_id(call);
  return stub_->Claim(&context, request, &response);
}

grpc::Status EdgeTest::AnswerArrived(const std::string& call) {
  grpc::ClientContext context;
  v1::AnswerRequest request;
  v1::AnswerResponse response;
  *request.mutable_context() = Context();
  request.set_call_id(call);
  return stub_->Answer(&context, request, &response);
}

grpc::Status EdgeTest::CreateTrunk(const std::string& id, const RawPhone& phone,
                                   const std::function<void(v1::Trunk&)>& more) {
  grpc::ClientContext context;
  v1::CreateTrunkRequest request;
  v1::CreateTrunkResponse response;
  request.set_request_id("trunk-" + id);
  request.mutable_trunk()->set_trunk_id(id);
  auto* route = request.mutable_trunk()->add_routes();
  route->set_host("127.0.0.1");
  route->set_port(phone.port());
  request.mutable_trunk()->mutable_options_interval()->set_seconds(-1);
  if (more) more(*request.mutable_trunk());
  return stub_->CreateTrunk(&context, request, &response);
}

grpc::Status EdgeTest::PushAccount(const std::string& user, const std::string& secret,
                                   const std::string& agent) {
  grpc::ClientContext get_context;
  v1::GetEdgeResponse edge;
  stub_->GetEdge(&get_context, {}, &edge);
  grpc::ClientContext context;
  v1::PushAccountsResponse response;
  auto writer = stub_->PushAccounts(&context, &response);
  v1::PushAccountsRequest message;
  message.mutable_begin()->set_boot_id(edge.boot_id());
  message.mutable_begin()->set_replaces_all(!edge.accounts_complete());
  message.mutable_begin()->mutable_unit()->mutable_unit()->set_kind(common::v1::UNIT_KIND_POOL);
  message.mutable_begin()->mutable_unit()->mutable_unit()->set_id("default");
  message.mutable_begin()->mutable_unit()->set_token(1);
  writer->Write(message);
  message.mutable_account()->set_sip_user(user);
  message.mutable_account()->set_secret(secret);
  message.mutable_account()->set_agent_id(agent);
  message.mutable_account()->set_enabled(true);
  writer->Write(message);
  writer->WritesDone();
  return writer->Finish();
}

int EdgeTest::Register(RawPhone& phone, const std::string& user, const std::string& secret,
                       const std::string& contact_params, const std::string& extra) {
  const std::string uri = "sip:127.0.0.1:" + std::to_string(sip_port());
  const std::string id = "reg-" + user + "-" + std::to_string(phone.port());
  static int cseq = 0;
  const auto send = [&](const std::string& authorization) {
    phone.NewRequest("REGISTER", uri,
                     "From: <sip:" + user + "@callfleet>;tag=r\r\nTo: <sip:" + user +
                         "@callfleet>\r\nCall-ID: " + id + "\r\nCSeq: " + std::to_string(++cseq) +
                         " REGISTER\r\nContact: <" + phone.uri() + ">" + contact_params + "\r\n" +
                         extra + authorization);
    return phone.Expect("");
  };
  auto reply = send("");
  if (!reply || reply->status() != 401) return reply ? reply->status() : 0;
  reply = send("Authorization: " +
               DigestFor(reply->Get("WWW-Authenticate"), user, secret, "REGISTER", uri) + "\r\n");
  return reply ? reply->status() : 0;
}

}  // namespace callfleet::test
