#include "common/pg/conninfo.h"

#include <libpq-fe.h>

#include <memory>

namespace callfleet::pg {

std::string CheckConninfo(const std::string& conninfo) {
  char* fault = nullptr;
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(
      PQconninfoParse(conninfo.c_str(), &fault), &PQconninfoFree);
  const std::unique_ptr<char, decltype(&PQfreemem)> text(fault, &PQfreemem);
  if (options != nullptr) return "";
  return "is neither key=value pairs nor a URI that libpq knows";
}

}  // namespace callfleet::pg
