#pragma once
// Keeps one contact registered (RFC 3261 10.2): digest, refresh, back-off. SIP thread only.
#include <chrono>
#include <optional>
#include <string>

#include "tests/phones/sip/digest.h"
#include "tests/phones/sip/endpoint.h"

namespace callfleet::phones {

struct RegistrationOptions {
  Credentials credentials;
  std::string server;        // sip:host:port[;transport=tcp], an address literal
  std::string domain;        // of the address of record; empty: the server's host
  std::string contact_user;  // empty: the user
  bool tcp = false;
  int expires_s = 60;
  int refresh_s = 0;  // 0: half of what was granted
};

struct RegistrationCounts {
  uint64_t attempts = 0;  // REGISTER sent, challenged ones included
  uint64_t accepted = 0;
  uint64_t refused = 0;  // final failures other than a first challenge
  uint64_t timeouts = 0;
  int last_status = 0;
  int64_t first_accepted_us = -1;
  int64_t last_accepted_us = -1;
};

class Registration {
 public:
  Registration(Endpoint& endpoint, RegistrationOptions options);
  ~Registration();
  Registration(const Registration&) = delete;
  Registration& operator=(const Registration&) = delete;

  void Start();    // Also: now, again.
  void Stop();     // Sends Expires: 0 if registered.
  void Abandon();  // Just stops; for phones that vanish.
  bool registered() const { return registered_; }
  bool busy() const { return request_ != nullptr; }
  const RegistrationCounts& counts() const { return counts_; }

 private:
  static int OnResponse(nta_outgoing_magic_t*, nta_outgoing_t*, const sip_t*);
  void HandleResponse(const sip_t* sip);
  void HandleAccepted(const sip_t* sip);
  void HandleRefused(int status, const sip_t* sip);
  bool TryCredentials(const sip_t* sip);
  void Send(int expires_s);
  void DropRequest();
  void Again(std::chrono::milliseconds delay);

  Endpoint& endpoint_;
  RegistrationOptions options_;
  std::string request_uri_;
  nta_leg_t* leg_ = nullptr;
  nta_outgoing_t* request_ = nullptr;
  TimerId timer_ = 0;
  std::string authorization_;
  AuthParams challenge_;
  bool proxy_ = false;
  uint32_t nonce_count_ = 0;
  int challenged_in_a_row_ = 0;
  int sending_expires_s_ = 0;
  bool registered_ = false;
  bool stopping_ = false;
  std::chrono::milliseconds backoff_{0};
  RegistrationCounts counts_;
};

}  // namespace callfleet::phones
