#include "services/agent_registry/adapters/edge_links.h"

#include <algorithm>

namespace callfleet::agent_registry {

std::size_t EdgeLinks::connected() const {
  return static_cast<std::size_t>(std::count_if(
      links_.begin(), links_.end(), [](const auto& link) { return link->connected(); }));
}

void EdgeLinks::PutAccount(const AgentProfile& profile) {
  if (!accounts_->Put(profile)) return;
  for (auto& link : links_) link->AccountChanged(profile.account_name());
}

void EdgeLinks::RemoveAccount(const std::string& sip_user) {
  accounts_->Remove(sip_user);
  for (auto& link : links_) link->AccountRemoved(sip_user);
}

void EdgeLinks::DialDedicated(const AgentProfile& profile, const LegId& leg, const EdgeId& edge) {
  for (auto& link : links_) {
    if (!edge.empty() && link->edge() != edge) continue;
    return link->DialDedicated(profile, leg);
  }
}

}  // namespace callfleet::agent_registry
