#pragma once
#include <string>

namespace callfleet::pg {

// "" where libpq can read it, whoever it leads to; else the fault, without the value (a password).
std::string CheckConninfo(const std::string& conninfo);

}  // namespace callfleet::pg
