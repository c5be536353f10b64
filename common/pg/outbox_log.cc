#include "common/pg/outbox_log.h"

#include <charconv>
#include <utility>

namespace callfleet::pg {
namespace {

using events::LoggedEvent;
using namespace std::chrono_literals;

constexpr auto kLimit = 5s;
constexpr std::int64_t kMostConsumers = 100;

constexpr Statement kState{"pg_outbox_state",
                           "SELECT epoch, last_pos, coalesce((SELECT min(first_pos) FROM "
                           "outbox_parts), last_pos + 1) AS oldest FROM outbox_head"};
constexpr Statement kRead{"pg_outbox_read",
                          "SELECT pos, stream, seq, event_id, source, type, time, subject, payload "
                          "FROM outbox WHERE pos > $1 ORDER BY pos LIMIT $2"};
constexpr Statement kRegister{
    "pg_outbox_register",
    "INSERT INTO outbox_consumers (consumer, pos) SELECT $1, $2 WHERE "
    "EXISTS (SELECT 1 FROM outbox_consumers WHERE consumer = $1) OR "
    "(SELECT count(*) FROM outbox_consumers) < $3 "
    "ON CONFLICT (consumer) DO UPDATE SET pos = least(outbox_consumers.pos, excluded.pos), "
    "update_time = now()"};
constexpr Statement kAcknowledge{"pg_outbox_acknowledge",
                                 "INSERT INTO outbox_consumers (consumer, pos) VALUES ($1, $2) "
                                 "ON CONFLICT (consumer) DO UPDATE SET pos = excluded.pos, "
                                 "update_time = now()"};

struct State {
  std::string epoch;
  std::int64_t last_pos = 0;
  std::int64_t oldest = 0;  // Position of the oldest event kept, or of the next one.
};

State ReadState(Transaction& transaction) {
  const auto row = transaction.Exec(kState);
  return {row[0].Text("epoch"), row[0].Int("last_pos"), row[0].Int("oldest")};
}

// The position meant, where it is one of this database and what follows it is kept.
Result<std::int64_t> Place(const State& state, const OutboxToken& token) {
  if (token.epoch.empty()) return state.oldest - 1;
  const bool ours = token.epoch == state.epoch;
  if (ours && token.pos <= state.last_pos && token.pos + 1 >= state.oldest) return token.pos;
  return Fail({.code = ErrorCode::kOutOfRange,
               .reason = "EVENTS_GONE",
               .message = "The events after this token are not kept.",
               .metadata = {{"oldest", ToText({state.epoch, state.oldest - 1})}}});
}

LoggedEvent ToEvent(const Rows::Row& row, const std::string& epoch) {
  return {.id = row.Text("event_id"),
          .source = row.Text("source"),
          .type = row.Text("type"),
          .time = row.Time("time"),
          .subject = row.Text("subject"),
          .stream = row.Text("stream"),
          .seq = row.Int("seq"),
          .payload = row.Bytes("payload"),
          .token = ToText({epoch, row.Int("pos")})};
}

// The state first: a commit between the two reads then only adds rows.
Result<std::vector<LoggedEvent>> ReadRows(Transaction& transaction, const OutboxToken& token,
                                          int limit) {
  transaction.NoteId("");  // Nothing is written.
  const State state = ReadState(transaction);
  const auto after = Place(state, token);
  if (!after) return Fail(after.error());
  std::vector<LoggedEvent> read;
  std::int64_t expected = *after;
  for (const auto row : transaction.Exec(kRead, {*after, limit})) {
    if (row.Int("pos") != ++expected) break;  // What is missing will be seen or declared gone.
    read.push_back(ToEvent(row, state.epoch));
  }
  return read;
}

Status CheckConsumer(const std::string& consumer) {
  if (!consumer.empty() && consumer.size() <= 64) return {};
  return InvalidField("consumer", "1 to 64 characters");
}

}  // namespace

std::string ToText(const OutboxToken& token) {
  return token.epoch + "-" + std::to_string(token.pos);
}

std::optional<OutboxToken> ParseOutboxToken(std::string_view text) {
  if (text.empty()) return OutboxToken{};
  const auto dash = text.find('-');
  if (dash == 0 || dash == std::string_view::npos) return std::nullopt;
  OutboxToken token{std::string(text.substr(0, dash)), -1};
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data() + dash + 1, end, token.pos);
  if (read.ec != std::errc{} || read.ptr != end || token.pos < 0) return std::nullopt;
  return token;
}

void OutboxLog::Read(const std::string& after, int limit,
                     std::function<void(Result<std::vector<LoggedEvent>>)> reply) {
  auto token = ParseOutboxToken(after);
  if (!token) return reply(InvalidField("after", "is not a token that an answer gave"));
  pool_->Run<std::vector<LoggedEvent>>(
      kLimit,
      [token = std::move(*token), limit](Transaction& transaction) {
        return ReadRows(transaction, token, limit);
      },
      std::move(reply));
}

void OutboxLog::Register(const std::string& consumer, const std::string& after,
                         std::function<void(Status)> reply) {
  if (auto named = CheckConsumer(consumer); !named) return reply(named);
  auto token = ParseOutboxToken(after);
  if (!token) return reply(InvalidField("after", "is not a token that an answer gave"));
  pool_->Submit(
      kLimit,
      [consumer, token = std::move(*token)](Transaction& transaction) -> Status {
        const auto pos = Place(ReadState(transaction), token);
        if (!pos) return Fail(pos.error());
        if (transaction.Exec(kRegister, {consumer, *pos, kMostConsumers}).affected() == 1)
          return {};
        return Fail({.code = ErrorCode::kResourceExhausted,
                     .reason = "TOO_MANY_CONSUMERS",
                     .message = "100 consumers of the events are registered already."});
      },
      std::move(reply));
}

void OutboxLog::Acknowledge(const std::string& consumer, const std::string& token,
                            std::function<void(Status)> reply) {
  if (auto named = CheckConsumer(consumer); !named) return reply(named);
  auto kept = ParseOutboxToken(token);
  if (!kept || kept->epoch.empty()) {
    return reply(InvalidField("token", "is not a token that an answer gave"));
  }
  pool_->Submit(
      kLimit,
      [consumer, kept = std::move(*kept)](Transaction& transaction) -> Status {
        const State state = ReadState(transaction);
        if (kept.epoch != state.epoch || kept.pos > state.last_pos) {
          return InvalidField("token", "is not a token of these events");
        }
        transaction.Exec(kAcknowledge, {consumer, kept.pos});
        return {};
      },
      std::move(reply));
}

}  // namespace callfleet::pg
