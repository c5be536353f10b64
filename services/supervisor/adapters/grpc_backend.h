#pragma once
// Backend over gRPC: one channel a service, calls in wire form.
#include <grpcpp/generic/generic_stub.h>

#include <chrono>
#include <map>
#include <memory>
#include <string>

#include "services/supervisor/ports/backend.h"

namespace callfleet::supervisor {

inline constexpr std::chrono::seconds kCallDeadline{5};
inline constexpr std::chrono::seconds kUploadPatience{60};

class GrpcBackend final : public Backend {
 public:
  explicit GrpcBackend(const std::map<Service, std::shared_ptr<grpc::Channel>>& channels);

  Result<std::string> Call(Service service, std::string_view method,
                           const std::string& request) override;
  std::unique_ptr<UploadStream> Upload(Service service, std::string_view method) override;

 private:
  std::map<Service, std::unique_ptr<grpc::GenericStub>> stubs_;
};

// What a service answered, as an Error of ours: its own reason where it gave one, else
// <SERVICE>_UNAVAILABLE, <SERVICE>_TIMEOUT or NOT_IMPLEMENTED.
Error ToBackendError(Service service, const grpc::Status& status);

}  // namespace callfleet::supervisor
