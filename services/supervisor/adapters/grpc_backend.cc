#include "services/supervisor/adapters/grpc_backend.h"

#include <grpcpp/grpcpp.h>

#include <cctype>
#include <future>

#include "common/grpc_server/errors.h"
#include "services/supervisor/adapters/grpc_upload.h"

namespace callfleet::supervisor {
namespace {

std::string Upper(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

}  // namespace

const char* Name(Service service) {
  switch (service) {
    case Service::kEdge:
      return "sip_edge";
    case Service::kRegistry:
      return "agent_registry";
    case Service::kDialer:
      return "dialer";
    case Service::kQueue:
      return "queue";
  }
  return "";
}

Error ToBackendError(Service service, const grpc::Status& status) {
  Error error = grpc_server::FromGrpcStatus(status).error();
  const bool has_reason = error.reason != Name(error.code);
  if (has_reason) return error;
  error.metadata["service"] = Name(service);
  switch (error.code) {
    case ErrorCode::kUnavailable:
    case ErrorCode::kCancelled:
      error.code = ErrorCode::kUnavailable;
      error.reason = Upper(Name(service)) + "_UNAVAILABLE";
      error.message = std::string("The service ") + Name(service) + " is away.";
      error.retry_after = std::chrono::seconds(1);
      return error;
    case ErrorCode::kDeadlineExceeded:
      error.code = ErrorCode::kUnavailable;
      error.reason = Upper(Name(service)) + "_TIMEOUT";
      error.message = std::string("The service ") + Name(service) + " did not answer in time.";
      error.retry_after = std::chrono::seconds(1);
      return error;
    case ErrorCode::kUnimplemented:
      error.reason = "NOT_IMPLEMENTED";
      return error;
    default:
      return error;
  }
}

GrpcBackend::GrpcBackend(const std::map<Service, std::shared_ptr<grpc::Channel>>& channels) {
  for (const auto& [service, channel] : channels) {
    stubs_[service] = std::make_unique<grpc::GenericStub>(channel);
  }
}

Result<std::string> GrpcBackend::Call(Service service, std::string_view method,
                                      const std::string& request) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kCallDeadline);
  const grpc::ByteBuffer out = ToBuffer(request);
  grpc::ByteBuffer in;
  std::promise<grpc::Status> done;
  stubs_.at(service)->UnaryCall(&context, std::string(method), {}, &out, &in,
                                [&](grpc::Status status) { done.set_value(std::move(status)); });
  const grpc::Status status = done.get_future().get();  // The deadline ends it at the latest.
  if (!status.ok()) return Fail(ToBackendError(service, status));
  return FromBuffer(in);
}

std::unique_ptr<UploadStream> GrpcBackend::Upload(Service service, std::string_view method) {
  return OpenGrpcUpload(stubs_.at(service).get(), service, std::string(method));
}

}  // namespace callfleet::supervisor
