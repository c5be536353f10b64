#include "services/supervisor/adapters/lookups.h"

#include <cctype>

namespace callfleet::supervisor {

std::string WithoutPrefix(const std::string& name, std::string_view prefix) {
  std::string out = name.starts_with(prefix) ? name.substr(prefix.size()) : name;
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

}  // namespace callfleet::supervisor
