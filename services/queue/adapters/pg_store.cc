#include "services/queue/adapters/pg_store.h"

#include <utility>

#include "common/pg/unit_tokens.h"
#include "services/queue/adapters/migrations.h"
#include "services/queue/adapters/outbox_events.h"

namespace callfleet::queue {
namespace {

using std::chrono::milliseconds;

constexpr pg::Statement kSelectQueues{
    "queue_select_queues",
    "SELECT queue_id, request_id, name, description, pool_id, strategy, skill_names, "
    "skill_levels::text[] AS skill_levels, max_size, max_wait_ms, ring_timeout_ms, "
    "service_level_threshold_ms, wrap_up_ms, priority_bonus_ms, overflow_queue_id, state, "
    "create_time FROM queues"};
constexpr pg::Statement kInsertQueue{
    "queue_insert_queue",
    "INSERT INTO queues (queue_id, request_id, name, description, pool_id, strategy, skill_names, "
    "skill_levels, max_size, max_wait_ms, ring_timeout_ms, service_level_threshold_ms, wrap_up_ms, "
    "priority_bonus_ms, overflow_queue_id, state, create_time) VALUES ($1, $2, $3, $4, $5, $6, $7, "
    "$8, $9, $10, $11, $12, $13, $14, $15, $16, $17)"};

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

Queue ReadQueue(const pg::Rows::Row& row) {
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

pg::Write ToWrite(const InsertQueue& insert) {
  const auto& [id, settings, state, create_time] = insert.queue;
  std::vector<std::string> names;
  std::vector<std::int64_t> levels;
  for (const auto& skill : settings.skills) {
    names.push_back(skill.name);
    levels.push_back(skill.min_level);
  }
  std::optional<std::int64_t> wrap_up_ms;
  if (settings.wrap_up) wrap_up_ms = settings.wrap_up->count();
  return {&kInsertQueue,
          {id, insert.request, settings.name, settings.description, settings.pool,
           static_cast<int>(settings.strategy), names, levels, settings.max_size,
           settings.max_wait.count(), settings.ring_timeout.count(),
           settings.service_level_threshold.count(), wrap_up_ms, settings.priority_bonus.count(),
           settings.overflow_queue, static_cast<int>(state), create_time}};
}

}  // namespace

Result<Taken> TakeRouting(const pg::SessionOptions& options, milliseconds limit) {
  if (auto migrated = pg::Migrate(options, Migrations(), limit); !migrated) {
    return Fail(std::move(migrated).error());
  }
  Taken taken;
  pg::Session session(options);
  const auto status = session.Transact(
      [&taken](pg::Transaction& transaction) -> Status {
        taken = {};  // The work may run more than once.
        auto unit = pg::TakeUnit(transaction, {UnitKind::kRouting, ""});
        if (!unit) return Fail(std::move(unit).error());
        taken.unit = *unit;
        for (const auto row : transaction.Exec(kSelectQueues)) {
          taken.directory.Restore(ReadQueue(row), RequestId(row.Text("request_id")));
        }
        return {};
      },
      std::chrono::steady_clock::now() + limit);
  if (!status) return Fail(status.error());
  return taken;
}

PgCommitter::PgCommitter(pg::Committer* writer, const UnitToken& unit)
    : writer_(writer), lane_(std::make_shared<pg::Lane>(unit)) {}

void PgCommitter::Commit(Writes writes, Done done) {
  // Memory has gone on already: what is refused here would be lost.
  pg::Batch batch{.lane = lane_, .writes = {}, .events = {}, .must = true};
  for (const auto& write : writes) {
    if (const auto* insert = std::get_if<InsertQueue>(&write)) {
      batch.writes.push_back(ToWrite(*insert));
    }
    batch.events.push_back(ToOutboxEvent(write, lane_->unit().unit));
  }
  // Refused batches tell as failed ones do, so that the caller knows one path only.
  auto shared = std::make_shared<Done>(std::move(done));
  const auto submitted =
      writer_->Submit(std::move(batch), [shared](Status status) { (*shared)(std::move(status)); });
  if (!submitted) (*shared)(submitted);
}

}  // namespace callfleet::queue
