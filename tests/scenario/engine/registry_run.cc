#include "tests/scenario/engine/registry_run.h"

#include <algorithm>
#include <utility>

#include "services/agent_registry/rpc/convert_session.h"

namespace callfleet::engine {

using namespace agent_registry;

RegistryRun::RegistryRun(House* house, LifeRef life, KeptPool kept, Task on_lost)
    : house_(house), life_(std::move(life)), pool_(kept.token), on_lost_(std::move(on_lost)) {
  journal_ = std::make_unique<RegistryJournal>(&house->registry_tables, &house->database, life_,
                                               kept.token, [this](const Error&) { OnLost(); });
  accounts_.Restore(kept.contacts);
  RegistryPorts ports;
  ports.clock = life_.get();
  ports.timers = life_.get();
  ports.journal = journal_.get();
  ports.edges = this;
  ports.feed = this;
  ports.owners = this;
  ports.secrets = this;
  ports.ids = this;
  ports.log = &house->log;
  ports.on_lost = [this](const Error&) { OnLost(); };
  std::vector<KeptPool> pools;
  pools.push_back(std::move(kept));
  service_ = Build(ports, house->kernel->system(), DirectoryOptions{}, std::move(pools));
}

RegistryRun::~RegistryRun() {
  life_->Kill();
  service_->Kill();
  house_->kernel->Settle();
}

void RegistryRun::Start() {
  OpenCalls();
  OpenRegistrations();
  EachSecond();
}

void RegistryRun::Close() {
  closed_ = true;
  for (const auto& [id, open] : sessions_) {
    open.stream->Break(house_->network.Delay(), MonoDuration(0));
  }
  life_->StopTimers();
  service_->Stop();
  house_->kernel->Settle();
}

void RegistryRun::EachSecond() {
  journal_->Commit(PoolId(pool_.unit.id), {}, [this](const Status& status) {
    const std::string reason = status ? "" : status.error().reason;
    if (reason == "FENCED" || reason == "EARLIER_WRITE_FAILED") OnLost();
  });
  life_->Start(seconds(1), [this] { EachSecond(); });
}

void RegistryRun::OnLost() {
  if (std::exchange(lost_, true)) return;
  on_lost_();
}

// What the edge has told of a leg may be on its way for 0.3 s longer than what the owner has: a leg
// that is over in truth takes no line.
bool RegistryRun::IsOld(const SlotRecord& slot) const {
  if (slot.state != SlotState::kOrphaned || slot.leg.empty() || house_->edge == nullptr)
    return false;
  const auto call = house_->edge->calls().Get(slot.call);
  if (!call) return true;
  const auto& legs = (*call)->legs;
  const auto leg =
      std::find_if(legs.begin(), legs.end(), [&](const auto& one) { return one.id == slot.leg; });
  return leg == legs.end() || leg->phase == sip_edge::LegPhase::kEnded;
}

void RegistryRun::Changed(AgentRecordRef record) {
  const AgentProfile& p = *record->profile;
  const auto load = record->slots.size() <= p.max_concurrent_calls
                        ? record->slots.size()
                        : static_cast<std::size_t>(std::count_if(
                              record->slots.begin(), record->slots.end(),
                              [this](const SlotRecord& slot) { return !IsOld(slot); }));
  if (load > p.max_concurrent_calls) {
    std::string slots;
    for (const auto& slot : record->slots) {
      slots += " " + std::string(SlotMachine::Name(slot.state)) + " " + slot.demand + " " +
               slot.leg.str() + (slot.leg_live ? " live" : "") + (slot.up_unseen ? " unseen" : "");
    }
    house_->kernel->Broken(p.name + " has more reservations than its maximum:" + slots);
  }
  auto& known = board_[p.id];
  if (!known || known->version <= record->version) known = std::move(record);
}

std::string RegistryRun::Next() {
  return "id" + std::to_string(pool_.token) + "-" + std::to_string(1'000'000'000 + ++ids_);
}

// --- Sessions, as rpc/owner_hub keeps them

std::shared_ptr<RegistryRun::Session> RegistryRun::OpenSession(std::shared_ptr<Stream> stream,
                                                               SessionSink sink) {
  const StreamId id = ++last_session_;
  auto session = std::make_shared<Session>(this, id);
  sessions_[id] = {PoolId(), stream, std::move(sink)};
  stream->OnServerDown([session] { session->OnDown(); });
  return session;
}

void RegistryRun::Session::OnMessage(const registry_v1::SessionRequest& request) {
  const auto open = run_->sessions_.find(id_);
  if (open == run_->sessions_.end()) return;
  if (!greeted_) {
    if (!request.has_hello()) return open->second.stream->Break(MonoDuration(0), MonoDuration(0));
    pool_ = PoolId(request.hello().pool_id().empty() ? "default" : request.hello().pool_id());
    open->second.pool = pool_;
    greeted_ = true;
  }
  auto message = FromProto(request, pool_);
  if (!message) {
    run_->house_->kernel->Broken("the registry refused a message: " + message.error().message);
    return;
  }
  run_->service_->owners().OnMessage(pool_, id_, std::move(*message));
}

void RegistryRun::Session::OnDown() {
  run_->sessions_.erase(id_);
  if (greeted_) run_->service_->owners().OnDown(pool_, id_);
}

void RegistryRun::Send(StreamId id, OwnerReply reply) {
  const auto open = sessions_.find(id);
  if (open == sessions_.end()) return;
  const auto stream = open->second.stream;
  if (std::holds_alternative<EndStream>(reply)) {
    const auto soon = house_->network.Delay();
    stream->Break(soon, MonoDuration(0));
    return;
  }
  if (const auto* grant = std::get_if<GrantReply>(&reply)) {
    for (const Offer& offer : grant->offers) {
      house_->kernel->Note("granted",
                           grant->demand + " " + ToWire(offer.key, open->second.pool).str());
    }
  }
  auto message = ToProto(reply, open->second.pool);
  if (!message) return;
  auto shared = std::make_shared<const registry_v1::SessionResponse>(std::move(*message));
  stream->ToClient([sink = open->second.sink, shared] { sink(*shared); });
}

}  // namespace callfleet::engine
