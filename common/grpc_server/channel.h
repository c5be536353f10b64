#pragma once
// Channels from one service to another.
#include <grpcpp/channel.h>

#include <memory>
#include <string>

namespace callfleet::grpc_server {

struct ChannelOptions {
  std::string target;   // "host:port".
  std::string token{};  // Bearer token put on each call; "" puts none.
  int max_message_bytes = 4 * 1024 * 1024;
};

// Each call carries the trace of the thread that begins it (call_trace.h).
// Reconnects by itself, 100 ms to 2 s apart; a silent peer is found within 15 s. Thread safe.
std::shared_ptr<grpc::Channel> MakeChannel(const ChannelOptions& options);

}  // namespace callfleet::grpc_server
