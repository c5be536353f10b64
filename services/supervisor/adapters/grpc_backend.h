#pragma once
// Backend over gRPC: one channel a process below, calls in wire form.
#include <grpcpp/generic/generic_stub.h>

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "services/supervisor/ports/backend.h"

namespace callfleet::supervisor {

inline constexpr std::chrono::seconds kCallDeadline{5};
inline constexpr std::chrono::seconds kUploadPatience{60};

class GrpcBackend final : public Backend {
 public:
  struct EdgeChannel {
    std::string address;
    std::shared_ptr<grpc::Channel> channel;
  };
  // At least one edge.
  GrpcBackend(const std::map<Service, std::shared_ptr<grpc::Channel>>& others,
              const std::vector<EdgeChannel>& edges);

  Result<std::string> Call(Service service, std::string_view method,
                           const std::string& request) override;
  Result<std::string> CallEdge(const std::string& edge, std::string_view method,
                               const std::string& request) override;
  std::vector<std::string> Edges() const override;
  std::unique_ptr<UploadStream> Upload(Service service, std::string_view method) override;

 private:
  struct Edge {
    std::string address;
    std::shared_ptr<grpc::Channel> channel;
    std::unique_ptr<grpc::GenericStub> stub;
    Result<std::string> Ask(std::string_view method, const std::string& request) const;
  };
  std::vector<const Edge*> ConnectedFirst() const;
  Result<std::string> AskInTurn(std::string_view method, const std::string& request);

  std::map<Service, std::unique_ptr<grpc::GenericStub>> stubs_;
  std::vector<Edge> edges_;
};

// What a service answered, as an Error of ours: its own reason where it gave one, else
// <SERVICE>_UNAVAILABLE, <SERVICE>_TIMEOUT or NOT_IMPLEMENTED.
Error ToBackendError(Service service, const grpc::Status& status);

}  // namespace callfleet::supervisor
