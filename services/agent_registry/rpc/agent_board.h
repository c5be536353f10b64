#pragma once
// The newest record of each agent: what GetAgent, ListAgents and WatchAgents answer from, so that
// no reader ever waits for an actor.
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <unordered_map>

#include "callfleet/agent_registry/v1/agent_registry_service.pb.h"
#include "common/grpc_server/out_stream.h"
#include "services/agent_registry/ports/agent_feed.h"

namespace callfleet::agent_registry {

// Thread safe.
class AgentBoard final : public AgentFeed {
 public:
  using Stream = grpc_server::OutStream<v1::WatchAgentsResponse>;
  struct Filter {
    std::string pool;              // Empty: all.
    std::set<std::string> agents;  // Empty: all.
  };
  struct Page {
    std::vector<AgentRecordRef> agents;  // By name.
    std::string next;                    // Name to go on after; empty: that was all.
    std::size_t total = 0;
  };

  void Changed(AgentRecordRef record) override;
  void Gone(const AgentId& agent) override;

  AgentRecordRef Find(const std::string& id_or_name) const;  // Null: unknown.
  Page List(const std::string& after, std::size_t size,
            const std::function<bool(const AgentRecord&)>& wanted) const;
  std::size_t size() const;
  // How many agents of a pool are at an activity ("available", "busy", "wrap_up", "not_ready",
  // "offline"), how many of their slots in a state. Looks at all of them: for figures only.
  struct Census {
    using Counts = std::map<std::string, std::size_t>;
    Counts agents;
    Counts slots;
  };
  std::map<std::string, Census> TakeCensus() const;

  // Sends the snapshot and then each change until the stream closes.
  void Watch(std::shared_ptr<Stream> stream, Filter filter);
  void SendAlive();  // Each second.

 private:
  struct Watcher {
    std::weak_ptr<Stream> stream;
    Filter filter;
  };
  static bool Wants(const Filter& filter, const AgentRecord& record);
  void Publish(const AgentRecord& record, const v1::WatchAgentsResponse& message);

  mutable std::mutex mutex_;
  std::unordered_map<AgentId, AgentRecordRef> by_id_;
  std::map<std::string, AgentId> by_name_;
  std::vector<Watcher> watchers_;
  std::uint64_t seq_ = 0;
};

}  // namespace callfleet::agent_registry
