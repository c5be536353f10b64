#include "services/supervisor/adapters/history_columns.h"

#include <array>
#include <iterator>
#include <sstream>
#include <utility>

namespace callfleet::supervisor {
namespace {

constexpr std::array<std::pair<int, bool CallRow::*>, 13> kFlags{{
    {1, &CallRow::placed},
    {2, &CallRow::by_person},
    {4, &CallRow::queued},
    {8, &CallRow::abandoned},
    {16, &CallRow::outbound_abandoned},
    {32, &CallRow::overflowed},
    {64, &CallRow::lead_final},
    {128, &CallRow::short_abandoned},
    {256, &CallRow::waiting},
    {512, &CallRow::returned},
    {1'024, &CallRow::callback_asked},
    {2'048, &CallRow::callback_answered},
    {4'096, &CallRow::callback_waiting},
}};

std::optional<Unit> UnitOf(const pg::Rows::Row& row) {
  if (row.IsNull("unit_kind")) return std::nullopt;
  return Unit{static_cast<UnitKind>(row.Int("unit_kind")), row.Text("unit_id")};
}

// Ids of legs have no blanks.
std::string Joined(const std::vector<std::string>& ids) {
  std::string out;
  for (const auto& id : ids) out += (out.empty() ? "" : " ") + id;
  return out;
}

std::vector<std::string> Words(const std::string& text) {
  std::istringstream in(text);
  return {std::istream_iterator<std::string>(in), std::istream_iterator<std::string>()};
}

std::optional<std::int64_t> CountOf(const std::optional<Micros>& time) {
  return time ? std::optional(time->count()) : std::nullopt;
}

std::optional<Micros> MicrosOf(const pg::Rows::Row& row, const char* column) {
  const auto micros = row.OptionalInt(column);
  return micros ? std::optional(Micros(*micros)) : std::nullopt;
}

}  // namespace

std::optional<std::int64_t> KindOf(const std::optional<Unit>& unit) {
  if (!unit) return std::nullopt;
  return static_cast<std::int64_t>(unit->kind);
}

std::optional<std::string> IdOf(const std::optional<Unit>& unit) {
  if (!unit) return std::nullopt;
  return unit->id;
}

pg::Params ToParams(const CallRow& row) {
  int flags = 0;
  for (const auto& [bit, flag] : kFlags) flags += row.*flag ? bit : 0;
  return {row.began,        row.id,         static_cast<int>(row.kind),
          row.rank,         row.counted_at, row.call,
          row.queue,        row.campaign,   row.agent,
          row.caller,       row.called,     row.customer_type,
          row.outcome,      row.picked_up,  row.answered,
          row.ended,        flags,          row.wait.count(),
          row.talk.count(), row.sip_code,   row.q850_cause};
}

pg::Params ToParams(const OfferRow& row) {
  std::optional<std::int64_t> avoidable;
  if (row.avoidable) avoidable = row.avoidable->count();
  return {row.start,      row.reservation,           row.agent, KindOf(row.unit),
          IdOf(row.unit), static_cast<int>(row.end), row.over,  avoidable};
}

pg::Params ToParams(const WorkRow& row) {
  return {row.over,     row.reservation,  row.agent,        KindOf(row.unit),   IdOf(row.unit),
          row.answered, row.talk.count(), row.hold.count(), row.wrap_up.count()};
}

pg::Params ToParams(const OutcomeRow& row) {
  return {row.told, row.reservation, row.agent, KindOf(row.unit), IdOf(row.unit), row.outcome};
}

pg::Params ToParams(const RepairRow& row) {
  return {row.time,  row.id,          row.source, row.kind, row.reason, row.unit,
          row.agent, row.reservation, row.call,   row.lead, row.ticket};
}

pg::Params ToParams(const RecordingRow& row) {
  return {row.start,
          row.id,
          row.call,
          row.edge,
          row.file,
          Joined(row.left),
          Joined(row.right),
          row.agent,
          row.unit,
          row.end,
          row.length.count(),
          static_cast<std::int64_t>(row.bytes),
          row.sha256,
          row.reason,
          static_cast<std::int64_t>(row.pauses),
          row.paused.count(),
          row.mode,
          row.sample_percent,
          row.consent_prompt,
          row.include_whisper,
          static_cast<std::int64_t>(row.keep_days),
          row.by_command,
          row.delete_at};
}

pg::Params ToParams(const LegRow& row) {
  const LegView& leg = row.leg;
  pg::Params params{
      row.answered, leg.leg,   row.call,        static_cast<int>(leg.role),   leg.agent,
      leg.remote,   leg.codec, leg.answered_by, static_cast<int>(leg.one_way)};
  if (!leg.quality) {
    params.resize(params.size() + 7, pg::Param(std::nullopt));
    return params;
  }
  const LegQuality& quality = *leg.quality;
  params.insert(params.end(),
                {static_cast<std::int64_t>(quality.packets_received),
                 static_cast<std::int64_t>(quality.packets_sent),
                 static_cast<std::int64_t>(quality.packets_lost), CountOf(quality.jitter),
                 CountOf(quality.round_trip), CountOf(quality.first_rtp), quality.mos});
  return params;
}

pg::Params ToParams(const SpanRow& row) {
  return {row.start,        row.id,         row.agent,
          KindOf(row.unit), IdOf(row.unit), static_cast<int>(row.state),
          row.reason,       row.end};
}

CallRow ToCallRow(const pg::Rows::Row& row) {
  CallRow out{.id = row.Text("fact_id"),
              .kind = static_cast<CallKind>(row.Int("kind")),
              .rank = static_cast<int>(row.Int("rank")),
              .began = row.Time("began"),
              .counted_at = row.Time("counted_at"),
              .call = row.Text("call_id"),
              .queue = row.Text("queue_id"),
              .campaign = row.Text("campaign_id"),
              .agent = row.Text("agent_id"),
              .caller = row.Text("caller"),
              .called = row.Text("called"),
              .customer_type = row.Text("customer_type"),
              .outcome = row.Text("outcome"),
              .picked_up = row.OptionalTime("picked_up"),
              .answered = row.OptionalTime("answered"),
              .ended = row.OptionalTime("ended"),
              .wait = Micros(row.Int("wait_us")),
              .talk = Micros(row.Int("talk_us")),
              .sip_code = static_cast<int>(row.Int("sip_code")),
              .q850_cause = static_cast<int>(row.Int("q850_cause"))};
  const auto flags = static_cast<int>(row.Int("flags"));
  for (const auto& [bit, flag] : kFlags) out.*flag = (flags / bit) % 2 == 1;
  return out;
}

OfferRow ToOfferRow(const pg::Rows::Row& row) {
  std::optional<Micros> avoidable;
  if (!row.IsNull("avoidable_us")) avoidable = Micros(row.Int("avoidable_us"));
  return {.reservation = row.Text("reservation_id"),
          .agent = row.Text("agent_id"),
          .unit = UnitOf(row),
          .end = static_cast<OfferEnd>(row.Int("how")),
          .start = row.Time("started"),
          .over = row.Time("ended"),
          .avoidable = avoidable};
}

WorkRow ToWorkRow(const pg::Rows::Row& row) {
  return {.reservation = row.Text("reservation_id"),
          .agent = row.Text("agent_id"),
          .unit = UnitOf(row),
          .answered = row.Bool("answered"),
          .over = row.Time("ended"),
          .talk = Micros(row.Int("talk_us")),
          .hold = Micros(row.Int("hold_us")),
          .wrap_up = Micros(row.Int("wrap_up_us"))};
}

OutcomeRow ToOutcomeRow(const pg::Rows::Row& row) {
  return {.reservation = row.Text("reservation_id"),
          .agent = row.Text("agent_id"),
          .unit = UnitOf(row),
          .outcome = row.Text("outcome"),
          .told = row.Time("told")};
}

RepairRow ToRepairRow(const pg::Rows::Row& row) {
  return {.id = row.Text("event_id"),
          .time = row.Time("told"),
          .source = row.Text("source"),
          .kind = row.Text("kind"),
          .reason = row.Text("reason"),
          .unit = row.Text("unit"),
          .agent = row.Text("agent_id"),
          .reservation = row.Text("reservation_id"),
          .call = row.Text("call_id"),
          .lead = row.Text("lead_id"),
          .ticket = row.Text("ticket_id")};
}

RecordingRow ToRecordingRow(const pg::Rows::Row& row) {
  return {.id = row.Text("recording_id"),
          .call = row.Text("call_id"),
          .edge = row.Text("edge_id"),
          .file = row.Text("file_name"),
          .left = Words(row.Text("left_legs")),
          .right = Words(row.Text("right_legs")),
          .agent = row.Text("agent_id"),
          .unit = row.Text("unit"),
          .start = row.Time("started"),
          .end = row.Time("ended"),
          .length = Micros(row.Int("length_us")),
          .bytes = static_cast<std::uint64_t>(row.Int("bytes")),
          .sha256 = row.Text("sha256"),
          .reason = row.Text("reason"),
          .pauses = static_cast<std::uint32_t>(row.Int("pauses")),
          .paused = Micros(row.Int("paused_us")),
          .mode = static_cast<int>(row.Int("mode")),
          .sample_percent = row.Double("sample_percent"),
          .consent_prompt = row.Text("consent_prompt"),
          .include_whisper = row.Bool("include_whisper"),
          .keep_days = static_cast<std::uint32_t>(row.Int("keep_days")),
          .by_command = row.Bool("by_command"),
          .delete_at = row.Time("delete_at")};
}

LegView ToLegView(const pg::Rows::Row& row) {
  LegView leg{.leg = LegId(row.Text("leg_id")),
              .role = static_cast<LegRole>(row.Int("role")),
              .agent = AgentId(row.Text("agent_id")),
              .remote = row.Text("remote"),
              .codec = row.Text("codec"),
              .answered_by = row.Text("answered_by"),
              .ended = true,
              .one_way = static_cast<OneWayAudio>(row.Int("one_way"))};
  if (row.IsNull("packets_received")) return leg;
  LegQuality quality{.packets_received = static_cast<std::uint64_t>(row.Int("packets_received")),
                     .packets_sent = static_cast<std::uint64_t>(row.Int("packets_sent")),
                     .packets_lost = static_cast<std::uint64_t>(row.Int("packets_lost")),
                     .jitter = MicrosOf(row, "jitter_us"),
                     .round_trip = MicrosOf(row, "round_trip_us"),
                     .first_rtp = MicrosOf(row, "first_rtp_us")};
  if (!row.IsNull("mos")) quality.mos = row.Double("mos");
  leg.quality = quality;
  return leg;
}

SpanRow ToSpanRow(const pg::Rows::Row& row, WallTime now) {
  return {.agent = row.Text("agent_id"),
          .unit = UnitOf(row),
          .state = static_cast<SpanState>(row.Int("state")),
          .reason = row.Text("reason"),
          .start = row.Time("started"),
          .end = row.OptionalTime("ended").value_or(now)};
}

}  // namespace callfleet::supervisor
