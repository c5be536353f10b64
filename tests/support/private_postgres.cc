#include "tests/support/private_postgres.h"

#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>

namespace callfleet::test {
namespace {

// Standard output of deploy/private-postgres without its last line end.
std::string RunScript(const std::string& arguments) {
  const std::string command =
      std::string(CALLFLEET_SOURCE_DIR) + "/deploy/private-postgres " + arguments;
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("cannot run " + command);
  std::string out;
  std::array<char, 256> buffer{};
  while (fgets(buffer.data(), buffer.size(), pipe) != nullptr) out += buffer.data();
  if (pclose(pipe) != 0) throw std::runtime_error("failed: " + command);
  while (!out.empty() && out.back() == '\n') out.pop_back();
  return out;
}

}  // namespace

PrivatePostgres& PrivatePostgres::Shared() {
  static PrivatePostgres postgres;
  return postgres;
}

PrivatePostgres::PrivatePostgres() {
  std::string name = "/tmp/callfleet-pg-XXXXXX";
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make " + name);
  dir_ = name;
  conninfo_ = RunScript("start " + dir_ + " --fast --owner " + std::to_string(getpid()));
}

// The script's --owner does the same for a process that was killed.
PrivatePostgres::~PrivatePostgres() {
  try {
    RunScript("remove " + dir_);
  } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): left for --owner.
  }
}

pg::SessionOptions PrivatePostgres::FreshSchema() {
  return {.conninfo = conninfo_, .schema = "test_" + std::to_string(++schemas_)};
}

void PrivatePostgres::Stop() { RunScript("stop " + dir_); }
void PrivatePostgres::Start() { RunScript("start " + dir_ + " --fast"); }

}  // namespace callfleet::test
