#pragma once
// What a run is made of: read from a small file of `name = value` lines.
#include <string>

#include "common/result/result.h"

namespace callfleet::engine {

// Rates of faults are per hour of virtual time, shares are 0 to 1, times are seconds.
struct Scenario {
  std::string name;
  std::string follow;  // Lines of the story that hold this are printed as it happens.
  // --- Who is there
  double agents = 10;
  double ai_agents = 0;
  double ai_capacity = 3;
  double ai_capacity_step = 0;  // Each has so many more than the one before.
  double auto_agents = 0;       // Of the agents: phones that answer by themselves.
  double campaigns = 1;
  double members = 1;     // Share of the agents that are members of a campaign; all of the first.
  double leads = 100;     // A campaign.
  double max_calls = 20;  // A campaign's lines.
  double ratio = 0;       // Above 0: the campaigns dial so many lines an available agent.
  double attempts = 3;
  double retry_delay = 60;
  double wrap_up = 5;
  double channels = 0;  // Of the trunk; 0: no limit.
  double calls_a_second = 0;
  double suppressed = 0;      // Share of numbers that want no calls.
  double shared_numbers = 0;  // Share of leads whose number is in another campaign too.
  // --- Who calls
  double callers = 0;     // In all; 0: there is no queue.
  double arrivals = 600;  // Rate.
  double queues = 1;      // The second one rings everybody and overflows into the first.
  double overflow = 30;   // Longest wait in that one.
  double patience = 60;   // Mean; a talk is as long as any.
  double fickle = 0.05;   // Share of callers who hang up within 0.4 s.
  double direct = 0;      // Share of callers who dial a person's number.
  double callbacks = 0;   // Rate: somebody who waits asks to be called back.
  double steers = 0;      // Rate of orders to calls in progress: hold, transfer, consult, requeue.
  double dials = 0;       // Rate: an agent's phone dials a code, a number outside, one of ours.
  double outside = 0;     // Share of these that pass on to a number outside, or consult it.
  double conference = 0;  // Share of the consultations that all three go on in.
  // --- The carrier and the persons
  double answer = 0.5;
  double answer_swing = 0.2;  // How far that drifts, over half an hour.
  double machines = 0;        // Share of those who answer; above 0 the campaigns find out who does.
  double talk = 30;
  double glare = 0.05;      // Share of people who pick up just as it would stop ringing.
  double trunk_fault = 0;   // Share of INVITEs that the carrier refuses.
  double trunk_storms = 0;  // Rate of minutes in which it refuses all.
  double lost_messages = 0.01;
  // --- Agents
  double miss = 0.03;
  double decline = 0.02;
  double vanish = 0;           // Rate, each phone.
  double pause = 0;            // Rate, each agent.
  double deactivate = 0;       // Rate, each agent.
  double operator_pauses = 0;  // Rate, each campaign.
  // --- Faults
  double dialer_crash = 0;
  double dialer_roll = 0;  // Rolling restart: as SIGTERM, not kill -9.
  double queue_roll = 0;
  double registry_roll = 0;
  double edge_roll = 0;  // It drains before, for 5 to 60 s.
  double supervisor_roll = 0;
  double queue_crash = 0;
  double registry_crash = 0;
  double edge_crash = 0;
  double supervisor_crash = 0;
  double dialer_stall = 0;  // Stands still 2 to 20 s.
  double queue_stall = 0;
  double registry_stall = 0;
  double edge_stall = 0;
  double restart = 2;     // At most so long until a dead process is back.
  double late_owner = 0;  // Rate: the dialer is cut off, replaced, and comes back.
  double late_queue = 0;  // The same with the queue.
  double stream_break = 0;
  double partition = 0;  // Two services cannot reach each other for 1 to 30 s.
  double lost_answer = 0;
  double slow_network = 0;   // Share of messages that take up to 300 ms.
  double database_away = 0;  // 1 to 40 s.
  double slow_database = 0;  // Share of transactions that take up to a second.
  double skew = 0;           // Wall clocks differ by up to so many seconds.
  double drift = 0;          // And run at most so many millionths too fast or slow.
  double calm_after = 3600;  // No fault begins later.

  bool OnlyRolls() const;  // Nothing is killed, stands still or is cut off.
};

// Every fault of the file at once: unknown names, no numbers.
Result<Scenario> ReadScenario(const std::string& file);
// For long hunts: some `calls` of them, half of which come in where there are both.
Scenario Lengthened(Scenario scenario, double calls);

}  // namespace callfleet::engine
