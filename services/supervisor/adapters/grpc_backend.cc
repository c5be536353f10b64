#include "services/supervisor/adapters/grpc_backend.h"

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <cctype>
#include <future>
#include <optional>

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

namespace {

Result<std::string> AskAt(grpc::GenericStub* stub, Service service, std::string_view method,
                          const std::string& request) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kCallDeadline);
  const grpc::ByteBuffer out = ToBuffer(request);
  grpc::ByteBuffer in;
  std::promise<grpc::Status> done;
  stub->UnaryCall(&context, std::string(method), {}, &out, &in,
                  [&](grpc::Status status) { done.set_value(std::move(status)); });
  const grpc::Status status = done.get_future().get();  // The deadline ends it at the latest.
  if (!status.ok()) return Fail(ToBackendError(service, status));
  return FromBuffer(in);
}

}  // namespace

GrpcBackend::GrpcBackend(const std::map<Service, std::shared_ptr<grpc::Channel>>& others,
                         const std::vector<EdgeChannel>& edges) {
  for (const auto& [service, channel] : others) {
    stubs_[service] = std::make_unique<grpc::GenericStub>(channel);
  }
  for (const auto& [address, channel] : edges) {
    edges_.push_back({address, channel, std::make_unique<grpc::GenericStub>(channel)});
  }
}

Result<std::string> GrpcBackend::Call(Service service, std::string_view method,
                                      const std::string& request) {
  if (service == Service::kEdge) return AskInTurn(method, request);
  return AskAt(stubs_.at(service).get(), service, method, request);
}

Result<std::string> GrpcBackend::CallEdge(const std::string& edge, std::string_view method,
                                          const std::string& request) {
  const auto found = std::ranges::find(edges_, edge, &Edge::address);
  if (found == edges_.end()) return NotFound("EDGE_UNKNOWN", "There is no such edge.");
  return found->Ask(method, request);
}

Result<std::string> GrpcBackend::Edge::Ask(std::string_view method,
                                           const std::string& request) const {
  const bool connected = channel->GetState(/*try_to_connect=*/true) == GRPC_CHANNEL_READY;
  auto answer = AskAt(stub.get(), Service::kEdge, method, request);
  if (!answer && connected && IsAway(answer.error())) answer.error().metadata[kBroken] = "true";
  return answer;
}

std::vector<const GrpcBackend::Edge*> GrpcBackend::ConnectedFirst() const {
  std::vector<const Edge*> order;
  for (const Edge& edge : edges_) order.push_back(&edge);
  std::stable_partition(order.begin(), order.end(), [](const Edge* edge) {
    return edge->channel->GetState(/*try_to_connect=*/true) == GRPC_CHANNEL_READY;
  });
  return order;
}

std::vector<std::string> GrpcBackend::Edges() const {
  std::vector<std::string> addresses;
  for (const Edge* edge : ConnectedFirst()) addresses.push_back(edge->address);
  return addresses;
}

Result<std::string> GrpcBackend::AskInTurn(std::string_view method, const std::string& request) {
  std::optional<Error> unknown;
  std::optional<Error> away;
  std::size_t edges_away = 0;
  for (const Edge* edge : ConnectedFirst()) {
    auto answer = edge->Ask(method, request);
    if (answer) return answer;
    if (IsAway(answer.error())) {
      away = std::move(answer.error());
      ++edges_away;
    } else if (answer.error().code == ErrorCode::kNotFound) {
      unknown = std::move(answer.error());
    } else {
      return answer;
    }
  }
  if (!unknown) return Fail(*std::move(away));
  if (edges_away > 0) unknown->metadata["edges_away"] = std::to_string(edges_away);
  return Fail(*std::move(unknown));
}

std::unique_ptr<UploadStream> GrpcBackend::Upload(Service service, std::string_view method) {
  grpc::GenericStub* stub =
      service == Service::kEdge ? ConnectedFirst().front()->stub.get() : stubs_.at(service).get();
  return OpenGrpcUpload(stub, service, std::string(method));
}

}  // namespace callfleet::supervisor
