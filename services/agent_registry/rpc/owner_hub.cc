#include "services/agent_registry/rpc/owner_hub.h"

#include "services/agent_registry/rpc/convert_session.h"

namespace callfleet::agent_registry {

OwnerHub::Reactor* OwnerHub::Open(grpc_server::Streams* streams) {
  auto reading = std::make_shared<Reading>();
  reading->id = ++last_;
  return grpc_server::OpenSession<v1::SessionRequest, v1::SessionResponse>(
      streams, {.on_closed = [this, reading] { OnClosed(*reading); }},
      [this, reading](const std::shared_ptr<Stream>& stream, v1::SessionRequest&& request) {
        OnMessage(*reading, stream, std::move(request));
      });
}

bool OwnerHub::Greet(Reading& reading, const std::shared_ptr<Stream>& stream,
                     const v1::SessionRequest& request) {
  if (!request.has_hello()) {
    stream->Close(InvalidField("message", "the first must be hello").value());
    return false;
  }
  const std::string& pool = request.hello().pool_id();
  reading.pool = PoolId(pool.empty() ? "default" : pool);
  reading.greeted = true;
  const std::lock_guard lock(mutex_);
  open_[reading.id] = {reading.pool, stream};
  return true;
}

void OwnerHub::OnMessage(Reading& reading, const std::shared_ptr<Stream>& stream,
                         v1::SessionRequest&& request) {
  if (!reading.greeted && !Greet(reading, stream, request)) return;
  auto message = FromProto(request, reading.pool);
  if (!message) {
    log_.Warn("a session sent what is not valid",
              {{"reason", message.error().reason}, {"detail", message.error().message}});
    // A bad demand ends alone; anything else is a broken owner.
    if (!request.has_demand()) return stream->Close(message.error());
    v1::SessionResponse closed;
    *closed.mutable_closed()->mutable_unit() = request.demand().unit();
    closed.mutable_closed()->set_demand_id(request.demand().demand_id());
    closed.mutable_closed()->set_reason("invalid: " + message.error().message);
    return stream->PushKept(std::move(closed));
  }
  if (!sessions_->OnMessage(reading.pool, reading.id, std::move(*message))) {
    stream->Close(Error{ErrorCode::kFailedPrecondition, "POOL_NOT_SERVED",
                        "This process does not serve the pool \"" + reading.pool.str() + "\"."});
  }
}

void OwnerHub::OnClosed(const Reading& reading) {
  {
    const std::lock_guard lock(mutex_);
    open_.erase(reading.id);
  }
  if (reading.greeted) sessions_->OnDown(reading.pool, reading.id);
}

void OwnerHub::Send(StreamId id, OwnerReply reply) {
  std::shared_ptr<Stream> stream;
  PoolId pool;
  {
    const std::lock_guard lock(mutex_);
    auto it = open_.find(id);
    if (it == open_.end()) return;
    stream = it->second.stream.lock();
    pool = it->second.pool;
  }
  if (!stream) return;
  if (const auto* end = std::get_if<EndStream>(&reply)) {
    return stream->Close(
        Error{ErrorCode::kAborted, end->reason, "Open a new session and declare."});
  }
  if (stream->waiting() > kMostWaiting) {
    return stream->Close(Error{ErrorCode::kResourceExhausted, "OWNER_TOO_SLOW",
                               "Too many messages wait for this owner; open a new session."});
  }
  if (auto message = ToProto(reply, pool)) stream->PushKept(std::move(*message));
}

std::size_t OwnerHub::size() const {
  const std::lock_guard lock(mutex_);
  return open_.size();
}

}  // namespace callfleet::agent_registry
