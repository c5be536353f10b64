#include "services/sip_edge/domain/location_table.h"

#include <algorithm>
#include <unordered_set>

#include "services/sip_edge/domain/told_text.h"

namespace callfleet::sip_edge {

void LocationTable::Touch(User& user) {
  ++user.version;
  changed_.push_back(user.account.sip_user);
}

const Account* LocationTable::FindAccount(const std::string& sip_user) const {
  const auto found = users_.find(sip_user);
  return found == users_.end() ? nullptr : &found->second.account;
}

Status LocationTable::Apply(const Push& push, Instant now) {
  if (push.accounts.size() + (push.replaces_all ? 0 : users_.size()) > policy_.max_accounts) {
    return Fail(Error{.code = ErrorCode::kResourceExhausted,
                      .reason = "TOO_MANY_ACCOUNTS",
                      .message = "at most 200,000 accounts"});
  }
  if (push.replaces_all) {
    RemoveAllBut(push.accounts);
    complete_ = true;
  }
  for (const auto& sip_user : push.removed) {
    if (users_.erase(sip_user) != 0) changed_.push_back(sip_user);
  }
  for (const auto& account : push.accounts) {
    auto [it, created] = users_.try_emplace(account.sip_user);
    User& user = it->second;
    const bool drop = !account.enabled && !user.contacts.empty();
    user.account = account;
    if (drop) user.contacts.clear();
    if (drop || created) Touch(user);
    if (account.enabled && !account.fixed_contact.empty()) Fix(user);
  }
  for (const auto& restored : push.last_contacts) Restore(restored, now);
  return {};
}

// Not reachable before it has answered an OPTIONS.
void LocationTable::Fix(User& user) {
  const std::string& uri = user.account.fixed_contact;
  if (user.contacts.size() == 1 && user.contacts.front().uri == uri) return;
  Contact contact{.uri = uri, .reachable = false};
  contact.fixed = true;
  user.contacts = {std::move(contact)};
  Touch(user);
}

void LocationTable::RemoveAllBut(const std::vector<Account>& accounts) {
  std::unordered_set<std::string> kept;
  for (const auto& account : accounts) kept.insert(account.sip_user);
  for (auto it = users_.begin(); it != users_.end();) {
    if (kept.count(it->first) != 0) {
      ++it;
      continue;
    }
    changed_.push_back(it->first);
    it = users_.erase(it);
  }
}

// Only where no contact is known: what registered meanwhile is newer.
void LocationTable::Restore(const RegistrationRecord& restored, Instant now) {
  const auto it = users_.find(restored.sip_user);
  if (it == users_.end() || !it->second.contacts.empty() || !it->second.account.enabled) return;
  for (Contact contact : restored.contacts) {
    // TCP and TLS contacts went with their connection; UDP ones must answer an OPTIONS first.
    if (contact.transport != Transport::kUdp || contact.expires <= now.wall) continue;
    contact.reachable = false;
    it->second.contacts.push_back(std::move(contact));
  }
  if (!it->second.contacts.empty()) Touch(it->second);
}

// RFC 3261 10.3 step 7: within one Call-ID the CSeq must rise.
bool LocationTable::IsOutOfOrder(const User& user, const RegisterRequest& request) const {
  return std::any_of(user.contacts.begin(), user.contacts.end(), [&](const Contact& contact) {
    return contact.call_id == request.call_id && request.cseq <= contact.cseq;
  });
}

RegisterReply LocationTable::Register(const RegisterRequest& request, Instant now) {
  const auto found = users_.find(request.sip_user);
  if (found == users_.end() || !found->second.account.enabled) return {.sip_code = 403};
  User& user = found->second;
  if (!user.account.fixed_contact.empty()) return {.sip_code = 403};
  if (request.contacts.empty() && !request.wildcard) return {.contacts = user.contacts};
  if (IsOutOfOrder(user, request)) return {.sip_code = 500};
  if (request.wildcard) {
    if (request.expires_s != 0u || !request.contacts.empty()) return {.sip_code = 400};
    user.contacts.clear();
    Touch(user);
    return {};
  }
  std::vector<Contact> contacts = user.contacts;
  for (const auto& update : request.contacts) {
    const std::uint32_t wanted =
        update.expires_s.value_or(request.expires_s.value_or(policy_.max_expires_s));
    if (wanted != 0 && wanted < policy_.min_expires_s) {
      return {.sip_code = 423, .min_expires_s = policy_.min_expires_s};
    }
    std::erase_if(contacts, [&](const Contact& old) {
      // The same phone again: same URI, or the same registration from a new port.
      return old.uri == update.uri ||
             (old.call_id == request.call_id && request.contacts.size() == 1);
    });
    if (wanted == 0) continue;
    if (contacts.size() >= policy_.max_contacts) return {.sip_code = 403};
    contacts.push_back(
        {.uri = update.uri,
         .source = request.source,
         .transport = request.transport,
         .path = request.path,
         .q = std::clamp(update.q, 0.0, 1.0),
         .expires = now.wall + std::chrono::seconds(std::min(wanted, policy_.max_expires_s)),
         .user_agent = ToldText(request.user_agent, 128),
         .call_id = request.call_id,
         .cseq = request.cseq});
  }
  user.contacts = std::move(contacts);
  Touch(user);
  return {.contacts = user.contacts};
}

std::vector<Contact> LocationTable::Reachable(const std::string& sip_user, WallTime now) const {
  std::vector<Contact> out;
  const auto found = users_.find(sip_user);
  if (found == users_.end() || !found->second.account.enabled) return out;
  for (const auto& contact : found->second.contacts) {
    if (contact.reachable && (contact.fixed || contact.expires > now)) out.push_back(contact);
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const Contact& a, const Contact& b) { return a.q > b.q; });
  return out;
}

