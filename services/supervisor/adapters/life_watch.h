#pragma once
// Holds on to a server that has no stream of its own to tell that it went.
#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/support/status.h>

#include <memory>

namespace callfleet::supervisor {

// Watches the server's health (grpc.health.v1) and waits until it goes or the context is cancelled.
// UNIMPLEMENTED where it tells no health.
grpc::Status WaitWhileAlive(const std::shared_ptr<grpc::Channel>& channel,
                            grpc::ClientContext* context);

}  // namespace callfleet::supervisor
