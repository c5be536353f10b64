#include "common/grpc_server/errors.h"

#include <algorithm>
#include <span>
#include <string>
#include <string_view>

#include "callfleet/common/v1/status.pb.h"
#include "common/grpc_server/pb_time.h"

namespace callfleet::grpc_server {
namespace {

namespace pb = callfleet::common::v1;

// An answer's trailers hold 8 KiB (gRPC's limit of metadata): with more of them none would arrive.
constexpr std::size_t kMostFieldsTold = 32;

constexpr std::string_view kTypeUrl = "type.googleapis.com/google.rpc.";

void AddDetail(std::string_view name, const google::protobuf::Message& detail, pb::Status* status) {
  auto* any = status->add_details();
  any->set_type_url(std::string(kTypeUrl) + std::string(name));
  detail.SerializeToString(any->mutable_value());
}

ErrorCode ToErrorCode(grpc::StatusCode code) {
  if (code < grpc::StatusCode::CANCELLED || code > grpc::StatusCode::UNAUTHENTICATED ||
      code == grpc::StatusCode::DATA_LOSS) {
    return ErrorCode::kUnknown;
  }
  return static_cast<ErrorCode>(code);
}

void ReadErrorInfo(const std::string& bytes, Error* error) {
  pb::ErrorInfo info;
  if (!info.ParseFromString(bytes)) return;
  error->reason = info.reason();
  error->metadata = {info.metadata().begin(), info.metadata().end()};
}

void ReadBadRequest(const std::string& bytes, Error* error) {
  pb::BadRequest bad;
  if (!bad.ParseFromString(bytes)) return;
  for (const auto& violation : bad.field_violations()) {
    error->fields.push_back({violation.field(), violation.description()});
  }
}

void ReadRetryInfo(const std::string& bytes, Error* error) {
  pb::RetryInfo retry;
  if (!retry.ParseFromString(bytes)) return;
  error->retry_after = MillisOf(retry.retry_delay());
}

}  // namespace

grpc::Status ToGrpcStatus(const Error& error) {
  pb::Status status;
  status.set_code(static_cast<int>(error.code));
  status.set_message(error.message);
  pb::ErrorInfo info;
  info.set_reason(error.reason);
  info.set_domain(kErrorDomain);
  info.mutable_metadata()->insert(error.metadata.begin(), error.metadata.end());
  const std::size_t told = std::min(error.fields.size(), kMostFieldsTold);
  if (told < error.fields.size()) {
    (*info.mutable_metadata())["faults"] = std::to_string(error.fields.size());
  }
  AddDetail("ErrorInfo", info, &status);
  if (told > 0) {
    pb::BadRequest bad;
    for (const auto& field : std::span(error.fields).first(told)) {
      auto* violation = bad.add_field_violations();
      violation->set_field(field.field);
      violation->set_description(field.description);
    }
    AddDetail("BadRequest", bad, &status);
  }
  if (error.retry_after) {
    pb::RetryInfo retry;
    *retry.mutable_retry_delay() = ToPb(*error.retry_after);
    AddDetail("RetryInfo", retry, &status);
  }
  return {static_cast<grpc::StatusCode>(error.code), error.message, status.SerializeAsString()};
}

Status FromGrpcStatus(const grpc::Status& status) {
  if (status.ok()) return {};
  Error error{.code = ToErrorCode(status.error_code()), .message = status.error_message()};
  error.reason = Name(error.code);
  pb::Status details;
  if (details.ParseFromString(status.error_details())) {
    for (const auto& any : details.details()) {
      if (any.type_url().ends_with("/google.rpc.ErrorInfo")) ReadErrorInfo(any.value(), &error);
      if (any.type_url().ends_with("/google.rpc.BadRequest")) ReadBadRequest(any.value(), &error);
      if (any.type_url().ends_with("/google.rpc.RetryInfo")) ReadRetryInfo(any.value(), &error);
    }
  }
  return Fail(std::move(error));
}

}  // namespace callfleet::grpc_server
