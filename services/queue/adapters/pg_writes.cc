#include "services/queue/adapters/pg_writes.h"

#include <utility>
#include <vector>

namespace callfleet::queue {
namespace {

constexpr pg::Statement kInsertQueue{
    "queue_insert_queue",
    "INSERT INTO queues (queue_id, request_id, name, description, pool_id, strategy, skill_names, "
    "skill_levels, max_size, max_wait_ms, ring_timeout_ms, service_level_threshold_ms, wrap_up_ms, "
    "priority_bonus_ms, overflow_queue_id, state, create_time, record) VALUES ($1, $2, $3, $4, $5, "
    "$6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)"};
constexpr pg::Statement kUpdateQueue{
    "queue_update_queue",
    "UPDATE queues SET name = $2, description = $3, strategy = $4, skill_names = $5, "
    "skill_levels = $6, max_size = $7, max_wait_ms = $8, ring_timeout_ms = $9, "
    "service_level_threshold_ms = $10, wrap_up_ms = $11, priority_bonus_ms = $12, "
    "overflow_queue_id = $13, state = $14, record = $15 WHERE queue_id = $1"};
constexpr pg::Statement kDeleteQueue{"queue_delete_queue",
                                     "DELETE FROM queues WHERE queue_id = $1"};
constexpr pg::Statement kSaveRoute{
    "queue_save_route",
    "INSERT INTO routes (number, match, record) VALUES ($1, $2, $3) "
    "ON CONFLICT (number, match) DO UPDATE SET record = excluded.record"};
constexpr pg::Statement kDeleteRoute{"queue_delete_route",
                                     "DELETE FROM routes WHERE number = $1 AND match = $2"};
constexpr pg::Statement kSaveTicket{
    "queue_save_ticket",
    "INSERT INTO tickets (ticket_id, queue_id, call_id, caller, state, end_kind, agent_id, since, "
    "end_time, record) SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], "
    "$5::smallint[], $6::smallint[], $7::text[], $8::timestamptz[], $9::timestamptz[], "
    "$10::bytea[]) "
    "ON CONFLICT (ticket_id) DO UPDATE SET call_id = excluded.call_id, caller = excluded.caller, "
    "state = excluded.state, end_kind = excluded.end_kind, agent_id = excluded.agent_id, "
    "since = excluded.since, end_time = excluded.end_time, record = excluded.record",
    true};

constexpr pg::Statement kKeepRequest{
    "queue_keep_request",
    "INSERT INTO requests (queue_id, request_id, answered, refused_code, reason, message, fields, "
    "told, ticket_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) "
    "ON CONFLICT (queue_id, request_id) DO UPDATE "
    "SET answered = excluded.answered, refused_code = excluded.refused_code, "
    "reason = excluded.reason, message = excluded.message, fields = excluded.fields, "
    "ticket_id = excluded.ticket_id"};

struct Skills {
  std::vector<std::string> names;
  std::vector<std::int64_t> levels;
  explicit Skills(const std::vector<SkillRequirement>& skills) {
    for (const auto& skill : skills) {
      names.push_back(skill.name);
      levels.push_back(skill.min_level);
    }
  }
};

std::optional<std::int64_t> WrapUpOf(const QueueSettings& settings) {
  if (!settings.wrap_up) return std::nullopt;
  return settings.wrap_up->count();
}

struct ToStatement {
  const RecordCodec& codec;
  const Unit& unit;
  std::vector<pg::Write>* out;

