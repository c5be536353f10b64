// Who controls a call, and how it passes from one unit to another.
#include <utility>

#include "services/sip_edge/domain/call_switch.h"

namespace callfleet::sip_edge {

namespace {

constexpr std::size_t kLongestNumber = 128;

tl::unexpected<Error> NoOffer() {
  return FailedPrecondition("TOO_LATE", "this call is not offered to the unit");
}

}  // namespace

CallSwitch::RecordResult CallSwitch::Claim(const ClaimCommand& command, Instant now) {
  if (auto known = Repeated(command.context.request)) return Replay(command.call, *known);
  if (auto ok = Admit(command.context); !ok) return Fail(ok.error());
  Call* call = FindCall(command.call);
  if (call == nullptr) return NotFound("CALL_NOT_FOUND", "no such call on this edge");
  CallRecord& record = call->record;
  if (call->is_supervision) {
    return FailedPrecondition("NOT_CONTROLLER", "a supervisor's line has no controller");
  }
  const bool offered = record.offered && *record.offered == command.context.unit.unit;
  const bool already = record.controller && record.controller->unit == command.context.unit.unit;
  if (record.controller && !offered && !already) {
    return FailedPrecondition("NOT_CONTROLLER", "another unit controls this call");
  }
  if (record.state == CallState::kEnded && !already) {
    return FailedPrecondition("TOO_LATE", "the call has ended");
  }
  if (offered && !already && record.offer && !record.offer->release.empty()) {
    if (auto ok = Release(*call, now); !ok) return Fail(ok.error());
    record.passed = Passing{.by = record.controller->unit, .time = now.wall};
  }
  record.controller = command.context.unit;
  if (offered || !already) {
    record.offered.reset();
    record.offer.reset();
    call->kept.reset();
  }
  Touch(*call, CallChange::kController);
  return Done(*call, command.context.request);
}

CallSwitch::RecordResult CallSwitch::Handover(const HandoverCommand& command, Instant now) {
  if (auto known = Repeated(command.context.request)) return Replay(command.call, *known);
  if (auto ok = Admit(command.context); !ok) return Fail(ok.error());
  if (command.number.size() > kLongestNumber) {
    return InvalidField("number", "at most 128 characters");
  }
  Call* call = FindCall(command.call);
  if (call == nullptr) return NotFound("CALL_NOT_FOUND", "no such call on this edge");
  CallRecord& record = call->record;
  // Who is asked may name another unit in its place; it is still the controller's offer.
  const bool passes_on =
      record.offer && record.offered && *record.offered == command.context.unit.unit;
  if (!passes_on) {
    if (auto mine = Controlled(command.context, command.call); !mine) return Fail(mine.error());
  }
  if (record.state == CallState::kEnded) {
    return FailedPrecondition("TOO_LATE", "the call has ended");
  }
  if (!passes_on) {
    if (auto ok = MayRelease(*call, command.release); !ok) return Fail(ok.error());
    if (record.offer) CloseOffer(*call, now);
    record.offer_return.reset();
    record.offer = Offer{
        .request = command.context.request, .number = command.number, .release = command.release};
    Leg* released = FindLeg(command.release);
    Leg* customer = released == nullptr ? nullptr : FindLeg(released->peer);
    if (customer != nullptr) {
      call->kept = KeptCustomer{customer->handle, customer->follows.on_peer_end};
      customer->follows.on_peer_end = OnPeerEnd::kKeepWithMusic;
    }
  }
  record.offered = command.to;
  Touch(*call, CallChange::kController);
  acts_.push_back(act::StartTimer{
      {.call = command.call, .timer = SwitchTimer::kOffer, .generation = ++call->offer_generation},
      config_.offer_limit});
  return Done(*call, command.context.request);
}

CallSwitch::RecordResult CallSwitch::Decline(const DeclineCommand& command, Instant now) {
  if (auto known = Repeated(command.context.request)) return Replay(command.call, *known);
  if (auto ok = Admit(command.context); !ok) return Fail(ok.error());
  const std::string& reason = command.answer.reason;
  if (reason.empty() || reason.size() > 64) {
    return InvalidField("answer.reason", "1 to 64 characters");
  }
  Call* call = FindCall(command.call);
  if (call == nullptr) return NotFound("CALL_NOT_FOUND", "no such call on this edge");
  CallRecord& record = call->record;
  if (!record.offered || !record.offer) return NoOffer();
  const Unit& by = command.context.unit.unit;
  if (*record.offered != by && by.kind != UnitKind::kRouting) return NoOffer();
  record.offer_return = command.answer;
  record.offer_return->request = record.offer->request;
  record.offer_return->by = *record.offered;
  CloseOffer(*call, now);
  return Done(*call, command.context.request);
}

// Nobody took the call over: it stays with who offered it.
void CallSwitch::TakeOfferBack(Call& call, Instant now) {
  CallRecord& record = call.record;
  if (!record.offered) return;
  record.offer_return = OfferReturn{.request = record.offer ? record.offer->request : RequestId(),
                                    .by = *record.offered,
                                    .reason = "NOT_CLAIMED"};
  CloseOffer(call, now);
}

void CallSwitch::CloseOffer(Call& call, Instant now) {
  call.record.offered.reset();
  call.record.offer.reset();
  Touch(call, CallChange::kController);
  const auto kept = std::exchange(call.kept, std::nullopt);
  Leg* customer = kept ? FindLeg(kept->leg) : nullptr;
  if (customer == nullptr || !IsLive(*customer)) return;
  customer->follows.on_peer_end = kept->on_peer_end;
  // Whom it talked with has left meanwhile, and nobody else wants the customer.
  const bool alone = FindLeg(customer->peer) == nullptr && !call.transfer;
  if (!alone || kept->on_peer_end != OnPeerEnd::kHangUp) return;
  HangUpLeg(*customer,
            {.by = EndedBy::kPeerLeg, .cause = {.q850 = 16}, .edge_reason = EdgeReason::kPeerEnded},
            now);
}

// Who has passed the call on has kept that: it is told no more, whether the call has ended or not.
bool CallSwitch::PasserKnows(Call& call, const Unit& unit) {
  auto& passed = call.record.passed;
  const auto& controller = call.record.controller;
  if (!passed || passed->by != unit || (controller && controller->unit == unit)) return false;
  if (!std::exchange(passed->by_waits, false)) return true;
  Touch(call, CallChange::kController);
  if (call.acknowledged) Forget(call);
  return true;
}

Status CallSwitch::MayRelease(Call& call, const LegId& id) {
  if (id.empty()) return {};
  const bool asked = call.transfer && call.transfer->state == TransferState::kAsked &&
                     RecordOf(call).referrer == id;
  if (call.transfer && !asked) {
    return FailedPrecondition("TRANSFER_PENDING", "a transfer of this call is under way");
  }
  if (asked) return {};  // The phone may have left already: the customer waits with music.
  auto leg = LegOf(call, id);
  if (!leg) return Fail(leg.error());
  Leg* customer = FindLeg((*leg)->peer);
  if (customer == nullptr || !IsAnswered(**leg) || !IsAnswered(*customer)) {
    return FailedPrecondition("NOT_BRIDGED", "release_leg_id is bridged with nobody");
  }
  return {};
}

// The offer is taken: the agent's leg ends, the customer stays with music.
Status CallSwitch::Release(Call& call, Instant now) {
  if (!call.transfer) {
    Leg* agent = FindLeg(call.record.offer->release);
    Leg* customer = call.kept ? FindLeg(call.kept->leg) : nullptr;
    if (agent == nullptr || customer == nullptr || !IsAnswered(*customer)) {
      return FailedPrecondition("TOO_LATE", "the customer has left");
    }
    OpenTransfer(call, {.id = ids_.Next(), .kind = TransferKind::kBlind}, *agent, *customer, now);
  }
  Leg* customer = FindLeg(call.transfer->customer);
  if (customer == nullptr || !IsAnswered(*customer)) {
    return FailedPrecondition("TOO_LATE", "the customer has left");
  }
  const auto kept = std::exchange(call.kept, std::nullopt);
  if (!StepTransfer(call, TransferEvent::kReleased, now)) {
    return FailedPrecondition("TOO_LATE", "the transfer has another target");
  }
  if (kept) customer->follows.on_peer_end = kept->on_peer_end;
  return {};
}

}  // namespace callfleet::sip_edge
