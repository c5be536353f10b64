#pragma once
// Errors are values. Exceptions of libraries end at the adapter that calls them.
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <tl/expected.hpp>

namespace callfleet {

// The canonical codes of gRPC, by number, so that the conversion is a cast.
enum class ErrorCode {
  kCancelled = 1,
  kUnknown = 2,
  kInvalidArgument = 3,
  kDeadlineExceeded = 4,
  kNotFound = 5,
  kAlreadyExists = 6,
  kPermissionDenied = 7,
  kResourceExhausted = 8,
  kFailedPrecondition = 9,
  kAborted = 10,
  kOutOfRange = 11,
  kUnimplemented = 12,
  kInternal = 13,
  kUnavailable = 14,
  kUnauthenticated = 16,
};

// Canonical name as clients see it: "NOT_FOUND".
const char* Name(ErrorCode code);

struct FieldViolation {
  std::string field;        // Path in the request, as the proto or the JSON body spells it.
  std::string description;  // What is wrong and what is allowed.
};

struct Error {
  ErrorCode code = ErrorCode::kUnknown;
  std::string reason{};   // UPPER_SNAKE_CASE, stable, documented: "AGENT_NOT_FOUND".
  std::string message{};  // One sentence for a person.
  std::map<std::string, std::string> metadata{};
  std::vector<FieldViolation> fields{};
  std::optional<std::chrono::milliseconds> retry_after{};
};

template <class T>
using Result = tl::expected<T, Error>;
using Status = tl::expected<void, Error>;

inline tl::unexpected<Error> Fail(Error error) { return tl::unexpected<Error>(std::move(error)); }
tl::unexpected<Error> NotFound(std::string reason, std::string message);
tl::unexpected<Error> FailedPrecondition(std::string reason, std::string message);
tl::unexpected<Error> Unavailable(std::string reason, std::string message);
// One faulty field; reason is INVALID_ARGUMENT unless given.
tl::unexpected<Error> InvalidField(std::string field, std::string description,
                                   std::string reason = "INVALID_ARGUMENT");

}  // namespace callfleet
