#pragma once
// Ports that cost nothing, for what the actors cost by themselves.
#include <atomic>
#include <functional>

#include "services/agent_registry/app/core.h"

namespace callfleet::agent_registry {

struct NullJournal final : Journal {
  std::atomic<std::uint64_t> batches{0};
  void Commit(const PoolId&, RegistryWrites, Done done) override {
    batches.fetch_add(1, std::memory_order_relaxed);
    if (done) done({});
  }
};
struct NullEdges final : EdgeControl {
  void PutAccount(const AgentProfile&) override {}
  void RemoveAccount(const std::string&) override {}
  void DialDedicated(const AgentProfile&, const LegId&, const EdgeId&) override {}
};
struct NullFeed final : AgentFeed {
  void Changed(AgentRecordRef) override {}
  void Gone(const AgentId&) override {}
};
struct NullSecrets final : Secrets {
  std::string Next() override { return "123456789012345678901234"; }
};
// Hands each reply to whoever plays the owner.
struct OwnerTap final : OwnerStreams {
  std::function<void(StreamId, OwnerReply)> on_reply = [](StreamId, OwnerReply) {};
  void Send(StreamId stream, OwnerReply reply) override { on_reply(stream, std::move(reply)); }
};

}  // namespace callfleet::agent_registry
