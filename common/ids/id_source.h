#pragma once
// Where new ids come from: injected, so that a seeded run makes the same ids again.
#include <string>

namespace callfleet {

class IdSource {
 public:
  virtual ~IdSource() = default;
  // Unique over all processes and restarts; sorts by time of creation. Thread safe.
  virtual std::string Next() = 0;
};

// UUID version 7 (RFC 9562 5.7): 48 bits of wall milliseconds, then random bits; monotonic in a
// process.
class UuidSource final : public IdSource {
 public:
  std::string Next() override;
};

}  // namespace callfleet
