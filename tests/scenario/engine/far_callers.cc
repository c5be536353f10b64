// People who call: they hear ringing, music, a person, and leave at any moment.
#include <algorithm>

#include "tests/scenario/engine/far_end.h"

namespace callfleet::engine {

namespace {
constexpr int kMostInvites = 7;          // RFC 3261 17.1.1.2: until timer B.
constexpr seconds kNoFinalResponse{32};  // After a CANCEL (RFC 3261 9.1).
constexpr double kCallsAgain = 0.1;      // Share of callers who have called before.
constexpr milliseconds kSecondThought{400};
}  // namespace

void FarEnds::Call(const std::string& called) {
  FarCall& call = NewCall(0, 0);
  call.caller = true;
  call.called = called;
  const bool again = callers_ > 0 && kernel_->Chance(kCallsAgain);
  call.number = "+1650" + std::to_string(1'000'000 + (again ? kernel_->Below(callers_) : callers_));
  call.invited = kernel_->now();
  ++callers_;
  ++live_callers_;
  kernel_->Note("calls", call.number);
  const FarId id = call.id;
  Invite(id, 1);
  ChangeMood(
      call, kernel_->Chance(scenario_->fickle)
                ? kernel_->Between(milliseconds(0), kSecondThought)
                : kernel_->Exponential(milliseconds(static_cast<int>(scenario_->patience * 1000))));
}

bool FarEnds::Dial(Phone* phone, const std::string& called) {
  if (phone->gone || phone->live >= phone->lines) return false;
  FarCall& call = NewCall(0, 0);
  call.caller = true;
  call.phone = phone;
  call.called = called;
  call.number = phone->sip_user;
  call.invited = kernel_->now();
  ++phone->live;
  ++live_callers_;
  kernel_->Note("dials", phone->sip_user + " " + called);
  Invite(call.id, 1);
  ChangeMood(call, kernel_->Exponential(milliseconds(static_cast<int>(scenario_->patience * 500))));
  return true;
}

void FarEnds::ChangeMood(FarCall& call, MonoDuration leaves_after) {
  kernel_->After(leaves_after, "person", [this, id = call.id, mood = ++call.mood] {
    const FarCall* now = Find(id);
    if (now != nullptr && now->mood == mood) Leave(id);
  });
}

void FarEnds::Invite(FarId id, int tries) {
  kernel_->After(Way(), "sip", [this, id, tries] {
    FarCall* call = Find(id);
    if (call == nullptr || call->state != FarCall::State::kInvited) return;
    if (edge_ == nullptr || edge_->life().stopped()) {
      if (tries == kMostInvites || call->wants_out) return End(*call);
      return kernel_->After(kRetransmit * (1 << std::min(tries, 3)), "sip again",
                            [this, id, tries] { Invite(id, tries + 1); });
    }
    call->boot = boot_;
    call->state = FarCall::State::kRinging;
    const DialogId dialog = call->phone != nullptr
                                ? edge_->OnDial(id, call->number, call->called)
                                : edge_->OnInvite(id, call->number, call->called);
    call = Find(id);
    if (call == nullptr) return;
    call->dialog = dialog;
    if (dialog == 0) return End(*call);
    // RFC 3261 9.1: CANCEL only after a provisional response.
    if (call->wants_out) kernel_->After(Way(), "cancel", [this, id] { Leave(id); });
  });
}

void FarEnds::Leave(FarId id) {
  FarCall* call = Find(id);
  if (call == nullptr || call->state == FarCall::State::kEnded) return;
  call->wants_out = true;
  if (call->state == FarCall::State::kInvited) return;
  kernel_->Note("caller leaves", call->number);
  if (call->state == FarCall::State::kUp) {
    End(*call);
    return Tell(*call, Signal::kBye, 0);
  }
  Tell(*call, Signal::kCancel, 0);
  kernel_->After(kNoFinalResponse, "no 487", [this, id] {
    FarCall* waiting = Find(id);
    if (waiting != nullptr && waiting->state == FarCall::State::kRinging) End(*waiting);
  });
}

void FarEnds::Accept(FarId id) {
  Arrive(id, [this, id] {
    FarCall* call = Find(id);
    if (call == nullptr || call->state != FarCall::State::kRinging) return;
    call->state = FarCall::State::kUp;
    call->acked = MonoDuration::max();  // Until the edge has it.
    kernel_->Note("caller is answered", call->number);
    Tell(*call, Signal::kAck, 0);
    if (call->wants_out) Leave(id);  // The 200 has crossed the CANCEL.
  });
}

void FarEnds::Reject(FarId id) {
  Arrive(id, [this, id] {
    FarCall* call = Find(id);
    if (call != nullptr && call->state == FarCall::State::kRinging) End(*call);
  });
}

void FarEnds::Confirmed(FarId id) {
  if (FarCall* call = Find(id)) call->acked = kernel_->now();
}

void FarEnds::Hears(FarId id, bool person) {
  FarCall* call = Find(id);
  if (call == nullptr || !call->caller || call->talks == person) return;
  call->talks = person;
  kernel_->Note(person ? "caller talks" : "caller waits", call->number);
  const double mean = person ? scenario_->talk : scenario_->patience;
  ChangeMood(*call, kernel_->Exponential(milliseconds(static_cast<int>(mean * 1000))));
}

}  // namespace callfleet::engine
