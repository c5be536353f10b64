#pragma once
#include <grpcpp/channel.h>

#include <memory>

#include "services/supervisor/adapters/event_consumer.h"

namespace callfleet::supervisor {

std::unique_ptr<EventFeed> DialerFeed(const std::shared_ptr<grpc::Channel>& channel);
std::unique_ptr<EventFeed> QueueFeed(const std::shared_ptr<grpc::Channel>& channel);
std::unique_ptr<EventFeed> RegistryFeed(const std::shared_ptr<grpc::Channel>& channel);

}  // namespace callfleet::supervisor
