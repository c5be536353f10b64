#include "tests/scenario/engine/far_end.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace callfleet::engine {

namespace {

constexpr seconds kGiveUp{32};  // 64 * T1.
constexpr seconds kRegisterAgain{40};
constexpr seconds kKnownWithin{2};  // That a phone is in a call of its own.

}  // namespace

Phone* FarEnds::AddPhone(const std::string& sip_user, const std::string& contact, int lines,
                         bool answers_at_once) {
  phones_.push_back(std::make_unique<Phone>());
  Phone* phone = phones_.back().get();
  phone->sip_user = sip_user;
  phone->contact = contact;
  phone->lines = lines;
  phone->answers_at_once = answers_at_once;
  by_contact_[contact] = phone;
  if (!sip_user.empty()) {
    kernel_->After(kernel_->Between(milliseconds(10), seconds(2)), "register",
                   [this, phone] { Register(phone); });
  }
  return phone;
}

// UDP: each message takes its own time; a lost one comes with the retransmission.
MonoDuration FarEnds::Way() {
  const auto lost = kernel_->Chance(scenario_->lost_messages) ? kRetransmit : milliseconds(0);
  return kernel_->Between(milliseconds(1), milliseconds(20)) + lost;
}

void FarEnds::EdgeUp(EdgeSide* edge, int boot) {
  edge_ = edge;
  boot_ = boot;
}

// No more RTP: the far ends hang up after a while, if nobody tells them before.
void FarEnds::EdgeDown() {
  edge_ = nullptr;
  std::vector<FarId> live;
  for (auto& [id, call] : calls_) {
    if (call.state == FarCall::State::kUp || call.state == FarCall::State::kAnswered) {
      live.push_back(id);
    }
  }
  std::sort(live.begin(), live.end());
  for (FarId id : live) {
    kernel_->After(kernel_->Between(seconds(25), seconds(40)), "no rtp", [this, id] {
      if (FarCall* call = Find(id); call != nullptr && call->boot != boot_) End(*call);
    });
  }
}

void FarEnds::Register(Phone* phone) {
  if (phone->gone) return;
  const std::uint32_t port = phone->port;
  const auto again = [this, phone, port](MonoDuration after) {
    kernel_->After(after, "register", [this, phone, port] {
      if (phone->port == port) Register(phone);
    });
  };
  kernel_->After(Way(), "register", [this, phone, again] {
    if (phone->gone) return;
    if (edge_ == nullptr || edge_->life().stopped()) return again(seconds(4));
    const int code = edge_->OnRegister(phone->sip_user, phone->contact, ++phone->cseq);
    again(code == 200 ? kRegisterAgain : seconds(1 + kernel_->Below(3)));
  });
}

void FarEnds::SwitchOff(Phone* phone) {
  phone->gone = true;
  kernel_->Note("phone is switched off", phone->contact);
  std::vector<FarId> live;
  for (auto& [id, call] : calls_) {
    if (call.phone == phone && call.state != FarCall::State::kEnded) live.push_back(id);
  }
  std::sort(live.begin(), live.end());
  for (FarId id : live) {
    FarCall& call = calls_.at(id);
    const bool was_up = call.state == FarCall::State::kUp;
    End(call);
    // Nothing comes from it any more: the edge finds out by the missing RTP.
    if (was_up) {
      kernel_->After(seconds(30), "silence", [this, boot = call.boot, dialog = call.dialog] {
        Tell(boot, dialog, Signal::kSilence, 0);
      });
    }
  }
}

void FarEnds::SwitchOn(Phone* phone) {
  kernel_->Note("phone is switched on", phone->contact);
  phone->gone = false;
  by_contact_.erase(phone->contact);
  const auto base = phone->contact.substr(0, phone->contact.find(';'));
  phone->contact = base + ";port=" + std::to_string(++phone->port);
  by_contact_[phone->contact] = phone;
  phone->cseq = 0;
  Register(phone);
}

void FarEnds::Options(const std::string& contact, std::function<void(bool)> done) {
  const auto found = by_contact_.find(contact);
  const bool answers = found != by_contact_.end() && !found->second->gone;
  kernel_->After(answers ? 2 * Way() : MonoDuration(kGiveUp), "options",
                 [answers, done = std::move(done)] { done(answers); });
}

FarCall& FarEnds::NewCall(int boot, DialogId dialog) {
  FarCall& call = calls_[++last_];
  call.id = last_;
  call.boot = boot;
  call.dialog = dialog;
  return call;
}

void FarEnds::Arrive(FarId id, Task task) {
  kernel_->After(Way(), "sip", [this, id, task = std::move(task)] {
    FarCall* call = Find(id);
    if (call == nullptr || (call->phone != nullptr && call->phone->gone)) return;
    task();
  });
}

// A message to the edge; another boot than the one that made the dialog knows nothing of it.
void FarEnds::Tell(int boot, DialogId dialog, Signal signal, int code) {
  kernel_->After(Way(), "sip", [this, boot, dialog, signal, code] {
    if (edge_ == nullptr || boot != boot_) return;
    Life& life = edge_->life();
    if (!life.stopped()) {
      if (life.alive()) edge_->OnSignal(dialog, signal, code);
      return;
    }
    life.Run([this, boot, dialog, signal, code] {
      if (edge_ != nullptr && boot == boot_) edge_->OnSignal(dialog, signal, code);
    });
  });
}

