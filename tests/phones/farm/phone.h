#pragma once
// One agent's phone (or an AI agent behind a fixed URI). SIP thread only.
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "tests/phones/base/distribution.h"
#include "tests/phones/sip/call.h"
#include "tests/phones/sip/registration.h"

namespace callfleet::phones {

struct PhoneBehaviour {
  Distribution answer_ms = Distribution::Constant(300);  // from 180 to 200
  bool honour_auto_answer = true;  // Call-Info answer-after=0 and the like: 200 at once
  bool ring = true;                // 180 before the 200
  double decline_probability = 0;
  int decline_status = 603;
  double ignore_probability = 0;  // rings until CANCEL
  double vanish_probability = 0;  // rings, then is gone for good; needs own_socket to be silent
  size_t max_calls = 0;           // 486 above it; 0: no limit
  std::optional<Distribution> talk_ms;  // none: the peer hangs up
  bool silent_audio = false;

  // Throws std::runtime_error. `base` gives what the JSON leaves out.
  static PhoneBehaviour FromJson(const nlohmann::json& json, PhoneBehaviour base);
};

struct PhoneOptions {
  std::string name;  // unique in the farm, and the user part of the contact; empty: the user
  std::string user;
  std::string secret;
  std::string server;  // sip:host:port of the edge
  std::string domain;
  bool tcp = false;
  bool registers = true;    // false: reached at its fixed contact
  bool own_socket = false;  // its own port, else all phones share one
  int expires_s = 60;
  int refresh_s = 0;
  std::vector<Law> laws{Law::kMu, Law::kA};
  PhoneBehaviour behaviour;
};

struct PhoneCounts {
  uint64_t invites = 0;
  uint64_t answered = 0;
  uint64_t declined = 0;
  uint64_t ignored = 0;
  uint64_t busy = 0;
  uint64_t cancelled = 0;
  size_t peak_concurrent = 0;  // answered calls at one time
  size_t peak_offered = 0;     // with ringing ones
};

// Hears when an agent has picked up, and for which number (the leg's From).
class AgentLegObserver {
 public:
  virtual ~AgentLegObserver() = default;
  virtual void OnAgentAnswered(const CallRecord& agent_leg) = 0;
};

struct PhoneShared {
  SipLoop& loop;
  MediaEngine& media;
  CallLog& log;
  Endpoint& endpoint;  // used by phones without own_socket
  std::string host;
  uint64_t seed;
  AgentLegObserver* observer = nullptr;
};

class Phone final : public CallObserver {
 public:
  Phone(PhoneShared& shared, PhoneOptions options);
  ~Phone() override;

  int OnInvite(nta_incoming_t* invite, const sip_t* sip);
  void Register();
  void Unregister();
  void Vanish();  // From now on: no answers, no refresh, live calls dropped silently.
  bool Dial(const std::string& number, std::optional<Distribution> talk_ms);
  void HangUpAll();
  std::vector<std::shared_ptr<Call>> LiveCalls() const;
  void HoldAll(bool on);
  void SetBehaviour(PhoneBehaviour behaviour) { options_.behaviour = std::move(behaviour); }

  const PhoneOptions& options() const { return options_; }
  const PhoneCounts& counts() const { return counts_; }
  const Registration* registration() const { return registration_.get(); }
  Endpoint& endpoint() { return own_ ? *own_ : shared_.endpoint; }
  const Endpoint* own_endpoint() const { return own_.get(); }
  std::string contact() { return endpoint().ContactUri(options_.name, options_.tcp); }
  size_t live() const { return live_.size(); }
  bool busy() const { return !live_.empty() || (registration_ && registration_->busy()); }

  void OnAnswered(Call& call) override;
  void OnEnded(Call& call) override;

 private:
  struct Live {
    std::shared_ptr<Call> call;
    Rng rng;
    TimerId timer = 0;
    bool answered = false;
    std::optional<Distribution> talk_ms;
  };
  enum class Plan { kAnswer, kDecline, kIgnore, kVanish, kBusy };
  Plan Choose(Rng& rng) const;
  void Act(Live& live, Plan plan);
  void Later(Live& live, std::chrono::milliseconds delay, void (Phone::*what)(Live&));
  void AnswerNow(Live& live);
  void DeclineNow(Live& live);
  void HangUpNow(Live& live);
  size_t Busy(bool answered_only) const;
  Live& Track(const std::shared_ptr<Call>& call, Rng rng);
  CallContext Context();
  Sending Audio() const;

  PhoneShared& shared_;
  PhoneOptions options_;
  std::unique_ptr<Endpoint> own_;
  std::unique_ptr<Registration> registration_;
  std::map<const Call*, Live> live_;
  uint64_t calls_ = 0;
  bool vanished_ = false;
  PhoneCounts counts_;
};

}  // namespace callfleet::phones
