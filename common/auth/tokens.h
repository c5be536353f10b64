#pragma once
// Bearer tokens with a role, from a file of lines "token role [name]"; '#' starts a comment.
#include <istream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/result/result.h"

namespace callfleet::auth {

// Each role may do what those before it may; `service` is one Callfleet service calling another.
enum class Role { kViewer = 1, kAgent = 2, kSupervisor = 3, kAdmin = 4, kService = 5 };
const char* Name(Role role);
std::optional<Role> ParseRole(std::string_view name);

struct Caller {
  Role role = Role::kViewer;
  std::string name;  // For the audit log; "" where the file gives none.
};

// Immutable, so thread safe. Without any token everybody is `service`: for loopback only.
class Tokens {
 public:
  static constexpr std::size_t kMaxTokens = 10'000;

  static Tokens Open();  // Nobody is asked for a token.
  // Faults name the line and never repeat a token. At least 16 characters a token.
  static Result<Tokens> Read(std::istream& file);
  static Result<Tokens> ReadFile(const std::string& path);

  bool required() const { return !entries_.empty(); }
  // `header` is the value of `authorization`, "Bearer <token>"; UNAUTHENTICATED where it is
  // missing or unknown, PERMISSION_DENIED where its role is below `at_least`.
  Result<Caller> Check(std::optional<std::string_view> header, Role at_least) const;

 private:
  struct Entry {
    std::string token;
    Caller caller;
  };
  std::vector<Entry> entries_;
};

}  // namespace callfleet::auth
