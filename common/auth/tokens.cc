#include "common/auth/tokens.h"

#include <fstream>
#include <sstream>

namespace callfleet::auth {
namespace {

constexpr std::size_t kMinTokenLength = 16;

// Takes the same time wherever two tokens differ.
bool SameSecret(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  unsigned difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference |= static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i]);
  }
  return difference == 0;
}

tl::unexpected<Error> Fault(ErrorCode code, std::string reason, std::string message) {
  return Fail({.code = code, .reason = std::move(reason), .message = std::move(message)});
}

tl::unexpected<Error> LineFault(int line, const std::string& what) {
  return InvalidField("token_file", "line " + std::to_string(line) + ": " + what);
}

std::optional<std::string_view> BearerToken(std::string_view header) {
  constexpr std::string_view kScheme = "bearer ";  // RFC 6750 2.1; the scheme's case is free.
  if (header.size() <= kScheme.size()) return std::nullopt;
  for (std::size_t i = 0; i < kScheme.size(); ++i) {
    const char c = header[i];
    if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c) != kScheme[i]) return std::nullopt;
  }
  return header.substr(kScheme.size());
}

}  // namespace

const char* Name(Role role) {
  switch (role) {
    case Role::kViewer:
      return "viewer";
    case Role::kAgent:
      return "agent";
    case Role::kSupervisor:
      return "supervisor";
    case Role::kAdmin:
      return "admin";
    case Role::kService:
      return "service";
  }
  return "";
}

std::optional<Role> ParseRole(std::string_view name) {
  for (Role role : {Role::kViewer, Role::kAgent, Role::kSupervisor, Role::kAdmin, Role::kService}) {
    if (name == Name(role)) return role;
  }
  return std::nullopt;
}

Tokens Tokens::Open() { return {}; }

Result<Tokens> Tokens::ReadFile(const std::string& path) {
  std::ifstream file(path);
  if (!file) return InvalidField("token_file", "cannot be read: " + path);
  return Read(file);
}

Result<Tokens> Tokens::Read(std::istream& file) {
  Tokens tokens;
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    std::istringstream words(line.substr(0, line.find('#')));
    Entry entry;
    std::string role;
    if (!(words >> entry.token)) continue;
    words >> role >> entry.caller.name;
    const auto known = ParseRole(role);
    if (!known) {
      return LineFault(number, "the role must be viewer, agent, supervisor, admin or service");
    }
    if (entry.token.size() < kMinTokenLength) {
      return LineFault(number, "a token has at least 16 characters");
    }
    if (tokens.entries_.size() == kMaxTokens) return LineFault(number, "more than 10000 tokens");
    entry.caller.role = *known;
    tokens.entries_.push_back(std::move(entry));
  }
  if (tokens.entries_.empty()) return InvalidField("token_file", "holds no token");
  return tokens;
}

Result<Caller> Tokens::Check(std::optional<std::string_view> header, Role at_least) const {
  if (!required()) return Caller{.role = Role::kService, .name = "loopback"};
  const auto token = header ? BearerToken(*header) : std::nullopt;
  if (!token) {
    return Fault(ErrorCode::kUnauthenticated, "TOKEN_MISSING",
                 "This call needs the header 'authorization: Bearer <token>'.");
  }
  const Caller* found = nullptr;
  for (const auto& entry : entries_) {
    if (SameSecret(entry.token, *token)) found = &entry.caller;
  }
  if (found == nullptr) {
    return Fault(ErrorCode::kUnauthenticated, "TOKEN_UNKNOWN", "The bearer token is not known.");
  }
  if (found->role < at_least) {
    return Fault(ErrorCode::kPermissionDenied, "ROLE_TOO_LOW",
                 std::string("This call needs the role ") + Name(at_least) + "; the token has " +
                     Name(found->role) + ".");
  }
  return *found;
}

}  // namespace callfleet::auth
