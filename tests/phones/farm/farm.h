#pragma once
// All agents' phones, by name. SIP thread only.
#include <deque>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/phones/farm/phone.h"

namespace callfleet::phones {

struct FarmOptions {
  EndpointOptions endpoint;
  int registers_per_second = 200;
  uint64_t seed = 1;
  PhoneOptions defaults;  // user and secret are empty
  bool any_user = false;  // A call to an unknown user makes it a phone without registration.
};

class Farm {
 public:
  static constexpr size_t kMaxPhones = 100'000;

  Farm(SipLoop& loop, MediaEngine& media, CallLog& log, FarmOptions options);
  ~Farm();

  // {"user", "name", "secret", "server", "transport", "domain", "register", "own_socket",
  //  "expires_s", "refresh_s", "codecs", "behaviour"}; the farm's defaults fill the gaps. A known
  // name is replaced once it has no call. Throws std::runtime_error.
  Phone& Add(const nlohmann::json& account);
  // {"count": n, "user_prefix": "agent-", "secret": "...", ...}: users prefix1..prefixN.
  void AddMany(const nlohmann::json& json);
  bool Remove(const std::string& name);  // Unregisters and hangs up first.
  Phone* Find(const std::string& name);
  // Outlives the calls of the farm; nullptr: nobody.
  void Tell(AgentLegObserver* observer) { shared_.observer = observer; }
  void RegisterAll();
  void StopRegistering();
  std::vector<std::shared_ptr<Call>> LiveCalls() const;
  bool busy() const;

  void SetDefaults(const nlohmann::json& json);  // the same keys as an account, without user
  const std::map<std::string, std::unique_ptr<Phone>>& phones() const { return phones_; }
  Endpoint& endpoint() { return endpoint_; }
  uint64_t unknown_users() const { return unknown_users_; }

 private:
  int OnInvite(nta_incoming_t* invite, const sip_t* sip);
  PhoneOptions Merge(const nlohmann::json& json, PhoneOptions options) const;
  void EnqueueRegister(const std::string& name);
  void RegisterSome();

  SipLoop& loop_;
  FarmOptions options_;
  Endpoint endpoint_;
  PhoneShared shared_;
  std::map<std::string, std::unique_ptr<Phone>> phones_;
  std::deque<std::string> to_register_;
  TimerId register_timer_ = 0;
  uint64_t unknown_users_ = 0;
};

}  // namespace callfleet::phones
