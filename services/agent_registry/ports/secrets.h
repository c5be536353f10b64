#pragma once
#include <string>

namespace callfleet::agent_registry {

// Driven: secrets of SIP accounts. Thread safe.
class Secrets {
 public:
  virtual ~Secrets() = default;
  virtual std::string Next() = 0;  // 24 characters of [A-Za-z0-9], at least 128 bits of entropy.
};

}  // namespace callfleet::agent_registry
