#include "common/result/result.h"

namespace callfleet {

const char* Name(ErrorCode code) {
  switch (code) {
    case ErrorCode::kCancelled:
      return "CANCELLED";
    case ErrorCode::kUnknown:
      return "UNKNOWN";
    case ErrorCode::kInvalidArgument:
      return "INVALID_ARGUMENT";
    case ErrorCode::kDeadlineExceeded:
      return "DEADLINE_EXCEEDED";
    case ErrorCode::kNotFound:
      return "NOT_FOUND";
    case ErrorCode::kAlreadyExists:
      return "ALREADY_EXISTS";
    case ErrorCode::kPermissionDenied:
      return "PERMISSION_DENIED";
    case ErrorCode::kResourceExhausted:
      return "RESOURCE_EXHAUSTED";
    case ErrorCode::kFailedPrecondition:
      return "FAILED_PRECONDITION";
    case ErrorCode::kAborted:
      return "ABORTED";
    case ErrorCode::kOutOfRange:
      return "OUT_OF_RANGE";
    case ErrorCode::kUnimplemented:
      return "UNIMPLEMENTED";
    case ErrorCode::kInternal:
      return "INTERNAL";
    case ErrorCode::kUnavailable:
      return "UNAVAILABLE";
    case ErrorCode::kUnauthenticated:
      return "UNAUTHENTICATED";
  }
  return "UNKNOWN";
}

namespace {
tl::unexpected<Error> Make(ErrorCode code, std::string reason, std::string message) {
  return Fail(Error{.code = code, .reason = std::move(reason), .message = std::move(message)});
}
}  // namespace

tl::unexpected<Error> NotFound(std::string reason, std::string message) {
  return Make(ErrorCode::kNotFound, std::move(reason), std::move(message));
}

tl::unexpected<Error> FailedPrecondition(std::string reason, std::string message) {
  return Make(ErrorCode::kFailedPrecondition, std::move(reason), std::move(message));
}

tl::unexpected<Error> Unavailable(std::string reason, std::string message) {
  return Make(ErrorCode::kUnavailable, std::move(reason), std::move(message));
}

tl::unexpected<Error> InvalidField(std::string field, std::string description, std::string reason) {
  Error error{.code = ErrorCode::kInvalidArgument,
              .reason = std::move(reason),
              .message = field + ": " + description};
  error.fields.push_back({std::move(field), std::move(description)});
  return Fail(std::move(error));
}

}  // namespace callfleet
