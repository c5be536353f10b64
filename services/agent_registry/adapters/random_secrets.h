#pragma once
#include "services/agent_registry/ports/secrets.h"

namespace callfleet::agent_registry {

class RandomSecrets final : public Secrets {
 public:
  std::string Next() override;
};

}  // namespace callfleet::agent_registry
