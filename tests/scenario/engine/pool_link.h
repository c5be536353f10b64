#pragma once
// An owner's way to the registry's session, with the real converters.
#include <memory>
#include <string>
#include <vector>

#include "common/agent_pool/agent_pool.h"
#include "tests/scenario/engine/house.h"

namespace callfleet::engine {

class PoolLinkRun final : public agent_pool::PoolLink {
 public:
  PoolLinkRun(House* house, LifeRef life, PoolId pool, std::string owner,
              std::shared_ptr<agent_pool::PoolLinkListener> listener);
  ~PoolLinkRun() override;
  void Write(std::vector<agent_pool::Message> messages) override;

 private:
  class Shared;
  std::shared_ptr<Shared> shared_;
};

}  // namespace callfleet::engine
