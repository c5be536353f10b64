#pragma once
// SIP accounts with their last contacts: what a new boot of an edge is given.
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "services/agent_registry/domain/writes.h"

namespace callfleet::agent_registry {

struct AccountEntry {
  std::string sip_user;
  std::string secret;
  AgentId agent;
  PoolId pool;
  bool enabled = true;
  MediaSecurity media_security = MediaSecurity::kOff;
  std::string fixed_contact;  // A machine's SIP URI; then there is no secret.
  std::map<EdgeId, std::vector<ContactRow>> contacts;
};

// Thread safe.
class AccountBook {
 public:
  void Restore(
      const std::vector<KeptContacts>& contacts);  // Before Put of their accounts, or after.
  bool Put(const AgentProfile& profile);           // False: nothing that an edge cares for changed.
  void Remove(const std::string& sip_user);
  void SetContacts(const std::string& sip_user, const EdgeId& edge,
                   std::vector<ContactRow> contacts);
  std::optional<AccountEntry> Find(const std::string& sip_user) const;
  std::vector<AccountEntry> All() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, AccountEntry> accounts_;
  std::map<std::string, std::map<EdgeId, std::vector<ContactRow>>> restored_;
};

}  // namespace callfleet::agent_registry
