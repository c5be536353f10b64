#include "services/agent_registry/adapters/pg_journal.h"

#include <utility>

#include "services/agent_registry/adapters/outbox_events.h"

namespace callfleet::agent_registry {
namespace {

constexpr pg::Statement kUpsertAgent{
    "registry_upsert_agent",
    "INSERT INTO agents (agent_id, request_id, pool_id, name, description, active, kind, "
    "line_mode, "
    "max_concurrent_calls, sip_user, sip_secret, contact_uri, auto_ready, wrap_up_ms, tier, "
    "create_time, media_security) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) "
    "ON CONFLICT (agent_id) DO UPDATE SET name = $4, description = $5, active = $6, line_mode = "
    "$8, "
    "max_concurrent_calls = $9, sip_secret = $11, contact_uri = $12, auto_ready = $13, wrap_up_ms "
    "= $14, "
    "tier = $15, media_security = $17"};
constexpr pg::Statement kDropSkills{"registry_drop_skills",
                                    "DELETE FROM agent_skills WHERE agent_id = $1"};
constexpr pg::Statement kInsertSkills{
    "registry_insert_skills",
    "INSERT INTO agent_skills (agent_id, name, level) "
    "SELECT $1, s.name, s.level FROM unnest($2::text[], $3::bigint[]) AS s (name, level)"};
constexpr pg::Statement kDropMemberships{"registry_drop_memberships",
                                         "DELETE FROM agent_memberships WHERE agent_id = $1"};
constexpr pg::Statement kInsertMemberships{
    "registry_insert_memberships",
    "INSERT INTO agent_memberships (agent_id, unit_kind, unit_id, is_primary) "
    "SELECT $1, m.kind, m.id, m.flag = 1 FROM unnest($2::bigint[], $3::text[], $4::bigint[]) "
    "AS m (kind, id, flag)"};
constexpr pg::Statement kDropAgent{"registry_drop_agent", "DELETE FROM agents WHERE agent_id = $1"};
constexpr pg::Statement kDropPresence{"registry_drop_presence",
                                      "DELETE FROM agent_presence WHERE agent_id = $1"};
constexpr pg::Statement kDropFigures{"registry_drop_figures",
                                     "DELETE FROM agent_figures WHERE agent_id = $1"};
constexpr pg::Statement kDropWrapUps{"registry_drop_wrap_ups",
                                     "DELETE FROM agent_wrap_ups WHERE agent_id = $1"};
constexpr pg::Statement kUpsertPresence{
    "registry_upsert_presence",
    "INSERT INTO agent_presence (agent_id, presence, reason, since, pending) VALUES ($1, $2, $3, "
    "$4, $5) "
    "ON CONFLICT (agent_id) DO UPDATE SET presence = $2, reason = $3, since = $4, pending = $5"};
constexpr pg::Statement kUpsertFigures{
    "registry_upsert_figures",
    "INSERT INTO agent_figures (agent_id, offers, answered, missed, device_faults, calls, talk_ms, "
    "wrap_up_ms, lost_no_answer_us, lost_declined_us, lost_device_fault_us, lost_withdrawn_us, "
    "lost_not_ready_us, lost_device_us, lost_avoidable_us) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, "
    "$9, $10, $11, $12, $13, $14, $15) ON CONFLICT (agent_id) DO UPDATE SET offers = $2, "
    "answered = $3, missed = $4, device_faults = $5, calls = $6, talk_ms = $7, wrap_up_ms = $8, "
    "lost_no_answer_us = $9, lost_declined_us = $10, lost_device_fault_us = $11, "
    "lost_withdrawn_us = $12, lost_not_ready_us = $13, lost_device_us = $14, "
    "lost_avoidable_us = $15"};
constexpr pg::Statement kUpsertWrapUp{
    "registry_upsert_wrap_up",
    "INSERT INTO agent_wrap_ups (agent_id, reservation, until) VALUES ($1, $2, $3) "
    "ON CONFLICT (agent_id, reservation) DO UPDATE SET until = $3"};
constexpr pg::Statement kDropWrapUp{
    "registry_drop_wrap_up", "DELETE FROM agent_wrap_ups WHERE agent_id = $1 AND reservation = $2"};
constexpr pg::Statement kDropContacts{"registry_drop_contacts",
                                      "DELETE FROM contacts WHERE sip_user = $1 AND edge_id = $2"};
constexpr pg::Statement kInsertContact{
    "registry_insert_contact",
    "INSERT INTO contacts (sip_user, edge_id, uri, source, transport, path, q, expires, "
    "user_agent, "
    "register_call_id, register_cseq) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) "
    "ON CONFLICT DO NOTHING"};
constexpr pg::Statement kUpsertUnit{
    "registry_upsert_unit",
    "INSERT INTO owner_units (pool_id, unit_kind, unit_id, token, in_session) VALUES ($1, $2, $3, "
    "$4, $5) "
    "ON CONFLICT (pool_id, unit_kind, unit_id) DO UPDATE SET token = $4, in_session = $5"};

std::string JoinLines(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines) out += (out.empty() ? "" : "\n") + line;
  return out;
}

// Turns each write into statements of the batch.
struct Writer {
  const PoolId& pool;
  std::vector<pg::Write>& to;

