#pragma once
#include <grpcpp/channel.h>

#include <memory>

#include "services/dialer/ports/agent_directory.h"

namespace callfleet::dialer {

// Asks agent_registry, page by page. Thread safe.
class RegistryDirectory final : public AgentDirectory {
 public:
  explicit RegistryDirectory(std::shared_ptr<grpc::Channel> channel);
  ~RegistryDirectory() override;  // Cancels what is under way and waits for it.
  void Members(const CampaignId& campaign, std::function<void(Result<Audience>)> reply) override;

 private:
  class Shared;
  std::shared_ptr<Shared> shared_;
};

}  // namespace callfleet::dialer
