#include "common/pg/outbox.h"

#include <algorithm>

namespace callfleet::pg {
namespace {

constexpr Statement kOpenStream{"pg_outbox_open",
                                "INSERT INTO outbox_streams (stream, last_seq) VALUES ($1, 0) "
                                "ON CONFLICT (stream) DO UPDATE SET stream = excluded.stream "
                                "RETURNING last_seq"};
// The lock on outbox_head is held until the commit: see kOutboxTables.
constexpr Statement kAdvance{
    "pg_outbox_advance",
    "WITH head AS (UPDATE outbox_head SET last_pos = last_pos + $4 RETURNING last_pos), "
    "moved AS (UPDATE outbox_streams SET last_seq = moved.now FROM "
    "unnest($1::text[], $2::bigint[], $3::bigint[]) AS moved(stream, was, now) "
    "WHERE outbox_streams.stream = moved.stream AND outbox_streams.last_seq = moved.was "
    "RETURNING 1) "
    "SELECT (SELECT last_pos FROM head) AS last_pos, (SELECT count(*) FROM moved) AS moved"};
constexpr Statement kInsert{
    "pg_outbox_insert",
    "INSERT INTO outbox (pos, stream, seq, event_id, source, type, time, subject, unit_token, "
    "payload) SELECT * FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::text[], $5::text[], "
    "$6::text[], $7::timestamptz[], $8::text[], $9::bigint[], $10::bytea[])"};
// The fence, the numbers and the events in one round trip. Events that
// no partition is known for are left out: `last_pos` tells it.
constexpr Statement kSeal{
    "pg_outbox_seal",
    "WITH head AS (UPDATE outbox_head SET last_pos = last_pos + cardinality($8::text[]) "
    "RETURNING last_pos), "
    "moved AS (UPDATE outbox_streams SET last_seq = moved.now FROM "
    "unnest($4::text[], $5::bigint[], $6::bigint[]) AS moved(stream, was, now) "
    "WHERE outbox_streams.stream = moved.stream AND outbox_streams.last_seq = moved.was "
    "RETURNING 1), "
    "told AS (INSERT INTO outbox (pos, stream, seq, event_id, source, type, time, subject, "
    "unit_token, payload) SELECT head.last_pos - cardinality($8::text[]) + told.n, told.stream, "
    "told.seq, told.event_id, told.source, told.type, told.time, told.subject, told.unit_token, "
    "told.payload FROM head, unnest($8::text[], $9::bigint[], $10::text[], $11::text[], "
    "$12::text[], $13::timestamptz[], $14::text[], $15::bigint[], $16::bytea[]) "
    "WITH ORDINALITY AS told(stream, seq, event_id, source, type, time, subject, unit_token, "
    "payload, n) WHERE head.last_pos < $7::bigint) "
    "SELECT (SELECT last_pos FROM head) AS last_pos, (SELECT count(*) FROM moved) AS moved, "
    "(SELECT count(*) FROM units JOIN unnest($1::smallint[], $2::text[], $3::bigint[]) "
    "AS owner(kind, id, token) ON units.kind = owner.kind AND units.id = owner.id AND "
    "units.token = owner.token) AS held, txid_current()::text AS id"};
constexpr Statement kSealAlone{
    "pg_outbox_seal_alone",
    "SELECT (SELECT count(*) FROM units JOIN unnest($1::smallint[], $2::text[], $3::bigint[]) "
    "AS owner(kind, id, token) ON units.kind = owner.kind AND units.id = owner.id AND "
    "units.token = owner.token) AS held, txid_current()::text AS id"};
constexpr Statement kCovered{"pg_outbox_covered",
                             "SELECT coalesce(max(end_pos), 1) FROM outbox_parts"};
constexpr Statement kNotePart{"pg_outbox_note_part",
                              "INSERT INTO outbox_parts (first_pos, end_pos) VALUES ($1, $2)"};

Error OtherWriter() {
  return {.code = ErrorCode::kFailedPrecondition,
          .reason = "FENCED",
          .message = "A stream of the outbox has another writer."};
}

// All but the place in the order of all.
std::vector<Param> Columns(const std::vector<EventOfUnit>& events,
                           const std::vector<std::int64_t>& seqs) {
  std::vector<std::vector<Param>> columns(9);
  for (std::size_t i = 0; i < events.size(); ++i) {
    const OutboxEvent& event = *events[i].event;
    const Params values{event.stream,        seqs[i],    event.event_id, event.source,
                        event.type,          event.time, event.subject,  events[i].unit_token,
                        Bytes{event.payload}};
    for (std::size_t c = 0; c < values.size(); ++c) columns[c].push_back(values[c]);
  }
  return {columns.begin(), columns.end()};
}

}  // namespace

OutboxWriter::Stream& OutboxWriter::Load(Transaction& transaction, const std::string& name) {
  const auto known = streams_.find(name);
  if (known != streams_.end()) return known->second;
  const auto last = transaction.Exec(kOpenStream, {name})[0].Int("last_seq");
  return streams_[name] = {.last_seq = last, .pending = last};
}

// Streams with the numbers that they leave and reach.
std::vector<Param> OutboxWriter::Moves(const Touched& touched) {
  std::vector<Param> names;
  std::vector<Param> was;
  std::vector<Param> now;
  for (const auto& [name, stream] : touched) {
    names.emplace_back(name);
    was.emplace_back(stream->last_seq);
    now.emplace_back(stream->pending);
  }
  return {names, was, now};
}

std::int64_t OutboxWriter::Advance(Transaction& transaction, const Touched& touched,
                                   std::size_t events) {
  Params params = Moves(touched);
  params.emplace_back(events);
  const auto moved = transaction.Exec(kAdvance, params);
  const bool all = moved[0].Int("moved") == static_cast<std::int64_t>(touched.size());
  return all ? moved[0].Int("last_pos") : 0;
}

// Under the lock of outbox_head, so nobody else makes the same partition.
void OutboxWriter::Cover(Transaction& transaction, std::int64_t last_pos) {
  if (last_pos < covered_until_) return;
  covered_until_ = transaction.Exec(kCovered)[0].Int(0);
  while (covered_until_ <= last_pos) {
    const auto end = covered_until_ + std::max<std::int64_t>(partition_rows_, 1);
    transaction.Script("CREATE TABLE outbox_" + std::to_string(covered_until_) +
                       " PARTITION OF outbox FOR VALUES FROM (" + std::to_string(covered_until_) +
                       ") TO (" + std::to_string(end) + ")");
    transaction.Exec(kNotePart, {covered_until_, end});
    covered_until_ = end;
  }
}

Status OutboxWriter::Append(Transaction& transaction, const std::vector<EventOfUnit>& events) {
  if (events.empty()) return {};
  Touched touched;
  std::vector<std::int64_t> seqs;
  for (const auto& [event, token] : events) {
    Stream& stream = Load(transaction, event->stream);
    touched[event->stream] = &stream;
    seqs.push_back(++stream.pending);
  }
  const auto last_pos = Advance(transaction, touched, events.size());
  if (last_pos == 0) return Fail(OtherWriter());
  Cover(transaction, last_pos);
  Insert(transaction, events, seqs, last_pos);
  return {};
}

void OutboxWriter::Insert(Transaction& transaction, const std::vector<EventOfUnit>& events,
                          const std::vector<std::int64_t>& seqs, std::int64_t last_pos) {
  std::vector<Param> places;
  std::int64_t pos = last_pos - static_cast<std::int64_t>(events.size());
  for (std::size_t i = 0; i < events.size(); ++i) places.emplace_back(++pos);
  Params params{places};
  for (auto& column : Columns(events, seqs)) params.push_back(std::move(column));
  transaction.Exec(kInsert, params);
}

bool OutboxWriter::Ready(const std::vector<EventOfUnit>& events) const {
  return std::all_of(events.begin(), events.end(), [this](const EventOfUnit& each) {
    return streams_.contains(each.event->stream);
  });
}

Write OutboxWriter::Sealing(const std::vector<EventOfUnit>& events,
                            const std::vector<UnitToken>& owners) {
  std::vector<Param> kinds;
  std::vector<Param> ids;
  std::vector<Param> tokens;
  for (const auto& [unit, token] : owners) {
    kinds.emplace_back(static_cast<int>(unit.kind));
    ids.emplace_back(unit.id);
    tokens.emplace_back(token);
  }
  Params params{kinds, ids, tokens};
  if (events.empty()) return {&kSealAlone, std::move(params)};
  Touched touched;
  sealing_.clear();
  for (const auto& each : events) {
    Stream& stream = streams_.at(each.event->stream);
    touched[each.event->stream] = &stream;
    sealing_.push_back(++stream.pending);
  }
  for (auto& column : Moves(touched)) params.push_back(std::move(column));
  params.emplace_back(covered_until_);
  for (auto& column : Columns(events, sealing_)) params.push_back(std::move(column));
  sealed_streams_ = touched.size();
  return {&kSeal, std::move(params)};
}

Status OutboxWriter::Sealed(Transaction& transaction, const std::vector<EventOfUnit>& events,
                            const Rows::Row& told) {
  if (events.empty()) return {};
  if (told.Int("moved") != static_cast<std::int64_t>(sealed_streams_)) return Fail(OtherWriter());
  const auto last_pos = told.Int("last_pos");
  if (last_pos < covered_until_) return {};
  Cover(transaction, last_pos);
  Insert(transaction, events, sealing_, last_pos);
  return {};
}

void OutboxWriter::Committed() {
  for (auto& [name, stream] : streams_) stream.last_seq = stream.pending;
}

// The database is asked again: a stream or a partition may have been made in what was rolled back.
void OutboxWriter::RolledBack() {
  streams_.clear();
  covered_until_ = 0;
}

}  // namespace callfleet::pg
