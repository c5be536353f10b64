#pragma once
// Where agents' phones are (RFC 3261 10.3): several contacts a user, q, Path, expiry, CSeq order.
// Pure; owned by the sofia thread. Its copy lives in agent_registry.
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "common/clock/clock.h"
#include "common/ids/ids.h"
#include "common/result/result.h"
#include "services/sip_edge/domain/trunk.h"

namespace callfleet::sip_edge {

struct Contact {
  std::string uri{};
  std::string source{};  // "ip:port" that the REGISTER came from: requests go there.
  Transport transport = Transport::kUdp;
  std::vector<std::string> path{};
  double q = 1.0;
  WallTime expires{};
  std::string user_agent{};
  bool reachable = true;  // Restored ones count only after an OPTIONS was answered.
  std::string call_id{};
  std::uint32_t cseq = 0;
  int lost_options = 0;
  bool fixed = false;  // A machine's URI: no REGISTER brought it and none ends it.
};

struct Account {
  std::string sip_user{};
  std::string secret{};
  AgentId agent{};
  bool enabled = true;
  MediaSecurity media_security = MediaSecurity::kOff;
  std::string fixed_contact{};  // A machine's SIP URI; then there is no secret and no REGISTER.
};

struct RegistrationRecord {
  std::string sip_user{};
  AgentId agent{};
  std::vector<Contact> contacts{};
  std::uint64_t version = 0;
};

// One Contact header of a REGISTER; `expires_s` absent: none was given for it.
struct ContactUpdate {
  std::string uri{};
  double q = 1.0;
  std::optional<std::uint32_t> expires_s{};
};

struct RegisterRequest {
  std::string sip_user{};
  bool wildcard = false;  // "Contact: *"
  std::vector<ContactUpdate> contacts{};
  std::optional<std::uint32_t> expires_s{};
  std::string source{};
  Transport transport = Transport::kUdp;
  std::vector<std::string> path{};
  std::string call_id{};
  std::uint32_t cseq = 0;
  std::string user_agent{};
};

// What the registrar answers with.
struct RegisterReply {
  int sip_code = 200;
  std::uint32_t min_expires_s = 0;  // With 423.
  std::vector<Contact> contacts{};  // With 200: all that are registered now.
};

struct RegistrarPolicy {
  std::uint32_t min_expires_s = 30;
  std::uint32_t max_expires_s = 120;  // Granted at most.
  std::size_t max_contacts = 10;
  std::size_t max_accounts = 200'000;
};

class LocationTable {
 public:
  explicit LocationTable(RegistrarPolicy policy = {}) : policy_(policy) {}

  // --- Accounts
  // Adds, changes and removes in one step. A first push with `replaces_all` makes the table
  // complete.
  struct Push {
    bool replaces_all = false;
    std::vector<Account> accounts{};
    std::vector<RegistrationRecord> last_contacts{};
    std::vector<std::string> removed{};
  };
  Status Apply(const Push& push, Instant now);  // TOO_MANY_ACCOUNTS
  bool complete() const { return complete_; }
  std::size_t accounts() const { return users_.size(); }
  const Account* FindAccount(const std::string& sip_user) const;
  // The agent's, where its phone is a fixed contact: agent_registry names those "fixed.<agent>".
  const Account* FindFixed(const AgentId& agent) const {
    return FindAccount("fixed." + agent.str());
  }

  // --- Registrations
  RegisterReply Register(const RegisterRequest& request, Instant now);
  // Contacts to ring: reachable, not expired, best q first; empty for a disabled account.
  std::vector<Contact> Reachable(const std::string& sip_user, WallTime now) const;
  // The account whose phone sends from this address, for INVITEs out of a registration.
  void Expire(WallTime now);
  // OPTIONS towards a contact: answered makes it reachable, two lost remove it. A fixed one stays.
  void OnOptionsResult(const std::string& sip_user, const std::string& uri, bool answered);
  // A TCP or TLS connection closed: its contacts are gone.
  void OnConnectionClosed(const std::string& source, Transport transport);

  struct Probe {
    std::string sip_user;
    Contact contact;
  };
  std::vector<Probe> All() const;
  std::size_t contacts() const;

  std::optional<RegistrationRecord> Record(const std::string& sip_user) const;
  std::vector<std::string> Users() const;
  // Users whose registration changed since the last call.
  std::vector<std::string> TakeChanged();

 private:
  struct User {
    Account account;
    std::vector<Contact> contacts{};
    std::uint64_t version = 0;
  };
  void RemoveAllBut(const std::vector<Account>& accounts);
  void Restore(const RegistrationRecord& restored, Instant now);
  void Fix(User& user);
  void Touch(User& user);
  bool IsOutOfOrder(const User& user, const RegisterRequest& request) const;

  RegistrarPolicy policy_;
  bool complete_ = false;
  std::unordered_map<std::string, User> users_;
  std::vector<std::string> changed_;
};

}  // namespace callfleet::sip_edge
