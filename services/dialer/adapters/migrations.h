#pragma once
#include <span>

#include "common/pg/migrate.h"

namespace callfleet::dialer {

std::span<const pg::Migration> Migrations();  // Of the schema `dialer`.

}  // namespace callfleet::dialer