void FarEnds::Answer(FarId id, Signal signal, int code) {
  if (FarCall* call = Find(id)) Tell(*call, signal, code);
}

FarId FarEnds::InvitePhone(int boot, DialogId dialog, const std::string& contact) {
  FarCall& call = NewCall(boot, dialog);
  const auto found = by_contact_.find(contact);
  const FarId id = call.id;
  if (found == by_contact_.end()) return id;  // Nobody is there: silence.
  call.phone = found->second;
  Arrive(id, [this, id] {
    if (FarCall* arrived = Find(id)) AtPhone(*arrived);
  });
  return id;
}

FarId FarEnds::InviteCarrier(int boot, DialogId dialog, const std::string& number) {
  FarCall& call = NewCall(boot, dialog);
  call.number = number;
  const FarId id = call.id;
  Arrive(id, [this, id] {
    if (FarCall* arrived = Find(id)) AtCarrier(*arrived);
  });
  return id;
}

double FarEnds::AnswerShare() const {
  const double hours = static_cast<double>(kernel_->now().count()) / 3.6e9;
  return scenario_->answer + scenario_->answer_swing * std::sin(hours * 4 * 3.14159265);
}

void FarEnds::AtCarrier(FarCall& call) {
  Number& number = numbers_[call.number];
  ++number.invites;
  ++number.live;
  ++invites_;
  call.state = FarCall::State::kRinging;
  call.invited = kernel_->now();
  kernel_->Note("INVITE", call.number, number.invites);
  const FarId id = call.id;
  if (number.live > 1) {
    for (const auto& [other_id, other] : calls_) {
      // What an edge that died left behind rings on for a while.
      const bool same = other_id != id && other.number == call.number && other.boot == call.boot;
      if (same && other.state != FarCall::State::kInvited &&
          other.state != FarCall::State::kEnded) {
        kernel_->Broken("two calls to " + call.number + " at once");
        break;
      }
    }
  }
  if (storm_ || kernel_->Chance(scenario_->trunk_fault)) {
    call.fault = true;
    if (kernel_->Chance(0.2)) return End(call);  // Not even a 100.
    const int code = kernel_->Chance(0.5) ? 503 : 403;
    kernel_->After(milliseconds(20), "carrier", [this, id, code] { Refuse(id, code); });
    return;
  }
  ++number.carried;
  Answer(id, Signal::kTrying, 100);
  const MonoDuration ring = kernel_->Between(milliseconds(200), seconds(2));
  if (kernel_->Chance(0.02)) {
    kernel_->After(ring, "carrier", [this, id] { Refuse(id, 404); });
    return;
  }
  const bool answers = kernel_->Chance(AnswerShare());
  const bool early = answers && kernel_->Chance(0.03);  // The 200 comes without an 18x.
  if (!early) {
    kernel_->After(ring, "carrier", [this, id] {
      FarCall* ringing = Find(id);
      if (ringing == nullptr || ringing->state != FarCall::State::kRinging) return;
      ringing->progressed = true;
      Tell(*ringing, Signal::kRinging, 180);
    });
  }
  if (answers) {
    const auto until = !early && kernel_->Chance(scenario_->glare)
                           ? seconds(25) + kernel_->Between(milliseconds(-40), milliseconds(40))
                           : kernel_->Between(seconds(1), seconds(12));
    kernel_->After(ring + until, "carrier", [this, id] { PickUp(id); });
  } else if (kernel_->Chance(0.5)) {
    const int code = kernel_->Chance(0.8) ? 486 : 603;
    kernel_->After(ring + kernel_->Between(milliseconds(200), seconds(4)), "carrier",
                   [this, id, code] { Refuse(id, code); });
  } else if (kernel_->Chance(0.5)) {
    kernel_->After(ring + seconds(20), "carrier", [this, id] { Refuse(id, 480); });
  }  // Else it rings until somebody has had enough.
  kernel_->After(seconds(70), "carrier", [this, id] { Refuse(id, 480); });
}

void FarEnds::AtPhone(FarCall& call) {
  Phone& phone = *call.phone;
  const FarId id = call.id;
  call.state = FarCall::State::kRinging;
  call.invited = kernel_->now();
  ++phone.live;
  ++phone.calls;
  phone.most = std::max(phone.most, phone.live);
  kernel_->Note("phone rings", phone.contact, phone.live);
  Answer(id, Signal::kTrying, 100);
  if (phone.live > phone.lines) {
    if (!MayOverlap(call)) kernel_->Broken(phone.contact + " has more calls than lines");
    kernel_->After(milliseconds(50), "phone", [this, id] { Refuse(id, 486); });
    return;
  }
  if (phone.answers_at_once) {
    kernel_->After(kernel_->Between(milliseconds(20), milliseconds(200)), "phone",
                   [this, id] { PickUp(id); });
    return;
  }
  Answer(id, Signal::kRinging, 180);
  kernel_->After(seconds(90), "phone", [this, id] { Refuse(id, 480); });
  if (kernel_->Chance(scenario_->miss)) return;
  if (kernel_->Chance(scenario_->decline)) {
    const int code = kernel_->Chance(0.5) ? 486 : 603;
    kernel_->After(kernel_->Between(milliseconds(500), seconds(5)), "phone",
                   [this, id, code] { Refuse(id, code); });
    return;
  }
  const auto until = kernel_->Chance(scenario_->glare)
                         ? seconds(20) + kernel_->Between(milliseconds(-40), milliseconds(40))
                         : kernel_->Between(milliseconds(300), seconds(4));
  kernel_->After(until, "phone", [this, id] { PickUp(id); });
}

