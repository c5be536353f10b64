#pragma once
// The open sessions of unit owners: protobuf on the wire, the domain's messages inside.
#include <atomic>
#include <mutex>
#include <unordered_map>

#include "callfleet/agent_registry/v1/agent_registry_service.grpc.pb.h"
#include "common/grpc_server/session.h"
#include "common/logging/logger.h"
#include "services/agent_registry/ports/owner_sessions.h"
#include "services/agent_registry/ports/owner_streams.h"

namespace callfleet::agent_registry {

// Thread safe. Bind before the first Open; both outlive the server.
class OwnerHub final : public OwnerStreams {
 public:
  using Reactor = grpc::ServerBidiReactor<v1::SessionRequest, v1::SessionResponse>;
  using Stream = grpc_server::OutStream<v1::SessionResponse>;
  static constexpr std::size_t kMostWaiting = 200'000;  // A reader this far behind is cut off.

  explicit OwnerHub(logging::Logger log) : log_(std::move(log)) {}
  void Bind(OwnerSessions* sessions) { sessions_ = sessions; }

  Reactor* Open(grpc_server::Streams* streams);
  void Send(StreamId stream, OwnerReply reply) override;
  std::size_t size() const;

 private:
  struct Session {
    PoolId pool;
    std::weak_ptr<Stream> stream;
  };
  // State of one stream's reading side; used by its callbacks only.
  struct Reading {
    StreamId id = 0;
    PoolId pool;
    bool greeted = false;
  };
  void OnMessage(Reading& reading, const std::shared_ptr<Stream>& stream,
                 v1::SessionRequest&& request);
  bool Greet(Reading& reading, const std::shared_ptr<Stream>& stream,
             const v1::SessionRequest& request);
  void OnClosed(const Reading& reading);

  logging::Logger log_;
  OwnerSessions* sessions_ = nullptr;
  std::atomic<StreamId> last_{0};
  mutable std::mutex mutex_;
  std::unordered_map<StreamId, Session> open_;
};

}  // namespace callfleet::agent_registry
