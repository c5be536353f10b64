#pragma once
// The streams of each service below, read into facts.
#include <grpcpp/channel.h>

#include <memory>

#include "services/supervisor/adapters/watch_loop.h"

namespace callfleet::supervisor {

// Views are looked at by people: what a call goes through while it is set up is one change to them,
// for a part of what each step would cost here and at its source.
template <class Request>
Request ForViews() {
  Request request;
  request.mutable_gather()->set_nanos(50'000'000);
  return request;
}

WatchLoop::ReadAll ReadCalls(std::shared_ptr<grpc::Channel> edge);
WatchLoop::ReadAll ReadTrunks(std::shared_ptr<grpc::Channel> edge);
WatchLoop::ReadAll ReadAgents(std::shared_ptr<grpc::Channel> registry);
// Figures from the stream; names from the list, asked again every 2 s.
WatchLoop::ReadAll ReadCampaigns(std::shared_ptr<grpc::Channel> dialer);
// Queues, figures and callers from one stream; where the service tells no changes, one list of the
// queues each time it is found alive. In queue_stream.cc.
WatchLoop::ReadAll ReadQueues(std::shared_ptr<grpc::Channel> queue);

}  // namespace callfleet::supervisor
