#pragma once
// Tells watchers what is new: records, registrations, trunks. Facts come on the sofia thread, where
// watchers are also added, so that a snapshot and the deltas after it have no gap; a thread of the
// hub's own converts and sends. What comes within 4 ms of the last sending waits for the next and
// is one record a call.
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_set>
#include <variant>
#include <vector>

#include "callfleet/sip_edge/v1/sip_edge_service.pb.h"
#include "common/grpc_server/out_stream.h"
#include "services/sip_edge/ports/facts.h"
#include "services/sip_edge/rpc/convert.h"

namespace callfleet::sip_edge {

using CallStream = std::shared_ptr<grpc_server::OutStream<v1::WatchCallsResponse>>;
using RegistrationStream = std::shared_ptr<grpc_server::OutStream<v1::WatchRegistrationsResponse>>;
using TrunkStream = std::shared_ptr<grpc_server::OutStream<v1::WatchTrunksResponse>>;

// Which records a watcher wants.
struct CallFilter {
  std::vector<Unit> units{};
  std::vector<UnitKind> kinds{};
  bool agent_legs_only = false;
  bool unclaimed = false;
  bool Matches(const CallRecord& record) const;
};

class FactHub final : public FactSink {
 public:
  // Waiting records of one watcher, beyond which it must start anew: more than there can be calls.
  static constexpr std::size_t kWatcherCapacity = 300'000;

  static constexpr std::chrono::milliseconds kGather{4};

  explicit FactHub(EdgeName edge);
  ~FactHub() override;

  // --- Sofia thread; nothing here blocks.
  void AddCalls(CallStream stream, CallFilter filter,
                const std::vector<std::shared_ptr<const CallRecord>>& snapshot);
  void AddRegistrations(RegistrationStream stream, const std::vector<RegistrationRecord>& snapshot);
  void AddTrunks(TrunkStream stream, const std::vector<TrunkView>& snapshot);

  void OnRecords(const std::vector<RecordUpdate>& updates) override;
  void OnRegistration(const RegistrationRecord& record) override;
  void OnTrunk(const TrunkView& trunk) override;
  void OnTrunkGone(const TrunkId& trunk) override;
  void OnSecond() override;

  const EdgeName& edge() const { return edge_; }

 private:
  struct CallWatcher {
    CallStream stream;
    CallFilter filter;
    std::unordered_set<CallId>
        told;  // Calls that it knows of: it hears when they leave its filter.
  };
  using Task = std::function<void()>;
  using Item = std::variant<std::vector<RecordUpdate>, Task>;

  void Enqueue(Item item, bool urgent = false);
  void Work();
  void Deliver(std::vector<Item> items);
  void TellAll(const std::vector<RecordUpdate>& updates);
  void Tell(CallWatcher& watcher, const RecordUpdate& update,
            const v1::WatchCallsResponse& message);

  const EdgeName edge_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<Item> items_;
  bool stopping_ = false;
  bool urgent_ = false;  // Something of items_ does not wait for the others.
  // --- The hub's thread.
  std::uint64_t seq_ = 0;
  std::vector<CallWatcher> calls_;
  std::vector<RegistrationStream> registrations_;
  std::vector<TrunkStream> trunks_;
  std::thread thread_;
};

}  // namespace callfleet::sip_edge
