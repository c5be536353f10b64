#pragma once
#include <span>

#include "common/pg/migrate.h"

namespace callfleet::agent_registry {

std::span<const pg::Migration> Migrations();  // Of the schema `agent_registry`.

}  // namespace callfleet::agent_registry
