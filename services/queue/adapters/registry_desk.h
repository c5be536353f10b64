#pragma once
// Presence and wrap-up at agent_registry, as agents ask for by feature codes.
#include <grpcpp/channel.h>

#include <memory>

#include "services/queue/ports/agent_desk.h"

namespace callfleet::queue {

class RegistryDesk final : public AgentDesk {
 public:
  explicit RegistryDesk(const std::shared_ptr<grpc::Channel>& channel);
  ~RegistryDesk() override;
  void Do(const AgentWish& wish, std::function<void(Status)> reply) override;
  void Stop();  // Cancels what is under way and waits for its end.

 private:
  class Shared;
  std::shared_ptr<Shared> shared_;
};

}  // namespace callfleet::queue
