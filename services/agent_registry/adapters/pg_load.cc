#include "services/agent_registry/adapters/pg_load.h"

#include <algorithm>
#include <sstream>
#include <unordered_map>

#include "common/pg/unit_tokens.h"
#include "services/agent_registry/adapters/migrations.h"

namespace callfleet::agent_registry {
namespace {

using std::chrono::milliseconds;

constexpr pg::Statement kAgents{
    "registry_select_agents",
    "SELECT agent_id, request_id, name, description, active, kind, line_mode, "
    "max_concurrent_calls, "
    "sip_user, sip_secret, contact_uri, auto_ready, wrap_up_ms, tier, create_time, "
    "media_security FROM agents "
    "WHERE pool_id = $1 ORDER BY create_time, agent_id"};
constexpr pg::Statement kSkills{
    "registry_select_skills",
    "SELECT s.agent_id, s.name, s.level FROM agent_skills s JOIN agents a USING (agent_id) "
    "WHERE a.pool_id = $1"};
constexpr pg::Statement kMemberships{
    "registry_select_memberships",
    "SELECT m.agent_id, m.unit_kind, m.unit_id, m.is_primary FROM agent_memberships m "
    "JOIN agents a USING (agent_id) WHERE a.pool_id = $1"};
constexpr pg::Statement kPresence{
    "registry_select_presence",
    "SELECT p.agent_id, p.presence, p.reason, p.since, p.pending FROM agent_presence p "
    "JOIN agents a USING (agent_id) WHERE a.pool_id = $1"};
constexpr pg::Statement kFigures{
    "registry_select_figures",
    "SELECT f.agent_id, f.offers, f.answered, f.missed, f.device_faults, f.calls, f.talk_ms, "
    "f.wrap_up_ms, f.lost_no_answer_us, f.lost_declined_us, f.lost_device_fault_us, "
    "f.lost_withdrawn_us, f.lost_not_ready_us, f.lost_device_us, f.lost_avoidable_us "
    "FROM agent_figures f JOIN agents a USING (agent_id) WHERE a.pool_id = $1"};
constexpr pg::Statement kWrapUps{"registry_select_wrap_ups",
                                 "SELECT w.agent_id, w.reservation, w.until FROM agent_wrap_ups w "
                                 "JOIN agents a USING (agent_id) "
                                 "WHERE a.pool_id = $1"};
constexpr pg::Statement kContacts{
    "registry_select_contacts",
    "SELECT c.sip_user, c.edge_id, c.uri, c.source, c.transport, c.path, c.q, c.expires, "
    "c.user_agent, "
    "c.register_call_id, c.register_cseq FROM contacts c JOIN agents a USING (sip_user) "
    "WHERE a.pool_id = $1 ORDER BY c.sip_user, c.edge_id"};
constexpr pg::Statement kUnits{
    "registry_select_units",
    "SELECT unit_kind, unit_id, token, in_session FROM owner_units WHERE pool_id = $1"};

AgentProfile ReadProfile(const pg::Rows::Row& row, const PoolId& pool) {
  AgentProfile p;
  p.id = AgentId(row.Text("agent_id"));
  p.pool = pool;
  p.name = row.Text("name");
  p.description = row.Text("description");
  p.active = row.Bool("active");
  p.kind = static_cast<AgentKind>(row.Int("kind"));
  p.line_mode = static_cast<LineMode>(row.Int("line_mode"));
  p.media_security = static_cast<MediaSecurity>(row.Int("media_security"));
  p.max_concurrent_calls = static_cast<std::uint16_t>(row.Int("max_concurrent_calls"));
  p.sip_user = row.Text("sip_user");
  p.sip_secret = row.Text("sip_secret");
  p.contact_uri = row.Text("contact_uri");
  p.auto_ready = row.Bool("auto_ready");
  p.wrap_up = milliseconds(row.Int("wrap_up_ms"));
  p.tier = static_cast<std::uint32_t>(row.Int("tier"));
  p.created = row.Time("create_time");
  return p;
}

ContactRow ReadContact(const pg::Rows::Row& row) {
  ContactRow c;
  c.uri = row.Text("uri");
  c.source = row.Text("source");
  c.transport = static_cast<int>(row.Int("transport"));
  std::istringstream path(row.Text("path"));
  for (std::string line; std::getline(path, line);) c.path.push_back(line);
  c.q = row.Double("q");
  c.expires = row.Time("expires");
  c.user_agent = row.Text("user_agent");
  c.call_id = row.Text("register_call_id");
  c.cseq = static_cast<std::uint32_t>(row.Int("register_cseq"));
  return c;
}

// Fills the pool's agents from one table after another.
class Loader {
 public:
  Loader(pg::Transaction& transaction, PoolId pool, KeptPool& kept)
      : transaction_(transaction), pool_(std::move(pool)), kept_(kept) {}

