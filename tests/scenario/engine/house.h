#pragma once
// What all services of a run share: the ways between them, the tables that outlive them, and who
// answers at which address at this moment.
#include <functional>
#include <memory>
#include <ostream>

#include "common/logging/logger.h"
#include "tests/scenario/engine/database.h"
#include "tests/scenario/engine/dialer_tables.h"
#include "tests/scenario/engine/edge_boot.h"
#include "tests/scenario/engine/far_end.h"
#include "tests/scenario/engine/network.h"
#include "tests/scenario/engine/queue_tables.h"
#include "tests/scenario/engine/registry_tables.h"

namespace callfleet::engine {

class RegistryRun;

struct House {
  House(Kernel* k, const Scenario* s);

  Kernel* kernel;
  const Scenario* scenario;
  Network network;
  Database database;
  FarEnds far;
  EdgeTables edge_tables;
  DialerTables dialer_tables;
  QueueTables queue_tables;
  RegistryTables registry_tables;
  std::ostream nowhere{nullptr};
  logging::Logger log{"engine", nowhere};  // The story is told by the kernel.

  EdgeBoot* edge = nullptr;         // Null: it is down.
  RegistryRun* registry = nullptr;  // The one at the registry's address.
  LifeRef dialer_life;              // Of the one at the dialer's address.
  LifeRef queue_life;
  bool calm = false;  // No fault for long enough.
  LifeRef EdgeLife() const { return edge ? edge->life_ref() : nullptr; }
  LifeRef RegistryLife() const;
};

}  // namespace callfleet::engine
