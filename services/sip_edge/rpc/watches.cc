#include <mutex>
#include <utility>

#include "common/grpc_server/authorize.h"
#include "common/grpc_server/gather.h"
#include "common/grpc_server/watch.h"
#include "services/sip_edge/rpc/convert_time.h"
#include "services/sip_edge/rpc/sip_edge_service.h"

namespace callfleet::sip_edge {

using grpc_server::Authorize;
using grpc_server::FinishNow;

namespace {

// Reads a push to its end and applies it as one step.
class PushReactor final : public grpc::ServerReadReactor<v1::PushAccountsRequest> {
 public:
  PushReactor(EdgeLoop& loop, std::string boot_id, v1::PushAccountsResponse* response)
      : loop_(loop), boot_id_(std::move(boot_id)), response_(response) {
    StartRead(&message_);
  }

  void OnReadDone(bool ok) override {
    if (!ok) {
      Apply();
      return;
    }
    if (auto taken = Take(); !taken) {
      End(grpc_server::ToGrpcStatus(taken.error()));
      return;
    }
    StartRead(&message_);
  }
  void OnCancel() override { End(grpc::Status::CANCELLED); }
  void OnDone() override { delete this; }

 private:
  Status Take() {
    if (message_.has_begin()) return Begin();
    if (!begun_) return InvalidField("begin", "must come first");
    if (message_.has_account()) return Add();
    push_.removed.push_back(message_.removed_sip_user());
    return {};
  }

  Status Begin() {
    const auto& begin = message_.begin();
    if (begin.boot_id() != boot_id_) {
      return Fail(Error{.code = ErrorCode::kAborted,
                        .reason = "BOOT_CHANGED",
                        .message = "this edge was restarted; nothing was done",
                        .metadata = {{"boot_id", boot_id_}}});
    }
    auto unit = FromProto(begin.unit().unit(), "begin.unit.unit");
    if (!unit) return Fail(unit.error());
    push_.replaces_all = begin.replaces_all();
    begun_ = true;
    return {};
  }