  void Load() {
    for (const auto row : transaction_.Exec(kAgents, {pool_})) {
      by_id_[row.Text("agent_id")] = kept_.agents.size();
      kept_.agents.push_back({ReadProfile(row, pool_), {}, row.Text("request_id")});
    }
    LoadLists();
    LoadState();
    LoadContacts();
    for (const auto row : transaction_.Exec(kUnits, {pool_})) {
      const Unit unit{static_cast<UnitKind>(row.Int("unit_kind")), row.Text("unit_id")};
      kept_.units.push_back({{unit, static_cast<Token>(row.Int("token"))}, row.Bool("in_session")});
    }
  }

 private:
  KeptAgent& Of(const pg::Rows::Row& row) { return kept_.agents[by_id_.at(row.Text("agent_id"))]; }

  void LoadLists() {
    for (const auto row : transaction_.Exec(kSkills, {pool_})) {
      Of(row).profile.skills.push_back(
          {row.Text("name"), static_cast<std::uint8_t>(row.Int("level"))});
    }
    for (const auto row : transaction_.Exec(kMemberships, {pool_})) {
      const Unit unit{static_cast<UnitKind>(row.Int("unit_kind")), row.Text("unit_id")};
      Of(row).profile.memberships.push_back({unit, row.Bool("is_primary")});
    }
    for (KeptAgent& agent : kept_.agents) {
      std::sort(agent.profile.skills.begin(), agent.profile.skills.end());
      std::sort(agent.profile.memberships.begin(), agent.profile.memberships.end(),
                [](const Membership& a, const Membership& b) { return a.unit < b.unit; });
    }
  }
  void LoadState() {
    for (const auto row : transaction_.Exec(kPresence, {pool_})) {
      SavePresence& p = Of(row).saved.presence;
      p = {static_cast<Presence>(row.Int("presence")), row.Text("reason"), row.Time("since"), {}};
      if (auto pending = row.OptionalInt("pending")) p.pending = static_cast<Presence>(*pending);
    }
    for (const auto row : transaction_.Exec(kFigures, {pool_})) {
      auto count = [&](const char* column) { return static_cast<std::uint64_t>(row.Int(column)); };
      Of(row).saved.figures = {count("offers"),
                               count("answered"),
                               count("missed"),
                               count("device_faults"),
                               count("calls"),
                               milliseconds(row.Int("talk_ms")),
                               milliseconds(row.Int("wrap_up_ms")),
                               {}};
      for (std::size_t i = 0; i < kLostCauses; ++i) {
        const auto column = "lost_" + std::string(Name(static_cast<LostCause>(i))) + "_us";
        Of(row).saved.figures.lost.at(i) = std::chrono::microseconds(row.Int(column.c_str()));
      }
    }
    for (const auto row : transaction_.Exec(kWrapUps, {pool_})) {
      const ReservationKey key{static_cast<std::uint64_t>(row.Int("reservation"))};
      Of(row).saved.wrap_ups.push_back({key, row.Time("until")});
    }
  }
  void LoadContacts() {
    for (const auto row : transaction_.Exec(kContacts, {pool_})) {
      const std::string user = row.Text("sip_user");
      const EdgeId edge(row.Text("edge_id"));
      if (kept_.contacts.empty() || kept_.contacts.back().sip_user != user ||
          kept_.contacts.back().edge != edge) {
        kept_.contacts.push_back({user, edge, {}});
      }
      kept_.contacts.back().contacts.push_back(ReadContact(row));
    }
  }

  pg::Transaction& transaction_;
  PoolId pool_;
  KeptPool& kept_;
  std::unordered_map<std::string, std::size_t> by_id_;
};

}  // namespace

Result<std::vector<KeptPool>> TakePools(const pg::SessionOptions& options,
                                        const std::vector<std::string>& pools, milliseconds limit) {
  if (auto migrated = pg::Migrate(options, Migrations(), limit); !migrated) {
    return Fail(std::move(migrated).error());
  }
  std::vector<KeptPool> kept;
  pg::Session session(options);
  const auto status = session.Transact(
      [&](pg::Transaction& transaction) -> Status {
        kept.clear();  // The work may run more than once.
        for (const std::string& pool : pools) {
          auto token = pg::TakeUnit(transaction, {UnitKind::kPool, pool});
          if (!token) return Fail(std::move(token).error());
          kept.push_back({*token, {}, {}, {}});
          Loader(transaction, PoolId(pool), kept.back()).Load();
        }
        return {};
      },
      std::chrono::steady_clock::now() + limit);
  if (!status) return Fail(status.error());
  return kept;
}

}  // namespace callfleet::agent_registry
