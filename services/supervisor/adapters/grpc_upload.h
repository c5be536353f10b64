#pragma once
#include <grpcpp/generic/generic_stub.h>

#include <memory>
#include <string>

#include "services/supervisor/ports/backend.h"

namespace callfleet::supervisor {

grpc::ByteBuffer ToBuffer(const std::string& bytes);
std::string FromBuffer(const grpc::ByteBuffer& buffer);

std::unique_ptr<UploadStream> OpenGrpcUpload(grpc::GenericStub* stub, Service service,
                                             const std::string& method);

}  // namespace callfleet::supervisor
