// Transfers, consultations and conferences: the transfer table's effects on legs.
#include <algorithm>
#include <utility>

#include "services/sip_edge/domain/call_switch.h"

namespace callfleet::sip_edge {

namespace {

constexpr std::size_t kTransfersKept = 16;

LegEnd Passed() {
  return {.by = EndedBy::kEdge,
          .cause = {.q850 = 16, .text = "transferred"},
          .edge_reason = EdgeReason::kTransferred};
}

LegEnd Followed() {
  return {.by = EndedBy::kPeerLeg, .cause = {.q850 = 16}, .edge_reason = EdgeReason::kPeerEnded};
}

// What a referrer is told of a transfer that came to nothing.
int FailureCode(const TransferRecord& record) {
  if (record.sip_code >= 300) return record.sip_code;
  return record.end == TransferEnd::kCancelled || record.end == TransferEnd::kCustomerLeft ? 487
                                                                                           : 603;
}

}  // namespace

TransferRecord& CallSwitch::RecordOf(Call& call) { return call.record.transfers.back(); }

// A transfer in ASKED; at most one at a time.
void CallSwitch::OpenTransfer(Call& call, TransferRecord record, Leg& referrer, Leg& customer,
                              Instant now) {
  record.begin = now.wall;
  record.referrer = RecordOf(referrer).id;
  record.customer = RecordOf(customer).id;
  auto& all = call.record.transfers;
  if (all.size() >= kTransfersKept) all.erase(all.begin());
  call.transfer = {.blind = record.kind != TransferKind::kConsult,
                   .referrer = referrer.handle,
                   .customer = customer.handle,
                   .on_peer_end = customer.follows.on_peer_end};
  all.push_back(std::move(record));
  Touch(call, CallChange::kTransfer);
}

bool CallSwitch::StepTransfer(Call& call, TransferEvent event, Instant now) {
  if (!call.transfer) return false;
  const auto holds = [&](TransferGuard guard) {
    switch (guard) {
      case TransferGuard::kAlways:
        return true;
      case TransferGuard::kBlind:
        return call.transfer->blind;
    }
    return false;
  };
  const auto* row = fsm::Find<TransferMachine>(kTransferRows, call.transfer->state, event, holds);
  if (row == nullptr) {
    ++counts_.refused_events;
    return false;
  }
  call.transfer->state = row->to;
  RecordOf(call).state = row->to;
  for (TransferEffect effect : row->effects) Perform(call, effect, now);
  if (TransferMachine::IsTerminal(row->to)) {
    RecordOf(call).ended = now.wall;
    call.transfer.reset();
  }
  RefreshRows(call);
  Touch(call, CallChange::kTransfer);
  Recompute(call, now);
  return true;
}

void CallSwitch::Perform(Call& call, TransferEffect effect, Instant now) {
  ActiveTransfer& active = *call.transfer;
  TransferRecord& record = RecordOf(call);
  switch (effect) {
    case TransferEffect::kNone:
      break;
    case TransferEffect::kMarkCompleted:
      record.end = TransferEnd::kCompleted;
      break;
    case TransferEffect::kMarkRefused:
      record.end = TransferEnd::kRefused;
      break;
    case TransferEffect::kMarkFailed:
      record.end = TransferEnd::kFailed;
      break;
    case TransferEffect::kMarkCancelled:
      record.end = TransferEnd::kCancelled;
      break;
    case TransferEffect::kMarkCustomerLeft:
      record.end = TransferEnd::kCustomerLeft;
      break;
    case TransferEffect::kMarkReleased:
      record.end = TransferEnd::kReleased;
      break;
    case TransferEffect::kBecomeBlind:
      active.blind = true;
      break;
    case TransferEffect::kTellProgress:
      TellReferrer(call, 180, false);
      break;
    case TransferEffect::kTellDone:
      TellReferrer(call, 200, true);
      break;
    case TransferEffect::kTellFailure:
      TellReferrer(call, FailureCode(record), true);
      break;
    case TransferEffect::kPark:
      Park(call, now);
      break;
    case TransferEffect::kGiveToTarget:
    case TransferEffect::kConsult:
    case TransferEffect::kConfer:
    case TransferEffect::kReturn:
      Regroup(call, effect, now);
      break;
    case TransferEffect::kHangUpReferrer:
      if (Leg* leg = FindLeg(active.referrer)) {
        HangUpLeg(*leg, record.end == TransferEnd::kCustomerLeft ? Followed() : Passed(), now);
      }
      break;
    case TransferEffect::kHangUpTarget:
      if (Leg* leg = FindLeg(active.target)) HangUpLeg(*leg, Followed(), now);
      break;
  }
}

void CallSwitch::TellReferrer(Call& call, int sip_code, bool last) {
  if (!RecordOf(call).by_phone) return;
  Leg* referrer = FindLeg(call.transfer->referrer);
  if (referrer != nullptr && IsAnswered(*referrer)) {
    acts_.push_back(act::Notify{referrer->handle, sip_code, last});
  }
}

// The customer waits with music; nobody else hears it.
void CallSwitch::Park(Call& call, Instant now) {
  Leg* customer = FindLeg(call.transfer->customer);
  if (customer == nullptr || !IsLive(*customer)) return;
  Part(*customer, now);
  RecordOf(*customer).held_by_us = true;
  PlayMusic(*customer, now);
  Touch(call, CallChange::kHold);
}

// Who hears whom afterwards. Each change of a bridge's members is a span of its own.
void CallSwitch::Regroup(Call& call, TransferEffect effect, Instant now) {
  Leg* referrer = FindLeg(call.transfer->referrer);
  Leg* customer = FindLeg(call.transfer->customer);
  Leg* target = FindLeg(call.transfer->target);
  for (Leg* leg : {referrer, customer, target}) {
    if (leg != nullptr) Part(*leg, now);
  }
  const auto join = [&](Leg* a, Leg* b, OnPeerEnd on_peer_end) {
    if (a != nullptr && b != nullptr && IsAnswered(*a) && IsAnswered(*b)) {
      Join(*a, *b, on_peer_end, now);
    }
  };
  if (effect == TransferEffect::kConsult) {
    join(referrer, target, OnPeerEnd::kHangUp);
    return;
  }
  const bool to_referrer = effect != TransferEffect::kGiveToTarget;
  Leg* with = to_referrer ? referrer : target;
  if (customer == nullptr || with == nullptr || !IsAnswered(*with)) return;  // Music goes on.
  Touch(call, CallChange::kHold);
  join(with, customer, call.transfer->on_peer_end);
  if (effect == TransferEffect::kConfer && target != nullptr) {
    call.record.bridges.back().legs.push_back(RecordOf(*target).id);
    target->was_bridged = true;
  }
}

// The others of a leg's bridge.
std::vector<CallSwitch::Leg*> CallSwitch::PartnersOf(Leg& leg) {
  std::vector<Leg*> partners;
  const auto& transfer = leg.call->transfer;
  if (transfer && transfer->state == TransferState::kConference) {
    const LegHandle all[] = {transfer->referrer, transfer->customer, transfer->target};
    if (std::find(std::begin(all), std::end(all), leg.handle) != std::end(all)) {
      for (LegHandle handle : all) {
        Leg* other = FindLeg(handle);
        if (other != nullptr && other != &leg && IsAnswered(*other)) partners.push_back(other);
      }
      return partners;
    }
  }
  if (Leg* peer = FindLeg(leg.peer)) partners.push_back(peer);
  return partners;
}

// A party of a transfer leaves. False: it is none, the usual rules apply.
bool CallSwitch::LeftTransfer(Leg& leg, Instant now) {
  Call& call = *leg.call;
  if (!call.transfer || call.transfer->state == TransferState::kOver) return false;
  TransferEvent event;
  if (leg.handle == call.transfer->referrer) {
    event = TransferEvent::kReferrerGone;
  } else if (leg.handle == call.transfer->customer) {
    event = TransferEvent::kCustomerGone;
  } else if (leg.handle == call.transfer->target) {
    event = TransferEvent::kTargetGone;
    const LegRecord& record = RecordOf(leg);
    if (!record.answered) {
      RecordOf(call).sip_code =
          record.end.cause.sip_code != 0 ? record.end.cause.sip_code : leg.pending.cause.sip_code;
    }
  } else {
    return false;
  }
  if (call.transfer->state != TransferState::kConference) Part(leg, now);
  StepTransfer(call, event, now);
  return true;
}

// They stay when this leg ends.
void CallSwitch::KeepPartners(Leg& leg) {
  for (Leg* other : PartnersOf(leg)) other->follows.on_peer_end = OnPeerEnd::kKeepWithMusic;
}

// --- Targets of a transfer: legs that Ring or Originate made

Status CallSwitch::MayTransfer(const Call* call, const TransferTo& to) {
  if (to.id.empty() || to.id.size() > 64) {
    return InvalidField("what_follows.transfer.transfer_id", "1 to 64 characters");
  }
  if (call == nullptr) return NotFound("TRANSFER_NOT_FOUND", "a new call has no transfer");
  if (call->record.offer) {
    return FailedPrecondition("TRANSFER_PENDING", "the call is offered to another unit");
  }
  if (call->transfer) {
    if (call->record.transfers.back().id != to.id) {
      return FailedPrecondition("TRANSFER_PENDING", "another transfer of this call is under way");
    }
    if (call->transfer->state == TransferState::kAsked) return {};
    return FailedPrecondition("TOO_LATE", "this transfer has its target");
  }
  Leg* referrer = FindLeg(to.referrer);
  if (referrer == nullptr || referrer->call != call) {
    return NotFound("LEG_NOT_FOUND", "referrer_leg_id is no leg of this call");
  }
  const auto& all = call->record.transfers;
  if (std::any_of(all.begin(), all.end(), [&](const auto& t) { return t.id == to.id; })) {
    return FailedPrecondition("TOO_LATE", "this transfer is over");
  }
  if (!IsAnswered(*referrer) || FindLeg(referrer->peer) == nullptr) {
    return FailedPrecondition("NOT_BRIDGED", "the referrer is bridged with nobody");
  }
  return {};
}

void CallSwitch::BindTransfer(Leg& target, const TransferTo& to, Instant now) {
  Call& call = *target.call;
  if (!call.transfer) {
    Leg& referrer = *FindLeg(to.referrer);
    OpenTransfer(call, {.id = to.id, .kind = to.kind}, referrer, *FindLeg(referrer.peer), now);
  }
  call.transfer->target = target.handle;
  RecordOf(call).target = RecordOf(target).id;
  StepTransfer(call, TransferEvent::kAccepted, now);
}

CallSwitch::RecordResult CallSwitch::SteerTransfer(const SteerTransferCommand& command,
                                                   Instant now) {
  if (auto known = Repeated(command.context.request)) return Replay(command.call, *known);
  if (auto ok = Admit(command.context); !ok) return Fail(ok.error());
  auto call = Controlled(command.context, command.call);
  if (!call) return Fail(call.error());
  const auto& all = (*call)->record.transfers;
  const bool known =
      std::any_of(all.begin(), all.end(), [&](const auto& t) { return t.id == command.transfer; });
  if (!known) return NotFound("TRANSFER_NOT_FOUND", "no such transfer of this call");
  if (!(*call)->transfer || all.back().id != command.transfer) {
    return FailedPrecondition("TOO_LATE", "this transfer is over");
  }
  TransferEvent event = TransferEvent::kRefused;
  switch (command.verb) {
    case TransferVerb::kComplete:
      event = TransferEvent::kComplete;
      break;
    case TransferVerb::kCancel:
      event = TransferEvent::kCancel;
      break;
    case TransferVerb::kConference:
      event = TransferEvent::kConfer;
      break;
    case TransferVerb::kRefuse:
      break;
    case TransferVerb::kRelease:
      event = TransferEvent::kReleased;
      break;
  }
  const auto state = (*call)->transfer->state;
  if (command.verb == TransferVerb::kRefuse && state == TransferState::kAsked) {
    RecordOf(**call).sip_code = command.sip_code;
  }
  if (!StepTransfer(**call, event, now)) {
    return Fail(Error{.code = ErrorCode::kFailedPrecondition,
                      .reason = "WRONG_STATE",
                      .message = "the transfer is not where this is allowed",
                      .metadata = {{"state", std::string(TransferMachine::Name(state))}}});
  }
  return Done(**call, command.context.request);
}

}  // namespace callfleet::sip_edge
