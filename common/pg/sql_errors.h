#pragma once
#include <exception>
#include <string>

#include "common/result/result.h"

namespace callfleet::pg {

Error DatabaseAway(const std::string& why);
// Also where it has no room, takes no writes now or is stuck.
bool IsDatabaseAway(const Error& error);
// Call inside a catch block: what the current exception means to a caller.
Error CurrentSqlError();

}  // namespace callfleet::pg
