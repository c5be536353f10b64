#include "common/pg/outbox.h"

namespace callfleet::pg {
namespace {

constexpr Statement kOpenStream{"pg_outbox_open",
                                "INSERT INTO outbox_streams (stream, last_seq) VALUES ($1, 0) "
                                "ON CONFLICT (stream) DO UPDATE SET stream = excluded.stream "
                                "RETURNING last_seq"};
constexpr Statement kAdvance{
    "pg_outbox_advance",
    "UPDATE outbox_streams SET last_seq = moved.now FROM "
    "unnest($1::text[], $2::bigint[], $3::bigint[]) AS moved(stream, was, now) "
    "WHERE outbox_streams.stream = moved.stream AND outbox_streams.last_seq = moved.was"};
constexpr Statement kInsert{
    "pg_outbox_insert",
    "INSERT INTO outbox (stream, seq, event_id, source, type, time, subject, unit_token, payload) "
    "SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[], "
    "$6::timestamptz[], $7::text[], $8::bigint[], $9::bytea[])"};
constexpr Statement kRead{"pg_outbox_read",
                          "SELECT seq, event_id, source, type, time, subject, unit_token, payload "
                          "FROM outbox WHERE stream = $1 AND seq > $2 ORDER BY seq LIMIT $3"};
constexpr Statement kLast{"pg_outbox_last",
                          "SELECT last_seq FROM outbox_streams WHERE stream = $1"};

Error EventsGone(const std::string& stream, std::int64_t oldest) {
  return {.code = ErrorCode::kOutOfRange,
          .reason = "EVENTS_GONE",
          .message = "The events asked for of " + stream + " are not kept.",
          .metadata = {{"stream", stream}, {"oldest", std::to_string(oldest)}}};
}

OutboxRow ToRow(const Rows::Row& row, const std::string& stream) {
  return {.seq = row.Int("seq"),
          .unit_token = static_cast<Token>(row.Int("unit_token")),
          .event = {.stream = stream,
                    .event_id = row.Text("event_id"),
                    .source = row.Text("source"),
                    .type = row.Text("type"),
                    .time = row.Time("time"),
                    .subject = row.Text("subject"),
                    .payload = row.Bytes("payload")}};
}

}  // namespace

OutboxWriter::Stream& OutboxWriter::Load(Transaction& transaction, const std::string& name) {
  const auto known = streams_.find(name);
  if (known != streams_.end()) return known->second;
  const auto last = transaction.Exec(kOpenStream, {name})[0].Int("last_seq");
  return streams_[name] = {.last_seq = last, .pending = last};
}

Status OutboxWriter::Append(Transaction& transaction, const std::vector<EventOfUnit>& events) {
  if (events.empty()) return {};
  std::vector<std::vector<Param>> columns(9);
  std::map<std::string, Stream*> touched;
  for (const auto& [event, token] : events) {
    Stream& stream = Load(transaction, event->stream);
    touched[event->stream] = &stream;
    const Params values{event->stream,        ++stream.pending, event->event_id, event->source,
                        event->type,          event->time,      event->subject,  token,
                        Bytes{event->payload}};
    for (std::size_t i = 0; i < values.size(); ++i) columns[i].push_back(values[i]);
  }
  std::vector<Param> names;
  std::vector<Param> was;
  std::vector<Param> now;
  for (const auto& [name, stream] : touched) {
    names.emplace_back(name);
    was.emplace_back(stream->last_seq);
    now.emplace_back(stream->pending);
  }
  if (transaction.Exec(kAdvance, {names, was, now}).affected() != touched.size()) {
    return FailedPrecondition("FENCED", "A stream of the outbox has another writer.");
  }
  transaction.Exec(kInsert, Params(columns.begin(), columns.end()));
  return {};
}

void OutboxWriter::Committed() {
  for (auto& [name, stream] : streams_) stream.last_seq = stream.pending;
}

// The database is asked again: a stream may have been opened in what was rolled back.
void OutboxWriter::RolledBack() { streams_.clear(); }

Result<std::vector<OutboxRow>> ReadAfter(Transaction& transaction, const std::string& stream,
                                         std::int64_t after, int limit) {
  // The last number first: a commit between the two reads then only adds rows.
  const auto last = transaction.Exec(kLast, {stream});
  const auto last_seq = last.empty() ? 0 : last[0].Int("last_seq");
  std::vector<OutboxRow> rows;
  for (const auto row : transaction.Exec(kRead, {stream, after, limit})) {
    rows.push_back(ToRow(row, stream));
  }
  const auto next = rows.empty() ? last_seq + 1 : rows.front().seq;
  if (next != after + 1) return Fail(EventsGone(stream, next));
  return rows;
}

}  // namespace callfleet::pg
