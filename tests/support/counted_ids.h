#pragma once
// Identities a test can name beforehand: id-1, id-2, ...
#include <string>

#include "common/ids/id_source.h"

namespace callfleet::test {

class CountedIds final : public IdSource {
 public:
  std::string Next() override { return "id-" + std::to_string(++last_); }

 private:
  int last_ = 0;
};

}  // namespace callfleet::test
