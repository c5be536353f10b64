// /past-recordings: what history keeps of recordings, also of those whose file is gone.
#include <array>

#include "services/supervisor/ports/reports.h"
#include "services/supervisor/rest/history_reads.h"
#include "services/supervisor/rest/json_values.h"
#include "services/supervisor/rest/recording_policy.h"
#include "services/supervisor/rest/route_table.h"
#include "services/supervisor/rest/time_text.h"

namespace callfleet::supervisor::rest {
namespace {

constexpr std::array<FieldSpec, 7> kQuery{{
    {.name = "start", .about = "Begun from this moment on, RFC 3339.", .max = 40},
    {.name = "end", .about = "Begun before this moment.", .max = 40},
    {.name = "callId", .about = "Only of this call.", .max = 128},
    {.name = "agentId", .about = "Only of this agent, by its id.", .max = 64},
    {.name = "failed",
     .type = JsonType::kBoolean,
     .about = "Only those that ended before their call."},
    {.name = "pageSize",
     .type = JsonType::kInteger,
     .about = "100 unless given.",
     .min = 1,
     .max = 1'000},
    {.name = "pageToken", .about = "nextPageToken of the answer before.", .max = 512},
}};

callfleet::common::v1::RecordingPolicy PolicyOf(const RecordingRow& row) {
  callfleet::common::v1::RecordingPolicy policy;
  policy.set_mode(static_cast<callfleet::common::v1::RecordingMode>(row.mode));
  policy.set_sample_percent(row.sample_percent);
  policy.set_consent_prompt(row.consent_prompt);
  policy.set_include_whisper(row.include_whisper);
  policy.set_keep_days(row.keep_days);
  return policy;
}

using Of = const RecordingRow&;

// Names as of a recording that the edge still has.
constexpr auto kRows = std::to_array<Row<RecordingRow>>({
    {"id", kText, "Id.", [](Of r) { return Json(r.id); }},
    {"callId", kText, "Call.", [](Of r) { return Json(r.call); }},
    {"edgeId", kText, "Edge that keeps it, or kept it.", [](Of r) { return Json(r.edge); }},
    {"fileName", kText, "Name of the file.", [](Of r) { return Json(r.file); }},
    {"leftLegs", kText.List(), "Legs on the left.", [](Of r) { return Json(r.left); }},
    {"rightLegs", kText.List(), "Legs on the right.", [](Of r) { return Json(r.right); }},
    {"agentId", kText.OrNull(), "Agent.", [](Of r) { return TextOrNull(r.agent); }},
    {"unit", kText.OrNull(), "Whose call it was, campaign:<id> or queue:<id>.",
     [](Of r) { return TextOrNull(r.unit); }},
    {"startedAt", kTime, "Began.", [](Of r) { return TimeJson(std::optional(r.start)); }},
    {"endedAt", kTime, "Ended.", [](Of r) { return TimeJson(std::optional(r.end)); }},
    {"durationSeconds", kNumber, "Pauses included.", [](Of r) { return Seconds(r.length); }},
    {"sizeBytes", kInteger, "Of the file.", [](Of r) { return Json(r.bytes); }},
    {"sha256", kText.OrNull(), "Of the file.", [](Of r) { return TextOrNull(r.sha256); }},
    {"reason", kText.OrNull(), "Why it ended before its call: DISK_FULL, EDGE_RESTARTED, …",
     [](Of r) { return TextOrNull(r.reason); }},
    {"pauses", kInteger, "How often it was paused.", [](Of r) { return Json(r.pauses); }},
    {"pausedSeconds", kNumber, "Silence in the file, as it was paused.",
     [](Of r) { return Seconds(r.paused); }},
    {"policy", kObject<RecordingPolicyTable>.OrNull(), "What it followed; null: nothing was said.",
     [](Of r) { return r.mode == 0 ? Json() : RecordingPolicyTable()(PolicyOf(r)); }},
    {"byCommand", kBoolean, "Somebody began it; false: the policy did.",
     [](Of r) { return Json(r.by_command); }},
    {"deletedAfter", kTime, "When the file goes.",
     [](Of r) { return TimeJson(std::optional(r.delete_at)); }},
});

const Table<RecordingRow>& PastRecordingTable() {
  static const Table<RecordingRow> kTable("PastRecording", kRows);
  return kTable;
}

Result<Reply> ListPastRecordings(Context& context, const Request& request) {
  const auto text = [&](const char* name) {
    return Get<std::string>(request.query, name).value_or("");
  };
  const auto span = ReadSpan(request.query);
  if (!span) return Fail(span.error());
  RecordingQuery query{.start = span->start,
                       .end = span->end,
                       .call = text("callId"),
                       .agent = text("agentId"),
                       .failed = Get<bool>(request.query, "failed").value_or(false),
                       .size = Get<int>(request.query, "pageSize").value_or(100),
                       .after = text("pageToken")};
  auto page = Wait<RecordingPage>([&](std::function<void(Result<RecordingPage>)> reply) {
    context.reports->Recordings(query, std::move(reply));
  });
  if (!page) return Fail(std::move(page.error()));
  Reply reply{.data = PastRecordingTable().Each(page->recordings)};
  reply.beside["nextPageToken"] = page->next;
  return reply;
}

}  // namespace

std::span<const Route> PastRecordingRoutes() {
  using enum Method;
  static const std::array<Route, 1> kRoutes{{
      {{kGet, "/api/v1/past-recordings", auth::Role::kSupervisor,
        "Recordings that are over, newest first, as long as history is kept."},
       {.handle = ListPastRecordings, .query = kQuery, .answer = kList<PastRecordingTable>}},
  }};
  return kRoutes;
}

}  // namespace callfleet::supervisor::rest
