#include "services/agent_registry/adapters/account_book.h"

namespace callfleet::agent_registry {

void AccountBook::Restore(const std::vector<KeptContacts>& contacts) {
  const std::lock_guard lock(mutex_);
  for (const KeptContacts& kept : contacts) restored_[kept.sip_user][kept.edge] = kept.contacts;
}

bool AccountBook::Put(const AgentProfile& profile) {
  if (profile.sip_user.empty()) return false;
  const std::lock_guard lock(mutex_);
  auto [it, fresh] = accounts_.try_emplace(profile.sip_user);
  AccountEntry& entry = it->second;
  if (!fresh && entry.secret == profile.sip_secret) return false;
  entry.sip_user = profile.sip_user;
  entry.secret = profile.sip_secret;
  entry.agent = profile.id;
  entry.pool = profile.pool;
  auto restored = restored_.find(profile.sip_user);
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
