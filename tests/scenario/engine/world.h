#pragma once
// One run: the house, who lives in it, what befalls it, and whether it kept its promises.
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "common/steering/steer_words.h"
#include "tests/scenario/engine/dialer_run.h"
#include "tests/scenario/engine/history_run.h"
#include "tests/scenario/engine/people.h"
#include "tests/scenario/engine/queue_run.h"
#include "tests/scenario/engine/registry_run.h"

namespace callfleet::supervisor {
struct Figures;
}

namespace callfleet::engine {

class World {
 public:
  World(const Scenario& scenario, std::uint64_t seed);
  ~World();

  struct Report {
    bool ok = false;
    std::uint64_t steps = 0;
    std::uint64_t trace = 0;
    std::uint64_t invites = 0;  // To the carrier, and from it.
    std::uint64_t callers = 0;  // Of these.
    std::uint64_t answered = 0;
    std::uint64_t faults = 0;
    seconds virtual_time{0};
    std::vector<std::string> broken;
    std::uint64_t broken_at_step = 0;
    std::vector<std::string> story;
  };
  Report Run();

 private:
  // A free agent and work for it, and nothing happens for so long.
  static constexpr seconds kMostIdle{45};
  static constexpr int kCallbackTries = 3;

  // world.cc
  void AddCampaigns();
  void StartEdge();
  void StartRegistry();
  void StartDialer();
  void StartCampaigns();
  void StartHistory();
  bool AllDone() const;
  std::string StateOfAll() const;
  void Clocks(Host* host);

  // world_inbound.cc: callers and the queue that takes them.
  bool TakesCalls() const { return scenario_.callers > 0; }
  void AddQueues();
  void StartQueue();
  void AddDirectNumbers();
  std::string NumberToCall();
  void NextCaller();
  void EndQueue(const LifeRef& life);
  void CrashQueue();
  void StallQueue();
  void LateQueue();
  void CheckCallers();
  void CheckWaiting(const std::set<std::string>& waited_for);
  void CheckInboundEnd();

  // dialling.cc: agents' phones that dial.
  void AddOutsideNumbers();
  void NextDial();
  void DialOne();
  std::string NumberToDial();

  // steering.cc
  void NextSteer();
  void SteerOne();
  SteerAction ToSomeQueue();
  void Consult(const CallId& call, const Unit& owner, const SteerAction& action);
  void PassOutside(const CallId& call, const Unit& owner);
  void Order(const CallId& call, const Unit& owner, const SteerAction& action);
  void OrderLater(const CallId& call, const Unit& owner, const SteerAction& action);
  void NextCallback();
  void AskCallback();
  void CheckCallbacks();

  // faults.cc
  void PlanFaults();
  void Happen(const char* what, double rate, void (World::*fault)());
  void CrashDialer();
  void CrashRegistry();
  void CrashEdge();
  void CrashHistory();
  void StallDialer();
  void StallRegistry();
  void StallEdge();
  void Stall(const LifeRef& life);
  bool Calm() const;
  void LateOwner();
  void BreakStream();
  void Partition();
  void DatabaseAway();
  void Storm();
  void PauseCampaign();
  MonoDuration Restart();

  // rolls.cc
  void RollDialer();
  void RollQueue();
  void RollRegistry();
  void RollEdge();
  void RollHistory();
  void Drain(const LifeRef& life, MonoDuration deadline);
  void CheckReservationsHaveCalls(std::uint32_t calls);
  void CheckRolls();

  // checker.cc
  void EachSecond();
  void CheckLiveness();
  void CheckTheEnd();
  void CheckLeads();
  void CheckCounters();

  // history_checker.cc
  void CheckHistory();
  void CheckAllRead(const EventLog& events, const HistoryTables::Cursor& cursor);
  void CheckCallRow(const supervisor::CallRow& row);
  void CheckTicketRow(const supervisor::CallRow& row);
  void CheckQueueFigures(const QueueId& id, const supervisor::Figures& report);
  void CheckReport(const CampaignId& id, const supervisor::Figures& report);

  Scenario scenario_;
  Kernel kernel_;
  House house_;
  People people_;
  Host dialer_host_{.name = "dialer"};
  Host old_dialer_host_{.name = "old dialer"};
  Host registry_host_{.name = "registry"};
  Host edge_host_{.name = "edge"};
  Host supervisor_host_{.name = "supervisor"};
  Host queue_host_{.name = "queue"};
  Host old_queue_host_{.name = "old queue"};
  std::unique_ptr<EdgeBoot> edge_;
  std::unique_ptr<RegistryRun> registry_;
  std::unique_ptr<DialerRun> dialer_;
  std::unique_ptr<DialerRun> old_dialer_;
  std::unique_ptr<QueueRun> queue_;
  std::unique_ptr<QueueRun> old_queue_;
  HistoryTables history_tables_;
  std::unique_ptr<HistoryRun> history_;  // Of the dialer.
  std::unique_ptr<HistoryRun> queue_history_;
  bool registry_starting_ = false;
  bool dialer_starting_ = false;
  bool queue_starting_ = false;
  std::uint64_t callers_left_ = 0;
  std::uint64_t orders_ = 0;
  std::uint64_t dialled_ = 0;      // Numbers outside.
  std::set<std::string> outside_;  // Numbers that customers were passed to, or agents dialled.
  std::set<CallId> conferences_;
  int boots_ = 0;
  std::uint64_t faults_ = 0;
  int faults_open_ = 0;
  std::uint64_t cut_by_drain_ = 0;  // Calls that an edge ended at its deadline.
  MonoDuration last_fault_{0};
  MonoDuration done_at_{0};
  std::uint64_t last_rung_ = 0;
  MonoDuration last_rung_at_{0};
  std::map<CallId, MonoDuration> astray_since_;
  std::map<AgentId, MonoDuration> idle_since_;
  std::map<CampaignId, MonoDuration> due_since_;
  std::map<CampaignId, MonoDuration> paused_until_;
};

}  // namespace callfleet::engine
