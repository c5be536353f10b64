#include "common/pg/unit_tokens.h"

#include <map>

namespace callfleet::pg {
namespace {

constexpr Statement kTake{"pg_take_unit",
                          "INSERT INTO units (kind, id, token) VALUES ($1, $2, 1) "
                          "ON CONFLICT (kind, id) DO UPDATE SET token = units.token + 1 "
                          "RETURNING token"};

// In one order for all, or two batches could lock each other out.
constexpr Statement kShare{"pg_share_units",
                           "SELECT units.kind, units.id, units.token FROM units "
                           "JOIN unnest($1::smallint[], $2::text[]) AS wanted(kind, id) "
                           "ON units.kind = wanted.kind AND units.id = wanted.id "
                           "ORDER BY units.kind, units.id FOR SHARE OF units"};

}  // namespace

Result<UnitToken> TakeUnit(Transaction& transaction, const Unit& unit) {
  const auto rows = transaction.Exec(kTake, {static_cast<int>(unit.kind), unit.id});
  return UnitToken{unit, static_cast<Token>(rows[0].Int("token"))};
}

Write ShareUnits(const std::vector<UnitToken>& units) {
  std::vector<Param> kinds;
  std::vector<Param> ids;
  for (const auto& unit : units) {
    kinds.emplace_back(static_cast<int>(unit.unit.kind));
    ids.emplace_back(unit.unit.id);
  }
  return {&kShare, {kinds, ids}};
}

std::vector<UnitToken> FencedUnits(Transaction& transaction, const std::vector<UnitToken>& units) {
  std::map<Unit, Token> newest;
  for (const auto row : transaction.Exec(kShare, ShareUnits(units).params)) {
    newest[{static_cast<UnitKind>(row.Int("kind")), row.Text("id")}] =
        static_cast<Token>(row.Int("token"));
  }
  std::vector<UnitToken> fenced;
  for (const auto& unit : units) {
    const auto found = newest.find(unit.unit);
    if (found == newest.end() || found->second != unit.token) fenced.push_back(unit);
  }
  return fenced;
}

Status CheckToken(Transaction& transaction, const UnitToken& unit) {
  if (FencedUnits(transaction, {unit}).empty()) return {};
  return Fail(Fenced(unit.unit));
}

Error Fenced(const Unit& unit) {
  return {.code = ErrorCode::kFailedPrecondition,
          .reason = "FENCED",
          .message = "The unit " + ToString(unit) + " has another owner.",
          .metadata = {{"unit", ToString(unit)}}};
}

}  // namespace callfleet::pg
