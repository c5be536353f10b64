#include "services/agent_registry/adapters/random_secrets.h"

#include <random>

namespace callfleet::agent_registry {

std::string RandomSecrets::Next() {
  constexpr std::string_view kLetters = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";
  std::random_device source;  // The kernel's, on Linux.
  std::uniform_int_distribution<std::size_t> letter(0, kLetters.size() - 1);
  std::string secret;
  for (int i = 0; i < 24; ++i) secret += kLetters[letter(source)];
  return secret;
}

}  // namespace callfleet::agent_registry
