#pragma once
#include <pqxx/pqxx>
#include <utility>

#include "common/pg/rows.h"

namespace callfleet::pg {

class Rows::Impl {
 public:
  explicit Impl(pqxx::result r) : result(std::move(r)) {}
  pqxx::result result;
};

}  // namespace callfleet::pg
