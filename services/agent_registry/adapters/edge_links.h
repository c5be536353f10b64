#pragma once
// All configured edges as one.
#include <memory>
#include <vector>

#include "services/agent_registry/adapters/edge_link.h"
#include "services/agent_registry/ports/edge_control.h"

namespace callfleet::agent_registry {

// Thread safe.
class EdgeLinks final : public EdgeControl {
 public:
  explicit EdgeLinks(AccountBook* accounts) : accounts_(accounts) {}
  void Add(EdgeLinkParts parts, const logging::Logger& log) {
    links_.push_back(std::make_unique<EdgeLink>(std::move(parts), log));
  }
  void Start(EdgeFacts* facts) {
    for (auto& link : links_) link->Start(facts);
  }
  void Stop() {
    for (auto& link : links_) link->Stop();
  }
  std::size_t size() const { return links_.size(); }
  std::size_t connected() const;

  void PutAccount(const AgentProfile& profile) override;
  void RemoveAccount(const std::string& sip_user) override;
  void DialDedicated(const AgentProfile& profile, const LegId& leg, const EdgeId& edge) override;

 private:
  AccountBook* accounts_;
  std::vector<std::unique_ptr<EdgeLink>> links_;  // Fixed before the first use by others.
};

}  // namespace callfleet::agent_registry
