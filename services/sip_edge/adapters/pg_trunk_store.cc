#include "services/sip_edge/adapters/pg_trunk_store.h"

#include <utility>

#include "services/sip_edge/adapters/trunk_json.h"

namespace callfleet::sip_edge {

namespace {

static_assert(kMaxTrunks == 1000);  // In the next statement.
constexpr pg::Statement kCreateTrunk{
    "create_trunk",
    "INSERT INTO trunks (trunk_id, settings, auth_secret, request_id, updated_at) "
    "SELECT $1, $2::jsonb, $3, $4, clock_timestamp() "
    "WHERE (SELECT count(*) FROM trunks) < 1000 ON CONFLICT DO NOTHING "
    "RETURNING settings::text AS settings, auth_secret"};
constexpr pg::Statement kTrunkMadeBy{"trunk_made_by",
                                     "SELECT settings::text AS settings, auth_secret FROM trunks "
                                     "WHERE request_id = $1"};
constexpr pg::Statement kFindTrunk{"find_trunk", "SELECT trunk_id FROM trunks WHERE trunk_id = $1"};
constexpr pg::Statement kReplaceTrunk{
    "replace_trunk",
    "UPDATE trunks SET settings = $2::jsonb, updated_at = clock_timestamp(), "
    "auth_secret = CASE WHEN $3 = '' THEN auth_secret ELSE $3 END WHERE trunk_id = $1 "
    "RETURNING settings::text AS settings, auth_secret"};
constexpr pg::Statement kRemoveTrunk{"remove_trunk",
                                     "DELETE FROM trunks WHERE trunk_id = $1 RETURNING trunk_id"};
constexpr pg::Statement kTrunkStamps{"list_trunks",
                                     "SELECT trunk_id, updated_at FROM trunks ORDER BY trunk_id"};
constexpr pg::Statement kLoadTrunks{"load_trunks",
                                    "SELECT settings::text AS settings, auth_secret FROM trunks "
                                    "ORDER BY trunk_id"};
constexpr std::chrono::seconds kTrunkLimit{5};

Result<std::vector<TrunkSettings>> ReadTrunks(const pg::Rows& rows) {
  std::vector<TrunkSettings> trunks;
  for (const auto row : rows) {
    auto settings = TrunkFromJson(row.Text("settings"));
    if (!settings) return Fail(settings.error());
    settings->auth_secret = row.Text("auth_secret");
    trunks.push_back(*std::move(settings));
  }
  return trunks;
}

// The one row, or what its absence means.
Result<TrunkSettings> ReadTrunk(const pg::Rows& rows, const Error& absent) {
  auto read = ReadTrunks(rows);
  if (!read) return Fail(read.error());
  if (read->empty()) return Fail(absent);
  return std::move(read->front());
}

Result<TrunkSettings> InsertTrunk(pg::Transaction& transaction, const TrunkSettings& settings,
                                  const std::string& request) {
  const auto made = transaction.Exec(
      kCreateTrunk, {settings.id.str(), ToJson(settings), settings.auth_secret, request});
  if (!made.empty()) return ReadTrunk(made, TrunkExists(settings.id));
  const bool exists = !transaction.Exec(kFindTrunk, {settings.id.str()}).empty();
  return ReadTrunk(transaction.Exec(kTrunkMadeBy, {request}),
                   exists ? TrunkExists(settings.id) : TrunkLimitReached());
}

}  // namespace

void PgTrunkStore::Create(const TrunkSettings& settings, const std::string& request, Kept done) {
  pool_.Run<TrunkSettings>(
      kTrunkLimit,
      [settings, request](pg::Transaction& t) { return InsertTrunk(t, settings, request); },
      std::move(done));
}

void PgTrunkStore::Replace(const TrunkSettings& settings, Kept done) {
  pool_.Run<TrunkSettings>(
      kTrunkLimit,
      [settings, json = ToJson(settings)](pg::Transaction& t) {
        return ReadTrunk(t.Exec(kReplaceTrunk, {settings.id.str(), json, settings.auth_secret}),
                         TrunkUnknown(settings.id));
      },
      std::move(done));
}

void PgTrunkStore::Remove(const TrunkId& id, Done done) {
  pool_.Submit(
      kTrunkLimit,
      [id](pg::Transaction& t) -> Status {
        if (t.Exec(kRemoveTrunk, {id}).empty()) return Fail(TrunkUnknown(id));
        return {};
      },
      std::move(done));
}

Result<PgTrunkStore::MaybeNews> PgTrunkStore::Read(pg::Transaction& transaction) const {
  Stamps stamps;
  for (const auto row : transaction.Exec(kTrunkStamps)) {
    stamps.emplace_back(row.Text("trunk_id"), row.Time("updated_at"));
  }
  if (stamps == told_) return MaybeNews();
  auto rows = ReadTrunks(transaction.Exec(kLoadTrunks));
  if (!rows) return Fail(rows.error());
  return MaybeNews(News{.rows = *std::move(rows), .stamps = std::move(stamps)});
}

void PgTrunkStore::Refresh(All changed) {
  pool_.Run<MaybeNews>(
      kTrunkLimit, [this](pg::Transaction& t) { return Read(t); },
      [this, changed = std::move(changed)](Result<MaybeNews> news) {
        if (!news) return changed(Fail(news.error()));
        if (!*news) return;
        told_ = std::move((*news)->stamps);
        changed(std::move((*news)->rows));
      });
}

Result<std::vector<TrunkSettings>> PgTrunkStore::Load() {
  auto news =
      pool_.RunAndWait<MaybeNews>(kTrunkLimit, [this](pg::Transaction& t) { return Read(t); });
  if (!news) return Fail(news.error());
  return *news ? std::move((*news)->rows) : Rows();
}

}  // namespace callfleet::sip_edge
