#pragma once
// Schemas of answers (JSON Schema 2020-12, as OpenAPI 3.1 has it) from the tables that make them.
#include "services/supervisor/rest/answer.h"

namespace callfleet::supervisor::rest {

class Schemas {
 public:
  Json Of(const Shape& shape);
  Json Of(const MemberShape& member);
  // All objects met, by name.
  Json Take() { return std::move(components_); }

 private:
  Json One(const Shape& shape);
  void Add(const ObjectShape& object);

  Json components_ = Json::object();
};

}  // namespace callfleet::supervisor::rest
