#include "tests/scenario/engine/scenario.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

namespace callfleet::engine {

namespace {

const std::map<std::string, double Scenario::*>& Fields() {
  static const std::map<std::string, double Scenario::*> fields{
      {"agents", &Scenario::agents},
      {"ai_agents", &Scenario::ai_agents},
      {"ai_capacity", &Scenario::ai_capacity},
      {"ai_capacity_step", &Scenario::ai_capacity_step},
      {"auto_agents", &Scenario::auto_agents},
      {"campaigns", &Scenario::campaigns},
      {"members", &Scenario::members},
      {"leads", &Scenario::leads},
      {"max_calls", &Scenario::max_calls},
      {"ratio", &Scenario::ratio},
      {"attempts", &Scenario::attempts},
      {"retry_delay", &Scenario::retry_delay},
      {"wrap_up", &Scenario::wrap_up},
      {"channels", &Scenario::channels},
      {"calls_a_second", &Scenario::calls_a_second},
      {"suppressed", &Scenario::suppressed},
      {"shared_numbers", &Scenario::shared_numbers},
      {"callers", &Scenario::callers},
      {"arrivals", &Scenario::arrivals},
      {"queues", &Scenario::queues},
      {"overflow", &Scenario::overflow},
      {"patience", &Scenario::patience},
      {"fickle", &Scenario::fickle},
      {"direct", &Scenario::direct},
      {"callbacks", &Scenario::callbacks},
      {"steers", &Scenario::steers},
      {"dials", &Scenario::dials},
      {"outside", &Scenario::outside},
      {"conference", &Scenario::conference},
      {"answer", &Scenario::answer},
      {"answer_swing", &Scenario::answer_swing},
      {"machines", &Scenario::machines},
      {"talk", &Scenario::talk},
      {"glare", &Scenario::glare},
      {"trunk_fault", &Scenario::trunk_fault},
      {"trunk_storms", &Scenario::trunk_storms},
      {"lost_messages", &Scenario::lost_messages},
      {"miss", &Scenario::miss},
      {"decline", &Scenario::decline},
      {"vanish", &Scenario::vanish},
      {"pause", &Scenario::pause},
      {"deactivate", &Scenario::deactivate},
      {"operator_pauses", &Scenario::operator_pauses},
      {"dialer_crash", &Scenario::dialer_crash},
      {"dialer_roll", &Scenario::dialer_roll},
      {"queue_roll", &Scenario::queue_roll},
      {"registry_roll", &Scenario::registry_roll},
      {"edge_roll", &Scenario::edge_roll},
      {"supervisor_roll", &Scenario::supervisor_roll},
      {"queue_crash", &Scenario::queue_crash},
      {"registry_crash", &Scenario::registry_crash},
      {"edge_crash", &Scenario::edge_crash},
      {"supervisor_crash", &Scenario::supervisor_crash},
      {"dialer_stall", &Scenario::dialer_stall},
      {"queue_stall", &Scenario::queue_stall},
      {"registry_stall", &Scenario::registry_stall},
      {"edge_stall", &Scenario::edge_stall},
      {"restart", &Scenario::restart},
      {"late_owner", &Scenario::late_owner},
      {"late_queue", &Scenario::late_queue},
      {"stream_break", &Scenario::stream_break},
      {"partition", &Scenario::partition},
      {"lost_answer", &Scenario::lost_answer},
      {"slow_network", &Scenario::slow_network},
      {"database_away", &Scenario::database_away},
      {"slow_database", &Scenario::slow_database},
      {"skew", &Scenario::skew},
      {"drift", &Scenario::drift},
      {"calm_after", &Scenario::calm_after},
  };
  return fields;
}

}  // namespace

bool Scenario::OnlyRolls() const {
  return dialer_crash + queue_crash + registry_crash + edge_crash + dialer_stall + queue_stall +
             registry_stall + edge_stall + late_owner + late_queue + stream_break + partition +
             database_away + vanish + deactivate ==
         0;
}

Result<Scenario> ReadScenario(const std::string& file) {
  std::ifstream in(file);
  if (!in) return NotFound("SCENARIO_NOT_FOUND", file);
  Scenario scenario;
  scenario.name = std::filesystem::path(file).stem().string();
  std::string faults;
  int number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    line = line.substr(0, line.find('#'));
    std::istringstream words(line);
    std::string name;
    std::string equals;
    double value = 0;
    if (!(words >> name)) continue;
    const auto field = Fields().find(name);
    if (field == Fields().end() || !(words >> equals >> value) || equals != "=") {
      faults += file + ":" + std::to_string(number) + ": \"name = number\" is wanted\n";
      continue;
    }
    scenario.*field->second = value;
  }
  if (!faults.empty()) return FailedPrecondition("BAD_SCENARIO", faults);
  return scenario;
}

Scenario Lengthened(Scenario scenario, double calls) {
  constexpr double kLongHunt = 7200;
  constexpr double kCallsALead = 1.5;
  const bool both = scenario.callers > 0 && scenario.campaigns > 0;
  const double each = both ? calls / 2 : calls;
  if (scenario.callers > 0) {
    // Within the hour or two in which things befall the house.
    scenario.callers = each;
    scenario.arrivals = std::max(scenario.arrivals, each);
    scenario.calm_after = std::max(scenario.calm_after, kLongHunt);
  }
  if (scenario.campaigns > 0) {
    scenario.leads = std::max(1.0, each / kCallsALead / scenario.campaigns);
  }
  return scenario;
}

}  // namespace callfleet::engine
