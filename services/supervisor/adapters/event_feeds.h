#pragma once
#include <grpcpp/channel.h>

#include <memory>
#include <vector>

#include "services/supervisor/adapters/event_consumer.h"

namespace callfleet::supervisor {

std::unique_ptr<EventFeed> DialerFeed(const std::shared_ptr<grpc::Channel>& channel);
std::unique_ptr<EventFeed> QueueFeed(const std::shared_ptr<grpc::Channel>& channel);
// Of edges of one database, who all tell the same: the next one is asked where one is away.
std::unique_ptr<EventFeed> EdgeFeed(const std::vector<std::shared_ptr<grpc::Channel>>& edges);
std::unique_ptr<EventFeed> RegistryFeed(const std::shared_ptr<grpc::Channel>& channel);

}  // namespace callfleet::supervisor