  void operator()(const SaveProfile& w) const {
    const AgentProfile& p = *w.profile;
    to.push_back({&kUpsertAgent,
                  {p.id, w.request_id, p.pool, p.name, p.description, p.active,
                   static_cast<int>(p.kind), static_cast<int>(p.line_mode), p.max_concurrent_calls,
                   p.sip_user, p.sip_secret, p.contact_uri, p.auto_ready, p.wrap_up.count(), p.tier,
                   p.created, static_cast<int>(p.media_security)}});
    std::vector<std::string> names;
    std::vector<std::int64_t> levels;
    for (const SkillLevel& skill : p.skills) {
      names.push_back(skill.name);
      levels.push_back(skill.level);
    }
    to.push_back({&kDropSkills, {p.id}});
    if (!names.empty()) to.push_back({&kInsertSkills, {p.id, names, levels}});
    std::vector<std::int64_t> kinds;
    std::vector<std::string> ids;
    std::vector<std::int64_t> flags;
    for (const Membership& m : p.memberships) {
      kinds.push_back(static_cast<int>(m.unit.kind));
      ids.push_back(m.unit.id);
      flags.push_back(m.primary ? 1 : 0);
    }
    to.push_back({&kDropMemberships, {p.id}});
    if (!ids.empty()) to.push_back({&kInsertMemberships, {p.id, kinds, ids, flags}});
  }
  void operator()(const DropAgent& w) const {
    for (const pg::Statement* statement : {&kDropAgent, &kDropSkills, &kDropMemberships,
                                           &kDropPresence, &kDropFigures, &kDropWrapUps}) {
      to.push_back({statement, {w.agent}});
    }
  }
  void operator()(const SaveAgentRow& w) const {
    std::visit([&](const auto& row) { Row(w.agent, row); }, w.row);
  }
  void Row(const AgentId& agent, const SavePresence& row) const {
    std::optional<int> pending;
    if (row.pending) pending = static_cast<int>(*row.pending);
    to.push_back({&kUpsertPresence,
                  {agent, static_cast<int>(row.presence), row.reason, row.since, pending}});
  }
  void Row(const AgentId& agent, const SaveFigures& row) const {
    const AgentFigures& f = row.figures;
    to.push_back({&kUpsertFigures,
                  {agent, f.offers, f.answered, f.missed, f.device_faults, f.calls, f.talk.count(),
                   f.wrap_up.count(), f.lost[0].count(), f.lost[1].count(), f.lost[2].count(),
                   f.lost[3].count(), f.lost[4].count(), f.lost[5].count(), f.lost[6].count()}});
  }
  void Row(const AgentId& agent, const SaveWrapUp& row) const {
    to.push_back({&kUpsertWrapUp, {agent, static_cast<std::int64_t>(row.key.value), row.until}});
  }
  void Row(const AgentId& agent, const DropWrapUp& row) const {
    to.push_back({&kDropWrapUp, {agent, static_cast<std::int64_t>(row.key.value)}});
  }
  void Row(const AgentId&, const WorkDone&) const {}   // An event only.
  void Row(const AgentId&, const AgentTold&) const {}  // An event only.
  void operator()(const SaveContacts& w) const {
    to.push_back({&kDropContacts, {w.sip_user, w.edge}});
    for (const ContactRow& c : w.contacts) {
      to.push_back({&kInsertContact,
                    {w.sip_user, w.edge, c.uri, c.source, c.transport, JoinLines(c.path), c.q,
                     c.expires, c.user_agent, c.call_id, c.cseq}});
    }
  }
  void operator()(const TellAgentEvent&) const {}  // An event only.
  void operator()(const TellMembership&) const {}  // An event only.
  void operator()(const TellRepair&) const {}      // An event only.
  void operator()(const SaveUnit& w) const {
    to.push_back(
        {&kUpsertUnit,
         {pool, static_cast<int>(w.unit.unit.kind), w.unit.unit.id, w.unit.token, w.in_session}});
  }
};

void Count(const RegistryWrite& write, const PoolId& pool, const JournalCounts& counts) {
  if (const auto* told = std::get_if<TellRepair>(&write)) return counts.on_repair(told->repair);
  const auto* row = std::get_if<SaveAgentRow>(&write);
  const auto* told = row == nullptr ? nullptr : std::get_if<AgentTold>(&row->row);
  if (told == nullptr) return;
  if (const auto* repair = std::get_if<Repair>(told)) counts.on_repair(*repair);
  if (const auto* offer = std::get_if<OfferEnded>(told)) counts.on_offer(pool, *offer);
}

}  // namespace

PgJournal::PgJournal(pg::Committer* writer, const std::vector<UnitToken>& pools,
                     std::function<void(const Error&)> on_lost, JournalCounts counts)
    : writer_(writer), on_lost_(std::move(on_lost)), counts_(std::move(counts)) {
  for (const UnitToken& pool : pools)
    lanes_[PoolId(pool.unit.id)] = std::make_shared<pg::Lane>(pool);
}

void PgJournal::Commit(const PoolId& pool, RegistryWrites writes, Done done) {
  // Memory has gone on already: what is refused here would be lost.
  pg::Batch batch{
      .lane = lanes_.at(pool), .writes = {}, .events = {}, .must = true, .patient = !done};
  for (const RegistryWrite& write : writes) {
    std::visit(Writer{pool, batch.writes}, write);
    Count(write, pool, counts_);
    if (auto event = ToOutboxEvent(write, pool)) batch.events.push_back(std::move(*event));
  }
  if (!done) {
    done = [this](const Status& status) {
      if (!status) on_lost_(status.error());
    };
  }
  auto shared = std::make_shared<Done>(std::move(done));
  const auto submitted =
      writer_->Submit(std::move(batch), [shared](Status status) { (*shared)(std::move(status)); });
  if (!submitted) (*shared)(submitted);
}

}  // namespace callfleet::agent_registry
