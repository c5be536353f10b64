#pragma once
// Who owns a unit: taking it raises its token, and each write checks the token it was given.
#include <vector>

#include "common/ids/ids.h"
#include "common/pg/session.h"

namespace callfleet::pg {

// Raises the unit's token and returns it; from its commit on the owner before is FENCED.
Result<UnitToken> TakeUnit(Transaction& transaction, const Unit& unit);

// Locks the units' rows FOR SHARE until the transaction ends and returns those whose token is not
// the newest. The caller does not write for them.
std::vector<UnitToken> FencedUnits(Transaction& transaction, const std::vector<UnitToken>& units);

// The lock alone, to go in front of other statements.
Write ShareUnits(const std::vector<UnitToken>& units);

// For single writes outside the committer: FAILED_PRECONDITION FENCED.
Status CheckToken(Transaction& transaction, const UnitToken& unit);
Error Fenced(const Unit& unit);

}  // namespace callfleet::pg
