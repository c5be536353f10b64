#pragma once
// Driven: the tables, as a running campaign uses them.
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "common/clock/clock.h"
#include "common/ids/ids.h"
#include "common/result/result.h"
#include "services/dialer/domain/campaign_model.h"
#include "services/dialer/domain/events.h"
#include "services/dialer/domain/step.h"

namespace callfleet::dialer {

// The writes of one life of a campaign's actor, committed in order.
class CampaignWriter {
 public:
  using Done = std::function<void(Status)>;
  virtual ~CampaignWriter() = default;
  // One transaction. `done` is called once, on another thread, in order of submission; a database
  // that is away is waited for. A returned error (WRITER_FULL: try again) means that nothing was
  // taken and `done` is not called.
  virtual Status Submit(std::vector<Write> writes, Done done) = 0;
};

// Thread safe, never blocks; each reply comes once, on any thread.
class CampaignStore {
 public:
  template <class T>
  using Reply = std::function<void(Result<T>)>;

  virtual ~CampaignStore() = default;
  // Takes the unit (its token is raised) and reads the campaign with its open attempts as lines.
  virtual void Load(const CampaignId& id, Reply<CampaignModel> reply) = 0;
  virtual std::unique_ptr<CampaignWriter> Open(const UnitToken& unit, const TrunkId& trunk) = 0;
  // Makes due leads queued again, then reads the heads in order.
  virtual void ReadPage(const UnitToken& unit, LoadPage page, WallTime now,
                        std::function<void(PageLoaded)> reply) = 0;
  // Reserves the number for the attempt where nothing is against it. nullopt: database away.
  virtual void AskGate(const UnitToken& unit, CheckGate check, WallTime now,
                       std::function<void(std::optional<NumberFacts>)> reply) = 0;
};

}  // namespace callfleet::dialer
