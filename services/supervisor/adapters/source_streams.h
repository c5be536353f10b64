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
// Queues, figures and callers from one stream; where the service tells no changes, one list of the
// queues each time it is found alive. In queue_stream.cc.
WatchLoop::ReadAll ReadQueues(std::shared_ptr<grpc::Channel> queue);

}  // namespace callfleet::supervisor