void LocationTable::Expire(WallTime now) {
  for (auto& [name, user] : users_) {
    if (std::erase_if(user.contacts,
                      [&](const Contact& c) { return !c.fixed && c.expires <= now; }) != 0) {
      Touch(user);
    }
  }
}

void LocationTable::OnOptionsResult(const std::string& sip_user, const std::string& uri,
                                    bool answered) {
  const auto found = users_.find(sip_user);
  if (found == users_.end()) return;
  auto& contacts = found->second.contacts;
  const auto contact = std::find_if(contacts.begin(), contacts.end(),
                                    [&](const Contact& c) { return c.uri == uri; });
  if (contact == contacts.end()) return;
  if (answered) {
    contact->lost_options = 0;
    if (contact->reachable) return;
    contact->reachable = true;
  } else {
    if (++contact->lost_options < 2) return;
    if (contact->fixed) {
      if (!contact->reachable) return;
      contact->reachable = false;
    } else {
      contacts.erase(contact);
    }
  }
  Touch(found->second);
}

void LocationTable::OnConnectionClosed(const std::string& source, Transport transport) {
  for (auto& [name, user] : users_) {
    const auto gone = std::erase_if(user.contacts, [&](const Contact& contact) {
      return !contact.fixed && contact.source == source && contact.transport == transport;
    });
    if (gone != 0) Touch(user);
  }
}

std::vector<LocationTable::Probe> LocationTable::All() const {
  std::vector<Probe> out;
  for (const auto& [name, user] : users_) {
    for (const auto& contact : user.contacts) out.push_back({name, contact});
  }
  return out;
}

std::size_t LocationTable::contacts() const {
  std::size_t count = 0;
  for (const auto& [name, user] : users_) count += user.contacts.size();
  return count;
}

std::optional<RegistrationRecord> LocationTable::Record(const std::string& sip_user) const {
  const auto found = users_.find(sip_user);
  if (found == users_.end()) return std::nullopt;
  const User& user = found->second;
  return RegistrationRecord{sip_user, user.account.agent, user.contacts, user.version};
}

std::vector<std::string> LocationTable::Users() const {
  std::vector<std::string> out;
  out.reserve(users_.size());
  for (const auto& [name, user] : users_) out.push_back(name);
  return out;
}

std::vector<std::string> LocationTable::TakeChanged() {
  std::vector<std::string> changed;
  changed.swap(changed_);
  std::sort(changed.begin(), changed.end());
  changed.erase(std::unique(changed.begin(), changed.end()), changed.end());
  return changed;
}

}  // namespace callfleet::sip_edge
