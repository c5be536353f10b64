#include "services/dialer/adapters/pg_event_log.h"

#include <charconv>
#include <map>
#include <sstream>
#include <utility>

#include "common/pg/outbox.h"

namespace callfleet::dialer {

using namespace std::chrono_literals;

namespace {

constexpr auto kLimit = 5s;

constexpr pg::Statement kStreams{"dialer_outbox_streams",
                                 "SELECT stream, last_seq FROM outbox_streams ORDER BY stream"};
constexpr pg::Statement kPutConsumer{
    "dialer_put_consumer",
    "INSERT INTO consumers (consumer, token, update_time) VALUES ($1, $2, now()) ON CONFLICT "
    "(consumer) DO UPDATE SET token = EXCLUDED.token, update_time = EXCLUDED.update_time"};

using Positions = std::map<std::string, std::int64_t>;

// "campaign:1=5;campaign:2=9".
std::string ToToken(const Positions& positions) {
  std::string token;
  for (const auto& [stream, seq] : positions) {
    if (!token.empty()) token += ';';
    token += stream + "=" + std::to_string(seq);
  }
  return token;
}

Result<Positions> FromToken(const std::string& token) {
  Positions positions;
  std::istringstream items(token);
  for (std::string item; std::getline(items, item, ';');) {
    const auto equals = item.find('=');
    std::int64_t seq = -1;
    if (equals != std::string::npos) {
      std::from_chars(item.data() + equals + 1, item.data() + item.size(), seq);
    }
    if (seq < 0) return InvalidField("after", "is not a token that an answer gave");
    positions[item.substr(0, equals)] = seq;
  }
  return positions;
}

LoggedEvent ToLogged(pg::OutboxRow row, const std::string& stream) {
  return {.id = std::move(row.event.event_id),
          .source = std::move(row.event.source),
          .type = std::move(row.event.type),
          .time = row.event.time,
          .subject = std::move(row.event.subject),
          .stream = stream,
          .seq = row.seq,
          .payload = std::move(row.event.payload),
          .token = {}};
}

Result<std::vector<LoggedEvent>> ReadAll(pg::Transaction& transaction, Positions positions,
                                         int limit) {
  std::vector<LoggedEvent> events;
  for (const auto stream_row : transaction.Exec(kStreams)) {
    const int left = limit - static_cast<int>(events.size());
    if (left <= 0) break;
    const std::string stream = stream_row.Text("stream");
    const auto after = positions[stream];
    if (stream_row.Int("last_seq") <= after) continue;
    auto rows = pg::ReadAfter(transaction, stream, after, left);
    if (!rows) return Fail(rows.error());
    for (auto& row : *rows) {
      positions[stream] = row.seq;
      events.push_back(ToLogged(std::move(row), stream));
      events.back().token = ToToken(positions);
    }
  }
  return events;
}

}  // namespace

void PgEventLog::Read(const std::string& token, int limit,
                      std::function<void(Result<std::vector<LoggedEvent>>)> reply) {
  auto positions = FromToken(token);
  if (!positions) {
    reply(Fail(positions.error()));
    return;
  }
  pool_->Run<std::vector<LoggedEvent>>(
      kLimit,
      [positions = std::move(*positions), limit](pg::Transaction& transaction) {
        return ReadAll(transaction, positions, limit);
      },
      std::move(reply));
}

void PgEventLog::Acknowledge(const std::string& consumer, const std::string& token,
                             std::function<void(Status)> reply) {
  if (auto positions = FromToken(token); !positions) {
    reply(Fail(positions.error()));
    return;
  }
  pool_->Submit(
      kLimit,
      [consumer, token](pg::Transaction& transaction) -> Status {
        transaction.Exec(kPutConsumer, {consumer, token});
        return {};
      },
      std::move(reply));
}

}  // namespace callfleet::dialer
