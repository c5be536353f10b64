#pragma once
// Agents as persons: they sign in, take pauses, come back after a missed call, lose their phones;
// and the operator who sets them up.
#include <map>
#include <string>
#include <vector>

#include "tests/scenario/engine/house.h"

namespace callfleet::engine {

class People {
 public:
  explicit People(House* house);

  void Arrive();  // Everybody's phone, and the wish to be known.
  struct Person {
    std::string name;
    Phone* phone = nullptr;
    AgentId agent;  // Empty until the registry has answered.
    bool machine = false;
    bool answers_at_once = false;
    int lines = 1;
    std::vector<Unit> units{};  // Campaigns and queues that it is a member of.
    bool member = false;
    bool paused = false;
    bool inactive = false;
  };
  const std::vector<Person>& all() const { return people_; }
  bool calm = false;  // Nobody leaves any more.

 private:
  void Create(std::size_t who);
  void Join(std::size_t who);
  void Look(std::size_t who);  // Each few seconds: what does my screen say?
  void Happen(std::size_t who, double rate, void (People::*what)(std::size_t));
  void Pause(std::size_t who);
  void Deactivate(std::size_t who);
  void Vanish(std::size_t who);
  void Ask(agent_registry::Presence wish, const std::string& reason, std::size_t who);
  // At the registry after a moment, if it is there.
  void AtRegistry(std::function<void(RegistryRun&)> what);

  House* house_;
  std::vector<Person> people_;
};

}  // namespace callfleet::engine
