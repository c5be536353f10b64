#include "services/sip_edge/adapters/pg_trunk_store.h"

#include <utility>

#include "services/sip_edge/adapters/trunk_json.h"

namespace callfleet::sip_edge {

namespace {

constexpr pg::Statement kSave{
    "save_trunk",
    "INSERT INTO trunks (trunk_id, settings, auth_secret) VALUES ($1, $2::jsonb, $3) "
    "ON CONFLICT (trunk_id) DO UPDATE SET settings = excluded.settings, "
    "auth_secret = excluded.auth_secret, updated_at = now()"};
constexpr pg::Statement kRemove{"remove_trunk", "DELETE FROM trunks WHERE trunk_id = $1"};
constexpr pg::Statement kLoad{"load_trunks",
                              "SELECT settings::text AS settings, auth_secret FROM trunks "
                              "ORDER BY trunk_id"};
constexpr std::chrono::seconds kLimit{5};

}  // namespace

void PgTrunkStore::Save(const TrunkSettings& settings, Done done) {
  pool_.Submit(
      kLimit,
      [id = settings.id, json = ToJson(settings),
       secret = settings.auth_secret](pg::Transaction& transaction) -> Status {
        transaction.Exec(kSave, {id, json, secret});
        return {};
      },
      std::move(done));
}

void PgTrunkStore::Remove(const TrunkId& id, Done done) {
  pool_.Submit(
      kLimit,
      [id](pg::Transaction& transaction) -> Status {
        transaction.Exec(kRemove, {id});
        return {};
      },
      std::move(done));
}

Result<std::vector<TrunkSettings>> PgTrunkStore::Load() {
  using Rows = std::vector<TrunkSettings>;
  return pool_.RunAndWait<Rows>(kLimit, [](pg::Transaction& transaction) -> Result<Rows> {
    Rows trunks;
    for (const auto row : transaction.Exec(kLoad)) {
      auto settings = TrunkFromJson(row.Text("settings"));
      if (!settings) return Fail(settings.error());
      settings->auth_secret = row.Text("auth_secret");
      trunks.push_back(*std::move(settings));
    }
    return trunks;
  });
}

}  // namespace callfleet::sip_edge
