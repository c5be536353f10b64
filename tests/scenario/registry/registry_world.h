#pragma once
// agent_registry as app/ builds it, on a clock that the test turns: agents whose phones obey,
// owners that keep the rules of a session but may die, cancel late or go silent. Everything from
// one seed.
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "services/agent_registry/app/core.h"
#include "tests/support/deterministic_actors.h"

namespace callfleet::agent_registry {

using namespace std::chrono_literals;

// Remembers what was written, as a database would, and gives it back at a restart.
class MemoryJournal final : public Journal {
 public:
  void Commit(const PoolId&, RegistryWrites writes, Done done) override;
  KeptPool Kept(Token token) const;

 private:
  std::map<AgentId, KeptAgent> agents_;
  std::map<Unit, SaveUnit> units_;
};

class World;

// One campaign's owner: wants agents for its calls, takes grants, completes.
class Owner {
 public:
  Owner(World* world, std::string campaign, std::size_t calls) : world_(world), left_(calls) {
    unit_ = {UnitKind::kCampaign, std::move(campaign)};
  }
  void Connect();     // A new stream: hello, what is held and wanted, declare end.
  void Disconnect();  // The stream is gone; what was under way goes on.
  void Die();         // All forgotten: a new process starts from nothing.
  void Work();        // Keeps up to 12 demands open; sometimes cancels one.
  void Hear(StreamId stream, const OwnerReply& reply);
  void Beat();
  void EndCalls();  // Those whose time has come.

  std::size_t served = 0;
  std::size_t revoked = 0;
  std::size_t left() const { return left_; }
  std::size_t open() const { return wanted_.size() + calls_.size(); }
  StreamId stream() const { return stream_; }

 private:
  friend class World;
  struct Call {
    std::string demand;
    AgentId agent;
    MonoTime end{};
  };
  void Say(OwnerMessage message);
  void Want(const std::string& id);
  void OnGrant(const GrantReply& grant);

  World* world_;
  Unit unit_;
  std::size_t left_;
  StreamId stream_ = 0;
  MonoTime proved_{};  // When the registry last said that it knows us.
  std::uint64_t next_ = 0;
  std::uint64_t beats_ = 0;
  std::uint64_t seen_ = 0;
  std::map<std::string, std::uint64_t> wanted_;  // Demand and revision.
  std::map<ReservationKey, Call> calls_;
};

class World final : public AgentFeed,
                    public EdgeControl,
                    public OwnerStreams,
                    public Secrets,
                    public IdSource {
 public:
  explicit World(std::uint32_t seed) : rng(seed) {}
  ~World() override { CrashRegistry(); }

  void StartRegistry();
  void CrashRegistry();  // kill -9: only the journal survives.
  void AddAgent(const std::string& name, int maximum, const std::vector<std::string>& campaigns);
  Owner& AddOwner(const std::string& campaign, std::size_t calls);
  // One second of everybody's life.
  void Second();
  bool Chance(int percent) { return static_cast<int>(rng() % 100) < percent; }

  void Changed(AgentRecordRef record) override;
  void Gone(const AgentId&) override {}
  void PutAccount(const AgentProfile&) override {}
  void RemoveAccount(const std::string&) override {}
  void DialDedicated(const AgentProfile&, const LegId&, const EdgeId&) override {}
  void Send(StreamId stream, OwnerReply reply) override;
  std::string Next() override { return "id-" + std::to_string(++ids_); }

  test::DeterministicSystem actors;
  std::mt19937 rng;
  MemoryJournal journal;
  std::unique_ptr<Service> service;
  std::map<std::string, std::unique_ptr<Owner>> owners;
  std::map<AgentId, AgentRecordRef> shown;
  std::map<AgentId, std::size_t> peak;
  std::map<AgentId, std::set<ReservationKey>> in_call;  // What owners believe.
  std::set<ReservationKey> given;                       // Every reservation ever granted.
  std::vector<std::string> faults;                      // Broken invariants.
  StreamId last_stream = 0;

 private:
  Token token_ = 0;
  std::uint64_t ids_ = 0;
  logging::Logger log_{"scenario"};
};

}  // namespace callfleet::agent_registry