  Status Add() {
    const auto& account = message_.account();
    const auto& name = account.sip_user();
    static constexpr std::string_view kAllowed =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
    if (name.empty() || name.size() > 64 || name.find_first_not_of(kAllowed) != name.npos) {
      return InvalidField("account.sip_user", "1 to 64 of A-Z a-z 0-9 . _ -");
    }
    const bool fixed = !account.fixed_contact_uri().empty();
    if (account.fixed_contact_uri().size() > 512) {
      return InvalidField("account.fixed_contact_uri", "at most 512 characters");
    }
    if (account.secret().empty() != fixed || account.secret().size() > 128) {
      return InvalidField("account.secret", "1 to 128 characters; none with a fixed contact");
    }
    if (fixed && !account.last_contacts().empty()) {
      return InvalidField("account.last_contacts", "none with a fixed contact");
    }
    const auto security = FromProto(account.media_security(), "account.media_security");
    if (!security) return Fail(security.error());
    if (push_.accounts.size() >= 200'000) return InvalidField("account", "at most 200,000");
    push_.accounts.push_back({.sip_user = name,
                              .secret = account.secret(),
                              .agent = AgentId(account.agent_id()),
                              .enabled = account.enabled(),
                              .media_security = *security,
                              .fixed_contact = account.fixed_contact_uri()});
    if (account.last_contacts().empty()) return {};
    RegistrationRecord restored{.sip_user = name, .agent = AgentId(account.agent_id())};
    for (const auto& contact : account.last_contacts()) {
      restored.contacts.push_back(FromProto(contact));
    }
    push_.last_contacts.push_back(std::move(restored));
    return {};
  }

  void Apply() {
    if (!begun_) {
      End(grpc_server::ToGrpcStatus(InvalidField("begin", "must come first").value()));
      return;
    }
    const bool posted = loop_.Post([this, push = std::move(push_)](EdgeLoop& loop, Instant) {
      auto applied = loop.ApplyAccounts(push);
      response_->set_accounts(static_cast<std::uint32_t>(loop.locations().accounts()));
      End(grpc_server::ToGrpcStatus(applied));
    });
    if (!posted) End({grpc::StatusCode::UNAVAILABLE, "stopping"});
  }

  void End(const grpc::Status& status) {
    {
      const std::lock_guard lock(mutex_);
      if (std::exchange(ended_, true)) return;
    }
    Finish(status);
  }

  EdgeLoop& loop_;
  const std::string boot_id_;
  v1::PushAccountsResponse* response_;
  v1::PushAccountsRequest message_;
  LocationTable::Push push_;
  bool begun_ = false;
  std::mutex mutex_;
  bool ended_ = false;
};

Result<CallFilter> FilterOf(const v1::WatchCallsRequest& request) {
  CallFilter filter{.agent_legs_only = request.agent_legs_only(), .unclaimed = request.unclaimed()};
  for (const auto& unit : request.units()) {
    auto known = FromProto(unit, "units");
    if (!known) return Fail(known.error());
    filter.units.push_back(*std::move(known));
  }
  for (const int kind : request.unit_kinds()) {
    if (kind < 1 || kind > 4) return InvalidField("unit_kinds", "a known kind");
    filter.kinds.push_back(static_cast<UnitKind>(kind));
  }
  return filter;
}

}  // namespace

grpc::ServerWriteReactor<v1::WatchCallsResponse>* SipEdgeRpc::WatchCalls(
    Context* context, const v1::WatchCallsRequest* request) {
  using Reactor = grpc::ServerWriteReactor<v1::WatchCallsResponse>;
  if (auto caller = Authorize(*context, parts_.tokens, auth::Role::kService); !caller) {
    return grpc_server::Refuse<Reactor>(caller.error());
  }
  auto filter = FilterOf(*request);
  if (!filter) return grpc_server::Refuse<Reactor>(filter.error());
  const auto gather = grpc_server::GatherOf(request->gather());
  if (!gather) return grpc_server::Refuse<Reactor>(gather.error());
  CallStream stream;
  auto* reactor = grpc_server::OpenWatch<v1::WatchCallsResponse>(
      &parts_.streams, {.capacity = FactHub::kWatcherCapacity, .gather = *gather}, &stream);
  parts_.loop.Post([&hub = parts_.hub, stream, filter = *filter](EdgeLoop& loop, Instant) {
    hub.AddCalls(stream, filter, loop.calls().Snapshot());
  });
  return reactor;
}

grpc::ServerWriteReactor<v1::WatchRegistrationsResponse>* SipEdgeRpc::WatchRegistrations(
    Context* context, const v1::WatchRegistrationsRequest*) {
  using Reactor = grpc::ServerWriteReactor<v1::WatchRegistrationsResponse>;
  if (auto caller = Authorize(*context, parts_.tokens, auth::Role::kService); !caller) {
    return grpc_server::Refuse<Reactor>(caller.error());
  }
  RegistrationStream stream;
  auto* reactor = grpc_server::OpenWatch<v1::WatchRegistrationsResponse>(
      &parts_.streams, {.capacity = FactHub::kWatcherCapacity}, &stream);
  parts_.loop.Post([&hub = parts_.hub, stream](EdgeLoop& loop, Instant) {
    std::vector<RegistrationRecord> snapshot;
    for (const auto& user : loop.locations().Users()) {
      if (auto record = loop.locations().Record(user)) snapshot.push_back(*std::move(record));
    }
    hub.AddRegistrations(stream, snapshot);
  });
  return reactor;
}

grpc::ServerWriteReactor<v1::WatchTrunksResponse>* SipEdgeRpc::WatchTrunks(
    Context* context, const v1::WatchTrunksRequest*) {
  using Reactor = grpc::ServerWriteReactor<v1::WatchTrunksResponse>;
  if (auto caller = Authorize(*context, parts_.tokens, auth::Role::kService); !caller) {
    return grpc_server::Refuse<Reactor>(caller.error());
  }
  TrunkStream stream;
  auto* reactor = grpc_server::OpenWatch<v1::WatchTrunksResponse>(
      &parts_.streams, {.capacity = FactHub::kWatcherCapacity}, &stream);
  parts_.loop.Post([&hub = parts_.hub, stream](EdgeLoop& loop, Instant now) {
    std::vector<TrunkView> snapshot;
    for (const auto& id : loop.trunks().Ids()) {
      if (auto view = loop.trunks().View(id, now)) snapshot.push_back(*std::move(view));
    }
    hub.AddTrunks(stream, snapshot);
  });
  return reactor;
}

grpc::ServerReadReactor<v1::PushAccountsRequest>* SipEdgeRpc::PushAccounts(
    Context* context, v1::PushAccountsResponse* response) {
  using Reactor = grpc::ServerReadReactor<v1::PushAccountsRequest>;
  if (auto caller = Authorize(*context, parts_.tokens, auth::Role::kService); !caller) {
    return grpc_server::Refuse<Reactor>(caller.error());
  }
  return new PushReactor(parts_.loop, parts_.hub.edge().boot_id, response);
}

grpc::ServerUnaryReactor* SipEdgeRpc::GetEdge(Context* context, const v1::GetEdgeRequest*,
                                              v1::GetEdgeResponse* out) {
  if (auto caller = Authorize(*context, parts_.tokens, auth::Role::kViewer); !caller) {
    return FinishNow(context, caller.error());
  }
  return OnLoop(
      context, out,
      [edge = parts_.hub.edge(), started = parts_.started](EdgeLoop& loop, Instant, auto pending) {
        const SwitchCounts& counts = loop.calls().counts();
        v1::GetEdgeResponse answer;
        answer.set_edge_id(edge.edge_id);
        answer.set_boot_id(edge.boot_id);
        Set(answer.mutable_start_time(), started);
        answer.set_draining(loop.calls().draining());
        answer.set_active_calls(counts.active_calls);
        answer.set_active_bridges(counts.active_bridges);
        answer.set_unacknowledged_calls(counts.unacknowledged);
        answer.set_max_calls(loop.config().calls.max_calls);
        for (const auto& listener : loop.Listeners()) answer.add_listeners(listener);
        answer.set_total_calls(counts.total_calls);
        answer.set_accounts_complete(loop.locations().complete());
        pending->Finish(std::move(answer));
      });
}

}  // namespace callfleet::sip_edge
