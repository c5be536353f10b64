// What gRPC brings to an edge, and what it tells its watchers.
#include <algorithm>
#include <utility>

#include "tests/scenario/engine/edge_boot.h"

namespace callfleet::engine {

using namespace std::chrono_literals;
using sip_edge::FromProto;
using sip_edge::ToProto;

template <class Command, class Request, class Step>
Result<bool> EdgeBoot::Run(const Request& request, Step step) {
  Result<Command> command = FromProto(request);
  if (!command) return Fail(command.error());
  auto done = step(*command);
  Settle();
  if (!done) return Fail(done.error());
  return true;
}

Result<bool> EdgeBoot::Ring(const edge_v1::RingRequest& request) {
  return Run<sip_edge::RingCommand>(request,
                                    [this](const auto& c) { return switch_->Ring(c, Now()); });
}
Result<bool> EdgeBoot::Originate(const edge_v1::OriginateRequest& request) {
  return Run<sip_edge::OriginateCommand>(
      request, [this](const auto& c) { return switch_->Originate(c, Now()); });
}
Result<bool> EdgeBoot::HangUp(const edge_v1::HangUpRequest& request) {
  return Run<sip_edge::HangUpCommand>(request,
                                      [this](const auto& c) { return switch_->HangUp(c, Now()); });
}
Result<bool> EdgeBoot::Claim(const edge_v1::ClaimRequest& request) {
  return Run<sip_edge::ClaimCommand>(request,
                                     [this](const auto& c) { return switch_->Claim(c, Now()); });
}
Result<bool> EdgeBoot::Handover(const edge_v1::HandoverRequest& request) {
  return Run<sip_edge::HandoverCommand>(
      request, [this](const auto& c) { return switch_->Handover(c, Now()); });
}
Result<bool> EdgeBoot::Decline(const edge_v1::DeclineRequest& request) {
  return Run<sip_edge::DeclineCommand>(
      request, [this](const auto& c) { return switch_->Decline(c, Now()); });
}
Result<bool> EdgeBoot::Play(const edge_v1::PlayRequest& request) {
  return Run<sip_edge::PlayCommand>(request,
                                    [this](const auto& c) { return switch_->Play(c, Now()); });
}
Result<bool> EdgeBoot::SetHold(const edge_v1::SetHoldRequest& request) {
  return Run<sip_edge::HoldCommand>(request,
                                    [this](const auto& c) { return switch_->SetHold(c, Now()); });
}
Result<bool> EdgeBoot::SteerTransfer(const edge_v1::SteerTransferRequest& request) {
  return Run<sip_edge::SteerTransferCommand>(
      request, [this](const auto& c) { return switch_->SteerTransfer(c, Now()); });
}
Result<bool> EdgeBoot::Answer(const edge_v1::AnswerRequest& request) {
  return Run<sip_edge::AnswerCommand>(request,
                                      [this](const auto& c) { return switch_->Answer(c, Now()); });
}
Result<bool> EdgeBoot::Acknowledge(const edge_v1::AcknowledgeRequest& request) {
  return Run<sip_edge::AcknowledgeCommand>(
      request, [this](const auto& c) { return switch_->Acknowledge(c, Now()); });
}

Result<bool> EdgeBoot::FindTrunk(const TrunkId& trunk) {
  if (trunks_.Find(trunk) == nullptr) return NotFound("TRUNK_UNKNOWN", "no such trunk");
  return true;
}

Result<bool> EdgeBoot::PushAccounts(const std::vector<edge_v1::PushAccountsRequest>& messages) {
  sip_edge::LocationTable::Push push;
  for (const auto& message : messages) {
    if (message.has_begin()) {
      if (message.begin().boot_id() != name_.boot_id) {
        return Fail(Error{ErrorCode::kAborted, "BOOT_CHANGED", "this edge was restarted"});
      }
      push.replaces_all = message.begin().replaces_all();
    } else if (message.has_account()) {
      const auto& account = message.account();
      push.accounts.push_back({.sip_user = account.sip_user(),
                               .secret = account.secret(),
                               .agent = AgentId(account.agent_id()),
                               .enabled = account.enabled(),
                               .fixed_contact = account.fixed_contact_uri()});
      if (account.last_contacts().empty()) continue;
      sip_edge::RegistrationRecord restored{.sip_user = account.sip_user(),
                                            .agent = AgentId(account.agent_id())};
      for (const auto& contact : account.last_contacts()) {
        restored.contacts.push_back(FromProto(contact));
      }
      push.last_contacts.push_back(std::move(restored));
    } else {
      push.removed.push_back(message.removed_sip_user());
    }
  }
  auto applied = locations_.Apply(push, Now());
  if (!applied) return Fail(applied.error());
  for (const auto& restored : push.last_contacts) WatchContacts(restored.sip_user);
  for (const auto& account : push.accounts) {
    if (!account.fixed_contact.empty()) WatchContacts(account.sip_user);
  }
  Settle();
  return true;
}

// --- Watchers

void EdgeBoot::WatchCalls(std::shared_ptr<Stream> stream, sip_edge::CallFilter filter,
                          CallSink sink) {
  const auto send = [&](std::shared_ptr<edge_v1::WatchCallsResponse> message) {
    stream->ToClient([sink, message = std::move(message)] { sink(message); });
  };
  auto begin = std::make_shared<edge_v1::WatchCallsResponse>();
  begin->mutable_snapshot_begin()->set_edge_id(name_.edge_id);
  begin->mutable_snapshot_begin()->set_boot_id(name_.boot_id);
  send(std::move(begin));
  CallWatcher watcher{stream, std::move(filter), std::make_shared<const CallSink>(sink), {}};
  for (const auto& record : switch_->Snapshot()) {
    if (!watcher.filter.Matches(*record)) continue;
    watcher.told.insert(record->id);
    auto message = std::make_shared<edge_v1::WatchCallsResponse>();
    ToProto(*record, name_, message->mutable_record());
    send(std::move(message));
  }
  auto end = std::make_shared<edge_v1::WatchCallsResponse>();
  end->mutable_snapshot_end()->set_seq(seq_);
  send(std::move(end));
  call_watchers_.push_back(std::move(watcher));
}

void EdgeBoot::WatchRegistrations(std::shared_ptr<Stream> stream, RegistrationSink sink) {
  const auto send = [&](std::shared_ptr<edge_v1::WatchRegistrationsResponse> message) {
    stream->ToClient([sink, message = std::move(message)] { sink(message); });
  };
  auto begin = std::make_shared<edge_v1::WatchRegistrationsResponse>();
  begin->mutable_snapshot_begin()->set_edge_id(name_.edge_id);
  begin->mutable_snapshot_begin()->set_boot_id(name_.boot_id);
  send(std::move(begin));
  for (const auto& user : locations_.Users()) {
    auto message = std::make_shared<edge_v1::WatchRegistrationsResponse>();
    ToProto(*locations_.Record(user), message->mutable_registration());
    send(std::move(message));
  }
  auto end = std::make_shared<edge_v1::WatchRegistrationsResponse>();
  end->mutable_snapshot_end()->set_seq(seq_);
  send(std::move(end));
  registration_watchers_.emplace_back(std::move(stream), std::move(sink));
}

void EdgeBoot::WatchTrunks(std::shared_ptr<Stream> stream, TrunkSink sink) {
  for (const auto& id : trunks_.Ids()) {
    auto message = std::make_shared<edge_v1::WatchTrunksResponse>();
    ToProto(*trunks_.View(id, Now()), message->mutable_trunk());
    stream->ToClient([sink, message = std::move(message)] { sink(message); });
  }
  trunk_watchers_.emplace_back(std::move(stream), std::move(sink));
}

// As the hub does: what comes within 4 ms of the last telling is one record a call.
void EdgeBoot::TellLater() {
  if (!switch_->has_updates() || std::exchange(telling_, true)) return;
  const auto earliest = told_at_ + milliseconds(4) - life_->kernel().now();
  life_->RunAfter(std::max(earliest, MonoDuration(0)), "facts", [this] {
    telling_ = false;
    told_at_ = life_->kernel().now();
    TellRecords();
  });
}

void EdgeBoot::TellRecords() {
  const auto updates = switch_->TakeUpdates();
  std::erase_if(call_watchers_, [](const auto& w) { return w.stream->broken(); });
  for (const auto& update : updates) {
    ++seq_;
    if (call_watchers_.empty()) continue;
    auto message = std::make_shared<edge_v1::WatchCallsResponse>();
    auto* delta = message->mutable_delta();
    delta->set_seq(seq_);
    delta->set_forgotten(update.forgotten);
    if (update.forgotten) {
      delta->mutable_record()->set_call_id(update.record->id.str());
      delta->mutable_record()->set_version(update.record->version);
    } else {
      ToProto(*update.record, name_, delta->mutable_record());
      for (auto change : update.changes) delta->add_changes(ToProto(change));
    }
    for (auto& watcher : call_watchers_) Tell(watcher, update, message);
  }
}

void EdgeBoot::Tell(CallWatcher& watcher, const sip_edge::RecordUpdate& update,
                    const std::shared_ptr<const edge_v1::WatchCallsResponse>& message) {
  const CallId& id = update.record->id;
  const bool known = watcher.told.contains(id);
  const bool matches = !update.forgotten && watcher.filter.Matches(*update.record);
  if (!matches && !known) return;
  if (matches) {
    watcher.told.insert(id);
  } else {
    watcher.told.erase(id);
  }
  watcher.stream->ToClient([sink = watcher.sink, message] { (*sink)(message); });
}

void EdgeBoot::TellRegistrations() {
  for (const auto& sip_user : locations_.TakeChanged()) {
    const auto record = locations_.Record(sip_user);
    auto message = std::make_shared<edge_v1::WatchRegistrationsResponse>();
    ToProto(record ? *record : sip_edge::RegistrationRecord{.sip_user = sip_user},
            message->mutable_registration());
    std::erase_if(registration_watchers_, [](const auto& w) { return w.first->broken(); });
    for (const auto& [stream, sink] : registration_watchers_) {
      stream->ToClient([sink = sink, message] { sink(message); });
    }
  }
}

// Each second, news or not: who hears nothing knows that its watch is dead.
void EdgeBoot::TellAlive() {
  std::erase_if(call_watchers_, [](const auto& w) { return w.stream->broken(); });
  if (call_watchers_.empty()) return;
  auto message = std::make_shared<edge_v1::WatchCallsResponse>();
  message->mutable_alive()->set_seq(seq_);
  for (const auto& watcher : call_watchers_) {
    watcher.stream->ToClient([sink = watcher.sink, message] { (*sink)(message); });
  }
}

void EdgeBoot::TellTrunks() {
  for (const auto& id : trunks_.TakeChanged()) {
    const auto view = trunks_.View(id, Now());
    if (!view) continue;
    auto message = std::make_shared<edge_v1::WatchTrunksResponse>();
    ToProto(*view, message->mutable_trunk());
    std::erase_if(trunk_watchers_, [](const auto& w) { return w.first->broken(); });
    for (const auto& [stream, sink] : trunk_watchers_) {
      stream->ToClient([sink = sink, message] { sink(message); });
    }
  }
}

}  // namespace callfleet::engine
