#pragma once
// The streams of each service below, read into facts.
#include <grpcpp/channel.h>

#include <memory>

#include "services/supervisor/adapters/watch_loop.h"

namespace callfleet::supervisor {

WatchLoop::ReadAll ReadCalls(std::shared_ptr<grpc::Channel> edge);
WatchLoop::ReadAll ReadTrunks(std::shared_ptr<grpc::Channel> edge);
WatchLoop::ReadAll ReadAgents(std::shared_ptr<grpc::Channel> registry);
// Figures from the stream; names from the list, asked again every 2 s.
WatchLoop::ReadAll ReadCampaigns(std::shared_ptr<grpc::Channel> dialer);
// Figures from the stream, names from one list; where the service tells no changes, one list each
// time it is found alive.
WatchLoop::ReadAll ReadQueues(std::shared_ptr<grpc::Channel> queue);

}  // namespace callfleet::supervisor
