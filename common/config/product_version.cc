#include "common/config/schema.h"

namespace callfleet::config {

std::string ProductVersion() { return CALLFLEET_VERSION; }

}  // namespace callfleet::config
