#pragma once
// The schema sip_edge: trunks and the journal of confirmed dialogs.
#include <span>

#include "common/pg/migrate.h"

namespace callfleet::sip_edge {
std::span<const pg::Migration> Migrations();
}
