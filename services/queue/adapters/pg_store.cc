#include "services/queue/adapters/pg_store.h"

#include <utility>

#include "common/pg/unit_tokens.h"
#include "services/queue/adapters/migrations.h"
#include "services/queue/adapters/pg_writes.h"

namespace callfleet::queue {
namespace {

using std::chrono::milliseconds;
constexpr milliseconds kReadLimit{5'000};

constexpr pg::Statement kSelectQueues{
    "queue_select_queues",
    "SELECT queue_id, request_id, name, description, pool_id, strategy, skill_names, "
    "skill_levels::text[] AS skill_levels, max_size, max_wait_ms, ring_timeout_ms, "
    "service_level_threshold_ms, wrap_up_ms, priority_bonus_ms, overflow_queue_id, state, "
    "create_time, record FROM queues"};
constexpr pg::Statement kSelectRoutes{"queue_select_routes", "SELECT record FROM routes"};
constexpr pg::Statement kSelectOpen{
    "queue_select_open_tickets", "SELECT record FROM tickets WHERE queue_id = $1 AND end_kind = 0"};
// Callers of late and calls that may not be acknowledged yet, oldest first.
constexpr pg::Statement kSelectEnded{
    "queue_select_ended_tickets",
    "SELECT call_id, caller, end_kind, agent_id, since, end_time FROM (SELECT call_id, caller, "
    "end_kind, agent_id, since, end_time FROM tickets WHERE queue_id = $1 AND end_kind <> 0 AND "
    "end_time >= $2 ORDER BY end_time DESC LIMIT 50000) AS late ORDER BY end_time"};
constexpr pg::Statement kSelectTicket{"queue_select_ticket",
                                      "SELECT queue_id, record FROM tickets WHERE ticket_id = $1"};

constexpr pg::Statement kDropRequests{
    "queue_drop_requests",
    "DELETE FROM requests WHERE queue_id = $1 AND told < $2::timestamptz - interval '1 day'"};
constexpr pg::Statement kSelectRequests{
    "queue_select_requests",
    "SELECT request_id, answered, refused_code, reason, message, fields, ticket_id FROM (SELECT * "
    "FROM requests WHERE queue_id = $1 ORDER BY told DESC LIMIT 4096) AS newest ORDER BY told"};

std::vector<SkillRequirement> ReadSkills(const pg::Rows::Row& row) {
  const auto names = row.Texts("skill_names");
  const auto levels = row.Texts("skill_levels");
  std::vector<SkillRequirement> skills;
  for (std::size_t i = 0; i < names.size() && i < levels.size(); ++i) {
    skills.push_back(
        {.name = names[i], .min_level = static_cast<std::uint32_t>(std::stoul(levels[i]))});
  }
  return skills;
}

// As an older release kept it.
Queue ReadColumns(const pg::Rows::Row& row) {
  QueueSettings settings;
  settings.name = row.Text("name");
  settings.description = row.Text("description");
  settings.pool = row.Text("pool_id");
  settings.strategy = static_cast<Strategy>(row.Int("strategy"));
  settings.skills = ReadSkills(row);
  settings.max_size = static_cast<std::uint32_t>(row.Int("max_size"));
  settings.max_wait = milliseconds(row.Int("max_wait_ms"));
  settings.ring_timeout = milliseconds(row.Int("ring_timeout_ms"));
  settings.service_level_threshold = milliseconds(row.Int("service_level_threshold_ms"));
  if (const auto wrap_up = row.OptionalInt("wrap_up_ms")) settings.wrap_up = milliseconds(*wrap_up);
  settings.priority_bonus = milliseconds(row.Int("priority_bonus_ms"));
  settings.overflow_queue = row.Text("overflow_queue_id");
  return {.id = QueueId(row.Text("queue_id")),
          .settings = std::move(settings),
          .state = static_cast<QueueState>(row.Int("state")),
          .create_time = row.Time("create_time")};
}

Queue ReadQueue(const pg::Rows::Row& row, const RecordCodec& codec) {
  if (!row.IsNull("record")) {
    if (auto queue = codec.UnpackQueue(row.Bytes("record"))) return *queue;
  }
  return ReadColumns(row);
}

void ReadLate(const pg::Rows::Row& row, WallTime now, QueueModel* model) {
  const auto end = static_cast<TicketEnd>(row.Int("end_kind"));
  const WallTime ended = row.Time("end_time");
  const auto caller = row.Text("caller");
  if (end == TicketEnd::kAnswered) {
    model->last_agents.Note(caller, AgentId(row.Text("agent_id")), ended);
  }
  if (end == TicketEnd::kAbandoned) {
    model->left_places.Note(caller, {.since = row.Time("since"), .priority = 0}, ended);
  }
  const auto call = row.Text("call_id");
  if (!call.empty() && now - ended < std::chrono::hours(1)) model->done[CallId(call)];
}

void ReadRequest(const pg::Rows::Row& row, QueueModel* model) {
  KeepRequest kept{.request = row.Text("request_id"),
                   .answered = row.Bool("answered"),
                   .ticket = TicketId(row.Text("ticket_id"))};
  if (const auto code = row.OptionalInt("refused_code")) {
    kept.refused = Error{.code = static_cast<ErrorCode>(*code),
                         .reason = row.Text("reason"),
                         .message = row.Text("message")};
    const auto fields = row.Texts("fields");
    for (std::size_t i = 0; i + 1 < fields.size(); i += 2) {
      kept.refused->fields.push_back({fields[i], fields[i + 1]});
    }
  }
  RestoreRequest(*model, std::move(kept));
}

}  // namespace

Result<Taken> TakeRouting(const pg::SessionOptions& options, const RecordCodec& codec,
                          milliseconds limit) {
  if (auto migrated = pg::Migrate(options, Migrations(), limit); !migrated) {
    return Fail(std::move(migrated).error());
  }
  Taken taken;
  pg::Session session(options);
  const auto status = session.Transact(
      [&taken, &codec](pg::Transaction& transaction) -> Status {
        taken = {};  // The work may run more than once.
        auto unit = pg::TakeUnit(transaction, {UnitKind::kRouting, ""});
        if (!unit) return Fail(std::move(unit).error());
        taken.unit = *unit;
        for (const auto row : transaction.Exec(kSelectQueues)) {
          taken.directory.Restore(ReadQueue(row, codec), RequestId(row.Text("request_id")));
        }
        for (const auto row : transaction.Exec(kSelectRoutes)) {
          if (auto route = codec.UnpackRoute(row.Bytes("record"))) {
            taken.plan.Set(std::move(*route));
          }
        }
        return {};
      },
      std::chrono::steady_clock::now() + limit);
  if (!status) return Fail(status.error());
  return taken;
}

void PgQueueStore::Load(const Queue& queue, WallTime now,
                        Reply<std::shared_ptr<QueueModel>> reply) {
  using Loaded = std::shared_ptr<QueueModel>;
  pool_->Run<Loaded>(
      kReadLimit,
      [queue, now, codec = codec_](pg::Transaction& transaction) -> Result<Loaded> {
        auto unit = pg::TakeUnit(transaction, {UnitKind::kQueue, queue.id.str()});
        if (!unit) return Fail(std::move(unit).error());
        auto model = std::make_shared<QueueModel>();
        model->queue = queue;
        model->token = unit->token;
        model->loaded = now;
        for (const auto row : transaction.Exec(kSelectOpen, {queue.id})) {
          if (auto ticket = codec->UnpackTicket(row.Bytes("record"))) {
            Restore(*model, std::move(*ticket));
          }
        }
        const WallTime from = now - std::max<std::chrono::microseconds>(
                                        queue.settings.sticky_window, std::chrono::hours(1));
        for (const auto row : transaction.Exec(kSelectEnded, {queue.id, from})) {
          ReadLate(row, now, model.get());
        }
        transaction.Exec(kDropRequests, {queue.id, now});
        for (const auto row : transaction.Exec(kSelectRequests, {queue.id})) {
          ReadRequest(row, model.get());
        }
        return model;
      },
      std::move(reply));
}

std::unique_ptr<Committer> PgQueueStore::Open(const UnitToken& unit) {
  return std::make_unique<PgCommitter>(writer_, unit, codec_);
}

void PgQueueStore::FindTicket(const TicketId& id, Reply<std::pair<QueueId, Ticket>> reply) {
  using Found = std::pair<QueueId, Ticket>;
  pool_->Run<Found>(
      kReadLimit,
      [id, codec = codec_](pg::Transaction& transaction) -> Result<Found> {
        for (const auto row : transaction.Exec(kSelectTicket, {id})) {
          auto ticket = codec->UnpackTicket(row.Bytes("record"));
          if (!ticket) break;
          return Found{QueueId(row.Text("queue_id")), std::move(*ticket)};
        }
        return NotFound("TICKET_NOT_FOUND", "No ticket has this id.");
      },
      std::move(reply));
}

}  // namespace callfleet::queue