// A call of an edge that died, which the phone still believes in; or one that its owner has dialled
// a moment ago, which nobody could know of.
bool FarEnds::MayOverlap(const FarCall& ringing) const {
  return std::ranges::any_of(calls_, [&](const auto& entry) {
    const FarCall& other = entry.second;
    if (other.phone != ringing.phone || other.state == FarCall::State::kEnded) return false;
    const bool fresh = other.caller && (!calm_ || other.invited + kKnownWithin > kernel_->now());
    return fresh || other.boot != boot_;
  });
}

void FarEnds::PickUp(FarId id) {
  FarCall* call = Find(id);
  if (call == nullptr || call->state != FarCall::State::kRinging) return;
  call->state = FarCall::State::kAnswered;
  call->answered = true;
  if (call->phone == nullptr) ++answered_;
  if (call->phone == nullptr && scenario_->machines > 0) {
    call->machine = kernel_->Chance(scenario_->machines);
  }
  kernel_->Note("picks up", call->phone ? call->phone->contact : call->number);
  Tell(*call, Signal::kOk, 200);
  kernel_->After(kGiveUp, "no ACK", [this, id] {
    FarCall* waiting = Find(id);
    if (waiting == nullptr || waiting->state != FarCall::State::kAnswered) return;
    End(*waiting);
    Tell(*waiting, Signal::kBye, 0);
  });
  if (call->phone == nullptr) {
    const auto talk = kernel_->Exponential(milliseconds(static_cast<int>(scenario_->talk * 1000)));
    kernel_->After(talk, "person", [this, id] { HangUp(id); });
  } else if (kernel_->Chance(0.2)) {
    kernel_->After(kernel_->Between(seconds(2), seconds(120)), "agent", [this, id] { HangUp(id); });
  }
}

void FarEnds::Refuse(FarId id, int code) {
  FarCall* call = Find(id);
  if (call == nullptr || call->state != FarCall::State::kRinging) return;
  End(*call);
  Tell(*call, Signal::kFailure, code);
}

void FarEnds::HangUp(FarId id) {
  FarCall* call = Find(id);
  if (call == nullptr ||
      (call->state != FarCall::State::kUp && call->state != FarCall::State::kAnswered)) {
    return;
  }
  if (call->state == FarCall::State::kAnswered) {  // RFC 3261 15: no BYE before the ACK.
    kernel_->After(milliseconds(300), "hang up", [this, id] { HangUp(id); });
    return;
  }
  kernel_->Note("hangs up", call->phone ? call->phone->contact : call->number);
  End(*call);
  Tell(*call, Signal::kBye, 0);
}

void FarEnds::End(FarCall& call) {
  if (call.state == FarCall::State::kEnded) return;
  const bool seen = call.state != FarCall::State::kInvited;
  if (call.phone != nullptr && (seen || call.caller)) --call.phone->live;
  if (call.caller) {
    --live_callers_;
  } else if (call.phone == nullptr && seen) {
    --numbers_[call.number].live;
  }
  call.state = FarCall::State::kEnded;
  kernel_->After(kGiveUp, "forget", [this, id = call.id] { calls_.erase(id); });
}

void FarEnds::Cancel(FarId id) {
  Arrive(id, [this, id] { Refuse(id, 487); });  // A 200 that is out already stands.
}

void FarEnds::Ack(FarId id) {
  Arrive(id, [this, id] {
    FarCall* call = Find(id);
    if (call == nullptr || call->state != FarCall::State::kAnswered) return;
    call->state = FarCall::State::kUp;
    call->acked = kernel_->now();
  });
}

void FarEnds::Bye(FarId id) {
  Arrive(id, [this, id] {
    FarCall* call = Find(id);
    if (call == nullptr) return;
    End(*call);
    Tell(*call, Signal::kByeDone, 200);
  });
}

std::size_t FarEnds::live() const {
  std::size_t count = 0;
  for (const auto& [id, call] : calls_) {
    count += call.state != FarCall::State::kEnded && call.state != FarCall::State::kInvited;
  }
  return count;
}

std::size_t FarEnds::Orphans(int boot, MonoDuration since) const {
  std::size_t count = 0;
  for (const auto& [id, call] : calls_) {
    count += call.state == FarCall::State::kUp && call.boot == boot - 1 && call.acked < since;
  }
  return count;
}

}  // namespace callfleet::engine
