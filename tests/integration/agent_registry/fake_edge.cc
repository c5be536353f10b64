#include "tests/integration/agent_registry/fake_edge.h"

#include <chrono>

namespace callfleet::test {

namespace v1 = callfleet::sip_edge::v1;

FakeRegistrarEdge::FakeRegistrarEdge() {
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
  builder.RegisterService(this);
  server_ = builder.BuildAndStart();
}

FakeRegistrarEdge::~FakeRegistrarEdge() {
  Change([this] { stopping_ = true; });
  server_->Shutdown(std::chrono::system_clock::now() + std::chrono::milliseconds(500));
}

void FakeRegistrarEdge::Change(const std::function<void()>& how) {
  const std::lock_guard lock(mutex_);
  how();
  changed_.notify_all();
}

void FakeRegistrarEdge::Register(const std::string& user, const std::string& agent) {
  Change([&] {
    auto& r = registrations_[user];
    r.set_sip_user(user);
    r.set_agent_id(agent);
    r.set_version(r.version() + 1);
    r.clear_contacts();
    auto* contact = r.add_contacts();
    contact->set_uri("sip:" + user + "@127.0.0.1:5080");
    contact->set_source("127.0.0.1:5080");
    contact->set_reachable(true);
    contact->mutable_expire_time()->set_seconds(4'000'000'000);
  });
}

void FakeRegistrarEdge::Unregister(const std::string& user, const std::string& agent) {
  Change([&] {
    auto& r = registrations_[user];
    r.set_sip_user(user);
    r.set_agent_id(agent);
    r.set_version(r.version() + 1);
    r.clear_contacts();
  });
}

void FakeRegistrarEdge::Leg(const std::string& call, const std::string& agent,
                            const std::string& reservation, v1::LegState state) {
  Change([&] {
    auto& record = calls_[call];
    record.set_call_id(call);
    record.set_version(record.version() + 1);
    if (record.legs_size() == 0) record.add_legs();
    auto* leg = record.mutable_legs(0);
    leg->set_leg_id("leg-" + call);
    leg->set_role(v1::LEG_ROLE_AGENT);
    leg->set_agent_id(agent);
    leg->set_reservation_id(reservation);
    leg->set_state(state);
  });
}

void FakeRegistrarEdge::Reboot() {
  Change([this] {
    ++boot_;
    registrations_.clear();
    calls_.clear();
    accounts_.clear();
  });
}

std::map<std::string, v1::Account> FakeRegistrarEdge::accounts() {
  const std::lock_guard lock(mutex_);
  return accounts_;
}

bool FakeRegistrarEdge::WaitForAccount(const std::string& user) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, std::chrono::seconds(10),
                           [&] { return accounts_.contains(user); });
}

void FakeRegistrarEdge::EachChange(grpc::ServerContext* context, int boot,
                                   const std::function<void()>& send) {
  std::unique_lock lock(mutex_);
  while (!stopping_ && boot_ == boot && !context->IsCancelled()) {
    send();
    changed_.wait_for(lock, std::chrono::milliseconds(50));
  }
}

grpc::Status FakeRegistrarEdge::WatchCalls(grpc::ServerContext* context,
                                           const v1::WatchCallsRequest*,
                                           grpc::ServerWriter<v1::WatchCallsResponse>* writer) {
  std::map<std::string, std::uint64_t> sent;
  int boot = 0;
  {
    const std::lock_guard lock(mutex_);
    boot = boot_;
    v1::WatchCallsResponse message;
    message.mutable_snapshot_begin()->set_edge_id("edge-1");
    message.mutable_snapshot_begin()->set_boot_id(std::to_string(boot_));
    writer->Write(message);
    for (const auto& [id, record] : calls_) {
      sent[id] = record.version();
      v1::WatchCallsResponse one;
      *one.mutable_record() = record;
      writer->Write(one);
    }
    v1::WatchCallsResponse end;
    end.mutable_snapshot_end();
    writer->Write(end);
  }
  auto said = std::chrono::steady_clock::now();
  EachChange(context, boot, [&] {
    if (const auto now = std::chrono::steady_clock::now(); now > said + std::chrono::seconds(1)) {
      said = now;
      v1::WatchCallsResponse alive;
      alive.mutable_alive();
      writer->Write(alive);
    }
    for (const auto& [id, record] : calls_) {
      if (sent[id] == record.version()) continue;
      sent[id] = record.version();
      v1::WatchCallsResponse one;
      *one.mutable_delta()->mutable_record() = record;
      writer->Write(one);
    }
  });
  return grpc::Status::OK;
}

grpc::Status FakeRegistrarEdge::WatchRegistrations(
    grpc::ServerContext* context, const v1::WatchRegistrationsRequest*,
    grpc::ServerWriter<v1::WatchRegistrationsResponse>* writer) {
  std::map<std::string, std::uint64_t> sent;
  int boot = 0;
  {
    const std::lock_guard lock(mutex_);
    boot = boot_;
    v1::WatchRegistrationsResponse message;
    message.mutable_snapshot_begin()->set_edge_id("edge-1");
    message.mutable_snapshot_begin()->set_boot_id(std::to_string(boot_));
    writer->Write(message);
  }
  auto send = [&] {
    for (const auto& [user, registration] : registrations_) {
      if (sent[user] == registration.version()) continue;
      sent[user] = registration.version();
      v1::WatchRegistrationsResponse one;
      *one.mutable_registration() = registration;
      writer->Write(one);
    }
  };
  {
    const std::lock_guard lock(mutex_);
    send();
    v1::WatchRegistrationsResponse end;
    end.mutable_snapshot_end();
    writer->Write(end);
  }
  EachChange(context, boot, send);
  return grpc::Status::OK;
}

grpc::Status FakeRegistrarEdge::PushAccounts(grpc::ServerContext*,
                                             grpc::ServerReader<v1::PushAccountsRequest>* reader,
                                             v1::PushAccountsResponse* response) {
  v1::PushAccountsRequest message;
  bool good = false;
  std::map<std::string, v1::Account> next;
  while (reader->Read(&message)) {
    const std::lock_guard lock(mutex_);
    if (message.has_begin()) {
      good = message.begin().boot_id() == std::to_string(boot_);
      if (!message.begin().replaces_all()) next = accounts_;
    } else if (message.has_account()) {
      next[message.account().sip_user()] = message.account();
    } else {
      next.erase(message.removed_sip_user());
    }
  }
  if (!good) return {grpc::StatusCode::FAILED_PRECONDITION, "BOOT_CHANGED"};
  Change([&] { accounts_ = next; });
  response->set_accounts(static_cast<std::uint32_t>(next.size()));
  return grpc::Status::OK;
}

}  // namespace callfleet::test
