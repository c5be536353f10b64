#include "services/agent_registry/adapters/account_book.h"

namespace callfleet::agent_registry {

void AccountBook::Restore(const std::vector<KeptContacts>& contacts) {
  const std::lock_guard lock(mutex_);
  for (const KeptContacts& kept : contacts) restored_[kept.sip_user][kept.edge] = kept.contacts;
}

bool AccountBook::Put(const AgentProfile& profile) {
  const std::string name = profile.account_name();
  if (name.empty()) return false;
  const std::lock_guard lock(mutex_);
  auto [it, fresh] = accounts_.try_emplace(name);
  AccountEntry& entry = it->second;
  if (!fresh && entry.secret == profile.sip_secret && entry.fixed_contact == profile.contact_uri &&
      entry.media_security == profile.media_security) {
    return false;
  }
  entry.sip_user = name;
  entry.fixed_contact = profile.contact_uri;
  entry.secret = profile.sip_secret;
  entry.media_security = profile.media_security;
  entry.agent = profile.id;
  entry.pool = profile.pool;
  auto restored = restored_.find(name);
  if (restored != restored_.end()) {
    entry.contacts = std::move(restored->second);
    restored_.erase(restored);
  }
  return true;
}

void AccountBook::Remove(const std::string& sip_user) {
  const std::lock_guard lock(mutex_);
  accounts_.erase(sip_user);
}

void AccountBook::SetContacts(const std::string& sip_user, const EdgeId& edge,
                              std::vector<ContactRow> contacts) {
  const std::lock_guard lock(mutex_);
  auto it = accounts_.find(sip_user);
  if (it != accounts_.end()) it->second.contacts[edge] = std::move(contacts);
}

std::optional<AccountEntry> AccountBook::Find(const std::string& sip_user) const {
  const std::lock_guard lock(mutex_);
  auto it = accounts_.find(sip_user);
  if (it == accounts_.end()) return std::nullopt;
  return it->second;
}

std::vector<AccountEntry> AccountBook::All() const {
  const std::lock_guard lock(mutex_);
  std::vector<AccountEntry> all;
  all.reserve(accounts_.size());
  for (const auto& [user, entry] : accounts_) all.push_back(entry);
  return all;
}

}  // namespace callfleet::agent_registry
