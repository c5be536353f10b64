#pragma once
// The simulated carrier behind the trunk. SIP thread only.
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "tests/phones/carrier/behaviour.h"
#include "tests/phones/sip/call.h"

namespace callfleet::phones {

struct CarrierAuth {
  Credentials credentials;
  std::string realm = "carrier";
  int status = 407;  // 401 or 407
};

struct CarrierOptions {
  EndpointOptions endpoint;
  std::vector<Law> laws{Law::kMu, Law::kA};
  std::optional<CarrierAuth> auth;
  Profile profile;
  uint64_t seed = 1;
};

struct InboundCall {
  DialRequest dial;
  bool tcp = false;
  std::optional<Distribution> talk_ms;      // none: until the peer hangs up
  std::optional<Distribution> patience_ms;  // gives up unanswered after this
};

class Carrier final : public CallObserver {
 public:
  Carrier(SipLoop& loop, MediaEngine& media, CallLog& log, CarrierOptions options);
  ~Carrier() override;

  void SetProfile(Profile profile) { options_.profile = std::move(profile); }
  bool Place(const InboundCall& call);  // An inbound call to the edge; false: not sent.
  void HangUpAll();
  std::vector<std::shared_ptr<Call>> LiveCalls() const;
  size_t live() const { return live_.size(); }
  Endpoint& endpoint() { return endpoint_; }
  uint64_t invites() const { return invites_; }
  uint64_t challenges() const { return challenges_; }
  size_t peak_concurrent() const { return peak_; }

  void OnAnswered(Call& call) override;
  void OnConfirmed(Call& call) override;
  void OnEnded(Call& call) override;

 private:
  struct Live {
    std::shared_ptr<Call> call;
    Behaviour behaviour;
    Rng rng;
    TimerId timer = 0;
    bool inbound = false;
  };
  int OnInvite(nta_incoming_t* invite, const sip_t* sip);
  bool Authorised(nta_incoming_t* invite, const sip_t* sip);
  void Act(Live& live);
  void Ring(Live& live);
  void AfterRing(Live& live);
  void Later(Live& live, std::chrono::milliseconds delay, void (Carrier::*what)(Live&));
  void HangUp(Live& live);
  void Forget(Live& live);
  CallContext Context(bool tcp);

  SipLoop& loop_;
  MediaEngine& media_;
  CallLog& log_;
  CarrierOptions options_;
  Endpoint endpoint_;
  std::map<const Call*, Live> live_;
  std::map<std::string, uint64_t> attempts_by_number_;
  uint64_t invites_ = 0;
  uint64_t challenges_ = 0;
  uint64_t nonce_ = 0;
  size_t peak_ = 0;
};

}  // namespace callfleet::phones
