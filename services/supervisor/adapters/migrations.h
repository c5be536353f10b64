#pragma once
#include <span>

#include "common/pg/migrate.h"

namespace callfleet::supervisor {

std::span<const pg::Migration> Migrations();  // Of the schema `supervisor`.

}  // namespace callfleet::supervisor
