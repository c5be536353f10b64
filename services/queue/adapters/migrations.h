#pragma once
#include <span>

#include "common/pg/migrate.h"

namespace callfleet::queue {

std::span<const pg::Migration> Migrations();  // Of the schema `queue`.

}  // namespace callfleet::queue
