#pragma once
// The other side of the wire: a carrier with people behind it who are called or call, and agents'
// phones. They count what they see, which is what the invariants are judged by.
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "tests/scenario/engine/process.h"
#include "tests/scenario/engine/scenario.h"

namespace callfleet::engine {

using FarId = std::uint64_t;
using DialogId = std::uint64_t;

enum class Signal { kTrying, kRinging, kOk, kFailure, kBye, kByeDone, kSilence, kAck, kCancel };

// One boot of an edge, as far as the wire knows it.
class EdgeSide {
 public:
  virtual ~EdgeSide() = default;
  virtual void OnSignal(DialogId dialog, Signal signal, int code) = 0;
  // The answer's code: 200, or why not.
  virtual int OnRegister(const std::string& sip_user, const std::string& contact,
                         std::uint32_t cseq) = 0;
  // A caller's INVITE. 0: 503.
  virtual DialogId OnInvite(FarId caller, const std::string& number, const std::string& called) = 0;
  // An agent's phone that dials. 0: 403 or 503.
  virtual DialogId OnDial(FarId phone, const std::string& sip_user, const std::string& called) = 0;
  virtual Life& life() = 0;
};

struct Phone {
  std::string sip_user;  // Empty: a machine with a fixed address.
  std::string contact;
  int lines = 1;
  bool answers_at_once = false;
  bool gone = false;       // Switched off: no packet comes or goes.
  std::uint32_t port = 0;  // A phone that comes back registers from a new one.
  std::uint32_t cseq = 0;
  int live = 0;
  int most = 0;
  std::uint64_t calls = 0;
};

struct FarCall {
  enum class State { kInvited, kRinging, kAnswered, kUp, kEnded };
  FarId id = 0;
  int boot = 0;
  DialogId dialog = 0;
  State state = State::kInvited;
  Phone* phone = nullptr;  // Null: the carrier.
  std::string number;
  bool progressed = false;
  bool fault = false;
  bool answered = false;
  bool machine = false;
  MonoDuration invited{0};
  MonoDuration acked{0};
  // --- Of a caller
  bool caller = false;  // Of the outside, or a phone of the house that dials.
  std::string called;
  bool wants_out = false;
  bool talks = false;
  std::uint32_t mood = 0;  // Counts changes between music and a person.
};

class FarEnds {
 public:
  static constexpr milliseconds kRetransmit{500};  // RFC 3261 T1.

  FarEnds(Kernel* kernel, const Scenario* scenario) : kernel_(kernel), scenario_(scenario) {}

  Phone* AddPhone(const std::string& sip_user, const std::string& contact, int lines,
                  bool answers_at_once);
  void EdgeUp(EdgeSide* edge, int boot);
  void EdgeDown();
  void SetStorm(bool storm) { storm_ = storm; }
  void SetCalm(bool calm) { calm_ = calm; }
  void SwitchOff(Phone* phone);
  void SwitchOn(Phone* phone);

  // --- From the edge
  FarId InvitePhone(int boot, DialogId dialog, const std::string& contact);
  FarId InviteCarrier(int boot, DialogId dialog, const std::string& number);
  void Cancel(FarId call);
  void Ack(FarId call);
  void Bye(FarId call);
  // False after a while: nobody answers.
  void Options(const std::string& contact, std::function<void(bool)> done);

  // --- Callers (far_callers.cc). They leave when they have had enough, of waiting or of talking.
  void Call(const std::string& called);
  // An agent's phone does; false: it is in a call, or off.
  bool Dial(Phone* phone, const std::string& called);
  void Accept(FarId caller);
  void Reject(FarId caller);
  void Confirmed(FarId caller);           // The edge has the ACK.
  void Hears(FarId caller, bool person);  // Else music, or nothing.

  bool IsMachine(FarId call) const {
    const auto found = calls_.find(call);
    return found != calls_.end() && found->second.machine;
  }

  // --- What was seen
  struct Number {
    int invites = 0;
    int carried = 0;  // Without the carrier's own faults.
    int live = 0;
  };
  const std::unordered_map<std::string, Number>& numbers() const { return numbers_; }
  const std::vector<std::unique_ptr<Phone>>& phones() const { return phones_; }
  std::uint64_t invites() const { return invites_; }
  std::uint64_t answered() const { return answered_; }
  std::uint64_t callers() const { return callers_; }
  std::size_t live_callers() const { return live_callers_; }
  std::size_t live() const;
  // Calls of the boot before `boot` that stand although they were up before `since`.
  std::size_t Orphans(int boot, MonoDuration since) const;

 private:
  FarCall& NewCall(int boot, DialogId dialog);
  void Arrive(FarId id, Task task);
  void Answer(FarId id, Signal signal, int code);
  void Tell(const FarCall& call, Signal signal, int code) {
    Tell(call.boot, call.dialog, signal, code);
  }
  void Tell(int boot, DialogId dialog, Signal signal, int code);
  void AtCarrier(FarCall& call);
  void AtPhone(FarCall& call);
  bool MayOverlap(const FarCall& ringing) const;
  void PickUp(FarId id);
  void Refuse(FarId id, int code);
  void HangUp(FarId id);
  void End(FarCall& call);
  void Invite(FarId id, int tries);
  void Leave(FarId id);
  void ChangeMood(FarCall& call, MonoDuration leaves_after);
  void Register(Phone* phone);
  MonoDuration Way();
  double AnswerShare() const;
  FarCall* Find(FarId id) {
    const auto found = calls_.find(id);
    return found == calls_.end() ? nullptr : &found->second;
  }

  Kernel* kernel_;
  const Scenario* scenario_;
  EdgeSide* edge_ = nullptr;
  int boot_ = 0;
  bool storm_ = false;
  bool calm_ = false;  // No fault for long enough.
  FarId last_ = 0;
  std::unordered_map<FarId, FarCall> calls_;
  std::vector<std::unique_ptr<Phone>> phones_;
  std::unordered_map<std::string, Phone*> by_contact_;
  std::unordered_map<std::string, Number> numbers_;
  std::uint64_t invites_ = 0;
  std::uint64_t answered_ = 0;
  std::uint64_t callers_ = 0;
  std::size_t live_callers_ = 0;
};

}  // namespace callfleet::engine
