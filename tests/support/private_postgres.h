#pragma once
// A real PostgreSQL of the test binary's own, in a temporary folder, removed afterwards.
#include <string>

#include "common/pg/session.h"

namespace callfleet::test {

class PrivatePostgres {
 public:
  // One a binary: created at first use, removed when the process ends, however it ends.
  static PrivatePostgres& Shared();

  const std::string& conninfo() const { return conninfo_; }
  // A schema name that no other test of this binary has; nothing is created.
  pg::SessionOptions FreshSchema();

  void Stop();   // As if the machine went away: open connections break.
  void Start();  // On the same data and socket.

 private:
  PrivatePostgres();
  ~PrivatePostgres();
  std::string dir_;
  std::string conninfo_;
  int schemas_ = 0;
};

}  // namespace callfleet::test
