#pragma once
// The session stream to agent_registry for one pool. Reconnects 200 ms after it broke, for ever.
#include <grpcpp/channel.h>

#include <memory>
#include <string>

#include "common/agent_pool/agent_pool.h"
#include "common/clock/timers.h"
#include "common/logging/logger.h"

namespace callfleet::agent_pool {

struct RegistryLinkOptions {
  std::shared_ptr<grpc::Channel> channel;
  PoolId pool;
  std::string owner;  // Name of this process, for logs.
  Timers* timers;     // Outlives the link.
};

class RegistryLink final : public PoolLink {
 public:
  RegistryLink(RegistryLinkOptions options, std::shared_ptr<PoolLinkListener> listener,
               logging::Logger log);
  ~RegistryLink() override;
  void Write(std::vector<Message> messages) override;

 private:
  class Shared;
  class Stream;
  std::shared_ptr<Shared> shared_;
};

}  // namespace callfleet::agent_pool
