#pragma once
#include <grpcpp/grpcpp.h>

namespace callfleet::grpc_server {

// One system call, and one wake-up of the peer, for messages that follow each other.
inline grpc::WriteOptions Followed(bool more) {
  return more ? grpc::WriteOptions().set_buffer_hint() : grpc::WriteOptions();
}

}  // namespace callfleet::grpc_server
