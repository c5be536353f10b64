// The streams of an edge: two watches and the push of accounts.
#include <utility>

#include "common/grpc_server/watch_reader.h"
#include "services/agent_registry/adapters/edge_convert.h"
#include "services/agent_registry/adapters/edge_link_shared.h"

namespace callfleet::agent_registry {
namespace {

constexpr std::chrono::seconds kPushDeadline{60};

// Sends the messages one by one; deletes itself.
class Push final : public grpc::ClientWriteReactor<edge_v1::PushAccountsRequest> {
 public:
  using Done = std::function<void(grpc::ClientContext*, const grpc::Status&)>;
  Push(std::vector<edge_v1::PushAccountsRequest> messages, Done done)
      : messages_(std::move(messages)), done_(std::move(done)) {
    context_.set_deadline(std::chrono::system_clock::now() + kPushDeadline);
  }
  grpc::ClientContext* context() { return &context_; }
  edge_v1::PushAccountsResponse* response() { return &response_; }
  void Begin() {
    Next();
    StartCall();
  }
  void OnWriteDone(bool ok) override {
    if (ok) Next();
  }
  void OnDone(const grpc::Status& status) override {
    done_(&context_, status);
    delete this;
  }

 private:
  void Next() {
    if (at_ < messages_.size()) {
      StartWrite(&messages_[at_++]);
    } else {
      StartWritesDone();
    }
  }
  std::vector<edge_v1::PushAccountsRequest> messages_;
  std::size_t at_ = 0;
  Done done_;
  grpc::ClientContext context_;
  edge_v1::PushAccountsResponse response_;
};

}  // namespace

void EdgeLink::Shared::Start(EdgeFacts* facts) {
  facts_ = facts;
  OpenCalls();
  OpenRegistrations();
}

void EdgeLink::Shared::OpenCalls() {
  edge_v1::WatchCallsRequest request;
  request.set_agent_legs_only(true);
  auto self = shared_from_this();
  grpc_server::WatchReader<edge_v1::WatchCallsResponse>::Open(
      &calls_,
      {.begin = [&](grpc::ClientContext* context,
                    auto* reader) { stub_->async()->WatchCalls(context, &request, reader); },
       .on_message = [self](const edge_v1::WatchCallsResponse& m) { self->OnCalls(m); },
       .on_end = [self](const grpc::Status& status) { self->CallsEnded(status); }},
      parts_.intake);
}

void EdgeLink::Shared::OpenRegistrations() {
  const edge_v1::WatchRegistrationsRequest request;
  auto self = shared_from_this();
  grpc_server::WatchReader<edge_v1::WatchRegistrationsResponse>::Open(
      &calls_,
      {.begin =
           [&](grpc::ClientContext* context, auto* reader) {
             stub_->async()->WatchRegistrations(context, &request, reader);
           },
       .on_message =
           [self](const edge_v1::WatchRegistrationsResponse& m) { self->OnRegistrations(m); },
       .on_end = [self](const grpc::Status& status) { self->RegistrationsEnded(status); }},
      parts_.intake);
}

void EdgeLink::Shared::MarkDirty(const std::string& sip_user, bool removed) {
  {
    const std::lock_guard lock(mutex_);
    (removed ? removed_ : dirty_).insert(sip_user);
    (removed ? dirty_ : removed_).erase(sip_user);
  }
  PushIfNeeded();
}

// A new boot gets everything, a known one what has changed. One push at a time.
void EdgeLink::Shared::PushIfNeeded() {
  std::string boot;
  bool whole = false;
  {
    const std::lock_guard lock(mutex_);
    if (calls_.stopping() || pushing_ || boot_.empty() || !registrations_up_) return;
    whole = pushed_boot_ != boot_;
    if (!whole && dirty_.empty() && removed_.empty()) return;
    pushing_ = true;
    boot = boot_;
  }
  auto self = shared_from_this();
  auto* push = new Push(PushMessages(whole), [self, boot, whole](grpc::ClientContext* context,
                                                                 const grpc::Status& status) {
    self->Pushed(boot, whole, status);
    self->calls_.Leave(context);
  });
  if (!calls_.Enter(push->context())) {
    delete push;
    return;
  }
  stub_->async()->PushAccounts(push->context(), push->response(), push);
  push->Begin();
}

std::vector<edge_v1::PushAccountsRequest> EdgeLink::Shared::PushMessages(bool whole) {
  std::set<std::string> changed;
  std::set<std::string> removed;
  std::unordered_set<std::string> registered;
  std::vector<edge_v1::PushAccountsRequest> messages(1);
  EdgeId edge;
  {
    const std::lock_guard lock(mutex_);
    changed = std::exchange(dirty_, {});
    removed = std::exchange(removed_, {});
    registered = registered_;
    edge = edge_;
    messages[0].mutable_begin()->set_boot_id(boot_);
  }
  messages[0].mutable_begin()->set_replaces_all(whole);
  Fill(parts_.pool, messages[0].mutable_begin()->mutable_unit());
  const WallTime now = parts_.clock->Now().wall;
  auto add = [&](const AccountEntry& entry) {
    // What the edge itself has heard is newer than what we kept.
    const bool with_contacts = whole && !registered.contains(entry.sip_user);
    Fill(entry, edge, with_contacts, now, messages.emplace_back().mutable_account());
  };
  if (whole) {
    for (const AccountEntry& entry : parts_.accounts->All()) add(entry);
    return messages;
  }
  for (const std::string& user : changed) {
    if (auto entry = parts_.accounts->Find(user)) add(*entry);
  }
  for (const std::string& user : removed) messages.emplace_back().set_removed_sip_user(user);
  return messages;
}

void EdgeLink::Shared::Pushed(const std::string& boot, bool whole, const grpc::Status& status) {
  {
    const std::lock_guard lock(mutex_);
    pushing_ = false;
    if (status.ok()) {
      if (whole) pushed_boot_ = boot;
    } else {
      pushed_boot_.clear();  // What was lost is not known: give it everything again.
      if (!calls_.stopping())
        log_.Warn("accounts were not taken", {{"detail", status.error_message()}});
    }
    if (calls_.stopping()) return;
  }
  if (status.ok()) {
    PushIfNeeded();
  } else {
    Later(&Shared::PushIfNeeded);
  }
}

}  // namespace callfleet::agent_registry