  void operator()(const InsertQueue& write) const {
    const auto& [id, settings, state, create_time] = write.queue;
    const Skills skills(settings.skills);
    const auto record = codec.Pack(write.queue);
    out->push_back({&kInsertQueue,
                    {id, write.request, settings.name, settings.description, settings.pool,
                     static_cast<int>(settings.strategy), skills.names, skills.levels,
                     settings.max_size, settings.max_wait.count(), settings.ring_timeout.count(),
                     settings.service_level_threshold.count(), WrapUpOf(settings),
                     settings.priority_bonus.count(), settings.overflow_queue,
                     static_cast<int>(state), create_time, pg::Bytes{record}}});
  }
  void operator()(const UpdateQueue& write) const {
    const auto& [id, settings, state, create_time] = write.queue;
    const Skills skills(settings.skills);
    const auto record = codec.Pack(write.queue);
    out->push_back({&kUpdateQueue,
                    {id, settings.name, settings.description, static_cast<int>(settings.strategy),
                     skills.names, skills.levels, settings.max_size, settings.max_wait.count(),
                     settings.ring_timeout.count(), settings.service_level_threshold.count(),
                     WrapUpOf(settings), settings.priority_bonus.count(), settings.overflow_queue,
                     static_cast<int>(state), pg::Bytes{record}}});
  }
  void operator()(const RemoveQueue& write) const {
    out->push_back({&kDeleteQueue, {write.queue.id}});
  }
  void operator()(const SaveRoute& write) const {
    const auto record = codec.Pack(write.route);
    out->push_back({&kSaveRoute,
                    {write.route.number, static_cast<int>(write.route.match), pg::Bytes{record}}});
  }
  void operator()(const RemoveRoute& write) const {
    out->push_back({&kDeleteRoute, {write.route.number, static_cast<int>(write.route.match)}});
  }
  void operator()(const SaveTicket& write) const {
    const Ticket& ticket = write.ticket;
    std::optional<WallTime> ended;
    if (ticket.state == TicketState::kEnded) ended = ticket.ended;
    const bool over = ticket.state == TicketState::kEnded;
    const auto record = codec.Pack(ticket, write.queue);
    out->push_back({&kSaveTicket,
                    {ticket.id, write.queue, ticket.call, ticket.caller,
                     static_cast<int>(ticket.state), over ? static_cast<int>(ticket.end) : 0,
                     ticket.agent, ticket.since, ended, pg::Bytes{record}}});
  }
  void operator()(const CallRefused&) const {}  // Told, not kept.
  void operator()(const NoteRepair&) const {}
  void operator()(const KeepRequest& write) const {
    std::optional<int> code;
    std::string reason;
    std::string message;
    std::vector<std::string> fields;  // Name and description in turn.
    if (write.refused) {
      code = static_cast<int>(write.refused->code);
      reason = write.refused->reason;
      message = write.refused->message;
      for (const auto& field : write.refused->fields) {
        fields.push_back(field.field);
        fields.push_back(field.description);
      }
    }
    out->push_back({&kKeepRequest,
                    {unit.id, write.request, write.answered, code, reason, message, fields,
                     write.at, write.ticket}});
  }
};

}  // namespace

PgCommitter::PgCommitter(pg::Committer* writer, const UnitToken& unit, const RecordCodec* codec)
    : writer_(writer), codec_(codec), lane_(std::make_shared<pg::Lane>(unit)) {}

void PgCommitter::Submit(Writes writes, Done done, bool patient) {
  // Memory has gone on already: what is refused here would be lost.
  pg::Batch batch{.lane = lane_, .writes = {}, .events = {}, .must = true, .patient = patient};
  for (const auto& write : writes) {
    std::visit(ToStatement{*codec_, lane_->unit().unit, &batch.writes}, write);
    auto event = codec_->Event(write);
    if (event.type.empty()) continue;
    batch.events.push_back({.stream = ToString(lane_->unit().unit),
                            .event_id = std::move(event.id),
                            .source = "callfleet/queue",
                            .type = std::move(event.type),
                            .time = event.time,
                            .subject = std::move(event.subject),
                            .payload = std::move(event.bytes)});
  }
  // Refused batches tell as failed ones do, so that the caller knows one path only.
  auto shared = std::make_shared<Done>(std::move(done));
  const auto submitted =
      writer_->Submit(std::move(batch), [shared](Status status) { (*shared)(std::move(status)); });
  if (!submitted) (*shared)(submitted);
}

}  // namespace callfleet::queue
