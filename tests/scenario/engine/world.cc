#include "tests/scenario/engine/world.h"

#include <algorithm>
#include <array>
#include <utility>

namespace callfleet::engine {

using namespace std::chrono_literals;

namespace {
constexpr seconds kSettled{120};  // After the last campaign's end.
constexpr std::chrono::hours kLongest{30};
constexpr std::chrono::hours kLongestCalling{4};  // Callers alone: no lead waits for its retry.
}  // namespace

House::House(Kernel* k, const Scenario* s)
    : kernel(k),
      scenario(s),
      network(k, {.slow = s->slow_network, .lost_answer = s->lost_answer}),
      database(k, {.slow = s->slow_database}),
      far(k, s),
      dialer_tables(k),
      queue_tables(k) {
  log.SetLevel(logging::Level::kError);
}

LifeRef House::RegistryLife() const { return registry ? registry->life() : nullptr; }

World::World(const Scenario& scenario, std::uint64_t seed)
    : scenario_(scenario), kernel_(seed), house_(&kernel_, &scenario_), people_(&house_) {
  kernel_.Follow(scenario_.follow);
  for (Host* host :
       {&dialer_host_, &old_dialer_host_, &registry_host_, &edge_host_, &supervisor_host_}) {
    Clocks(host);
  }
  if (!TakesCalls()) return;
  for (Host* host : {&queue_host_, &old_queue_host_}) Clocks(host);
}

World::~World() {
  queue_history_.reset();
  history_.reset();
  old_queue_.reset();
  queue_.reset();
  old_dialer_.reset();
  dialer_.reset();
  registry_.reset();
  if (edge_) edge_->life().Kill();
}

void World::Clocks(Host* host) {
  const auto skew = static_cast<std::int64_t>(scenario_.skew * 1e6);
  host->wall_offset =
      MonoDuration(static_cast<std::int64_t>((kernel_.Unit() * 2 - 1) * static_cast<double>(skew)));
  host->rate = 1.0 + (kernel_.Unit() * 2 - 1) * scenario_.drift / 1e6;
}

void World::AddCampaigns() {
  const auto delay = seconds(static_cast<int>(scenario_.retry_delay));
  for (int c = 0; c < static_cast<int>(scenario_.campaigns); ++c) {
    dialer::CampaignSettings settings;
    settings.name = "c" + std::to_string(c);
    settings.trunk = TrunkId("trunk");
    settings.max_concurrent = static_cast<int>(scenario_.max_calls);
    settings.window = {.from_minute = 0, .to_minute = 1440};
    settings.cap.calls = 20;
    settings.retry.max_attempts = static_cast<int>(scenario_.attempts);
    settings.retry.rules.clear();
    for (const auto outcome :
         {dialer::Outcome::kAbandoned, dialer::Outcome::kBusy, dialer::Outcome::kNoAnswer,
          dialer::Outcome::kUnreachable, dialer::Outcome::kDeclined, dialer::Outcome::kAgentFailed,
          dialer::Outcome::kInterrupted, dialer::Outcome::kCancelled,
          dialer::Outcome::kAnsweringMachine}) {
      settings.retry.rules[outcome] = {.delay = delay, .max_retries = 20};
    }
    if (scenario_.ratio > 0) {
      settings.pacing = dialer::PacingMode::kRatio;
      settings.ratio = scenario_.ratio;
    }
    if (scenario_.machines > 0) {
      constexpr std::array kActions{dialer::AmdAction::kHangUp, dialer::AmdAction::kLeaveMessage,
                                    dialer::AmdAction::kHandToAgent, dialer::AmdAction::kConnect};
      settings.amd.enabled = true;
      settings.amd.on_machine = kActions[static_cast<std::size_t>(c) % kActions.size()];
      settings.amd.message = "message";
      settings.amd.agent_wait_ms = 10'000;
    }
    const CampaignId id(settings.name);
    house_.dialer_tables.AddCampaign(id, settings);
    for (int n = 0; n < static_cast<int>(scenario_.leads); ++n) {
      dialer::Lead lead;
      lead.id = LeadId(settings.name + "-" + std::to_string(100'000 + n));
      const bool shared = c > 0 && kernel_.Chance(scenario_.shared_numbers);
      lead.number = "+1415" + std::to_string(1'000'000 * (shared ? 1 : c + 1) + n);
      if (kernel_.Chance(scenario_.suppressed)) house_.dialer_tables.suppressed.insert(lead.number);
      house_.dialer_tables.AddLead(id, std::move(lead));
    }
  }
}

void World::StartEdge() {
  edge_ = std::make_unique<EdgeBoot>(std::make_shared<Life>(&kernel_, &edge_host_), ++boots_,
                                     &house_.far, &house_.edge_tables);
  house_.edge = edge_.get();
  house_.far.EdgeUp(edge_.get(), boots_);
  kernel_.Note("edge is up", edge_->boot_id());
}

void World::StartRegistry() {
  if (std::exchange(registry_starting_, true)) return;
  const auto life = std::make_shared<Life>(&kernel_, &registry_host_);
  const auto kept = std::make_shared<agent_registry::KeptPool>();
  house_.database.Transact(
      life, kLongest,
      [this, kept] { *kept = house_.registry_tables.Take(&house_.database, PoolId("default")); },
      [this, life, kept](bool) {
        registry_starting_ = false;
        registry_ = std::make_unique<RegistryRun>(&house_, life, std::move(*kept), [this] {
          kernel_.Note("registry gives up");
          kernel_.After(MonoDuration(0), "exit", [this] { CrashRegistry(); });
        });
        house_.registry = registry_.get();
        registry_->Start();
        kernel_.Note("registry is up");
      });
}

void World::StartDialer() {
  dialer_ = std::make_unique<DialerRun>(&house_, std::make_shared<Life>(&kernel_, &dialer_host_));
  house_.dialer_life = dialer_->life();
  dialer_->Start();
  kernel_.Note("dialer is up");
}

void World::StartHistory() {
  const auto life = std::make_shared<Life>(&kernel_, &supervisor_host_);
  const auto read = [&](EventLog* events, HistoryTables::Cursor* cursor, LifeRef House::*service) {
    auto run = std::make_unique<HistoryRun>(
        &house_, life, &history_tables_,
        HistorySource{events, cursor, [house = &house_, service] { return house->*service; }});
    run->Start();
    return run;
  };
  history_ = read(&house_.dialer_tables.events, &history_tables_.dialer, &House::dialer_life);
  if (TakesCalls()) {
    queue_history_ = read(&house_.queue_tables.events, &history_tables_.queue, &House::queue_life);
  }
}

void World::StartCampaigns() {
  // What it has lost to an owner that is gone since, it may have again.
  if (dialer_ && !old_dialer_) dialer_->TakeAll();
  for (const auto& [id, row] : house_.dialer_tables.campaigns) {
    if (row.state == dialer::CampaignState::kStopped && dialer_) {
      dialer_->Turn(id, dialer::CampaignEvent::kStart);
    } else if (row.state == dialer::CampaignState::kPaused && dialer_ &&
               paused_until_[id] <= kernel_.now()) {
      dialer_->Turn(id, dialer::CampaignEvent::kResume);
    }
  }
  kernel_.After(3s, "operator", [this] { StartCampaigns(); });
}

bool World::AllDone() const {
  for (const auto& [id, row] : house_.dialer_tables.campaigns) {
    if (row.state != dialer::CampaignState::kCompleted) return false;
  }
  if (callers_left_ > 0 || house_.far.live_callers() > 0) return false;
  return std::ranges::none_of(house_.queue_tables.tickets, [](const auto& ticket) {
    return ticket.second.open() && ticket.second.callback;
  });
}

std::string World::StateOfAll() const {
  std::string text;
  for (const auto& [id, row] : house_.dialer_tables.campaigns) {
    text += " " + id.str() + " " + std::string(dialer::CampaignMachine::Name(row.state));
    text += " (" + std::to_string(row.queued.size()) + " queued, " +
            std::to_string(row.waiting.size()) + " waiting, " +
            std::to_string(row.open_attempts.size()) + " open)";
    if (!dialer_) continue;
    if (const auto view = dialer_->views.find(id); view != dialer_->views.end()) {
      text += " " + std::string(dialer::Name(view->second.waits));
    }
  }
  if (TakesCalls()) {
    text += ", " + std::to_string(callers_left_) + " callers to come, " +
            std::to_string(house_.far.live_callers()) + " there";
  }
  if (!registry_) return text + ", no registry";
  int ready = 0;
  for (const auto& [id, record] : registry_->board()) {
    ready += record->presence.presence == agent_registry::Presence::kReady;
  }
  return text + ", " + std::to_string(ready) + " agents ready of " +
         std::to_string(registry_->board().size());
}

World::Report World::Run() {
  sip_edge::TrunkSettings trunk;
  trunk.id = TrunkId("trunk");
  trunk.max_channels = static_cast<std::uint32_t>(scenario_.channels);
  trunk.max_calls_per_second = static_cast<std::uint32_t>(scenario_.calls_a_second);
  house_.edge_tables.trunks.push_back(trunk);
  AddCampaigns();
  if (TakesCalls()) AddQueues();
  StartEdge();
  StartRegistry();
  StartDialer();
  if (TakesCalls()) StartQueue();
  StartHistory();
  people_.Arrive();
  kernel_.After(5s, "operator", [this] { StartCampaigns(); });
  kernel_.After(1s, "check", [this] { EachSecond(); });
  NextSteer();
  NextCallback();
  NextDial();
  PlanFaults();
  const MonoDuration last = scenario_.campaigns > 0 ? kLongest : kLongestCalling;
  while (kernel_.broken().empty() && kernel_.Step()) {
    const bool over = done_at_ != MonoDuration(0) && faults_open_ == 0;
    if (over && kernel_.now() > std::max(done_at_, last_fault_) + kSettled) break;
    if (kernel_.now() > last) {
      kernel_.Broken("it does not come to an end:" + StateOfAll());
      break;
    }
  }
  if (kernel_.broken().empty()) CheckTheEnd();
  Report report;
  report.ok = kernel_.broken().empty();
  report.steps = kernel_.steps();
  report.trace = kernel_.trace();
  report.callers = house_.far.callers();
  report.invites = house_.far.invites() + report.callers;
  report.answered = house_.far.answered();
  report.faults = faults_;
  report.virtual_time = std::chrono::duration_cast<seconds>(kernel_.now());
  report.broken = kernel_.broken();
  report.broken_at_step = kernel_.broken_at_step();
  report.story = kernel_.Story();
  return report;
}

}  // namespace callfleet::engine
