// /recordings: kept by the edge that carried the call.
#include <google/protobuf/util/time_util.h>

#include <array>
#include <tuple>

#include "services/supervisor/rest/edge_pages.h"
#include "services/supervisor/rest/history_reads.h"
#include "services/supervisor/rest/json_values.h"
#include "services/supervisor/rest/route_table.h"
#include "services/supervisor/rest/rpcs.h"

namespace callfleet::supervisor::rest {
namespace {

namespace edge_pb = callfleet::sip_edge::v1;

constexpr std::array<std::string_view, 4> kActions{"start", "stop", "pause", "resume"};
constexpr std::array<FieldSpec, 1> kRecordBody{
    {{.name = "action", .about = "What becomes of it.", .required = true, .one_of = kActions}}};

template <class Value>
Json OnceClosed(const edge_pb::Recording& recording, Value value) {
  return recording.sha256().empty() ? Json() : Json(value);
}

using Of = const edge_pb::Recording&;

constexpr auto kRecordingRows = std::to_array<Row<edge_pb::Recording>>({
    {"id", kText, "Id.", [](Of m) { return Json(m.recording_id()); }},
    {"callId", kText, "Call.", [](Of m) { return Json(m.call_id()); }},
    {"edgeId", kText, "Edge that keeps it.", [](Of m) { return Json(m.edge_id()); }},
    {"state", kEnum<edge_pb::RecordingState_descriptor>, "Where it stands.",
     [](Of m) { return EnumWord(*edge_pb::RecordingState_descriptor(), m.state()); }},
    {"reason", kText.OrNull(), "Why it is so.", [](Of m) { return TextOrNull(m.reason()); }},
    {"fileName", kText, "Name of the file.", [](Of m) { return Json(m.file_name()); }},
    {"leftLegs", kText.List(), "Legs on the left.",
     [](Of m) {
       return Json(std::vector<std::string>(m.left_leg_ids().begin(), m.left_leg_ids().end()));
     }},
    {"rightLegs", kText.List(), "Legs on the right.",
     [](Of m) {
       return Json(std::vector<std::string>(m.right_leg_ids().begin(), m.right_leg_ids().end()));
     }},
    {"agentId", kText.OrNull(), "Agent.", [](Of m) { return TextOrNull(m.agent_id()); }},
    {"startedAt", kTime.OrNull(), "Began.",
     [](Of m) { return m.has_start_time() ? TimeJson(m.start_time()) : Json(); }},
    {"endedAt", kTime.OrNull(), "Ended.",
     [](Of m) { return m.has_end_time() ? TimeJson(m.end_time()) : Json(); }},
    {"durationSeconds", kNumber.OrNull(), "Once it is closed.",
     [](Of m) { return OnceClosed(m, Seconds(m.duration())); }},
    {"sizeBytes", kInteger.OrNull(), "Once it is closed.",
     [](Of m) { return OnceClosed(m, m.size_bytes()); }},
    {"sha256", kText.OrNull(), "Once it is closed.", [](Of m) { return TextOrNull(m.sha256()); }},
    {"pauses", kInteger, "How often it was paused.", [](Of m) { return Json(m.pauses()); }},
    {"deletedAfter", kTime.OrNull(), "When the file goes.",
     [](const edge_pb::Recording&
            m) { return m.has_delete_time() ? TimeJson(m.delete_time()) : Json(); }},
});

const Table<edge_pb::Recording>& RecordingTable() {
  static const Table<edge_pb::Recording> kTable("Recording", kRecordingRows);
  return kTable;
}

bool IsNewer(const edge_pb::Recording& a, const edge_pb::Recording& b) {
  const auto key = [](const edge_pb::Recording& r) {
    return std::tuple(r.start_time().seconds(), r.start_time().nanos(),
                      std::string_view(r.recording_id()));
  };
  return key(a) > key(b);
}

// The edges' own form of it, which every edge understands.
std::string TokenBehind(const edge_pb::Recording& last) {
  const auto start = google::protobuf::util::TimeUtil::TimestampToMicroseconds(last.start_time());
  return std::to_string(start) + "." + last.recording_id();
}

// Newest first over all edges: each goes on from the same place. Edges that are away are named.
Result<Reply> ListThem(Context& context, edge_pb::ListRecordingsRequest list) {
  if (list.page_size() == 0) list.set_page_size(kDefaultEdgePage);
  const auto pages = CallEach(context, kListRecordings, list);
  if (!pages) return Fail(pages.error());
  const auto page = MergePages(
      *pages, list.page_size(), [](const auto& answer) -> auto& { return answer.recordings(); },
      IsNewer, [](const auto& /*again*/, auto* /*known*/) {});
  Reply reply{.data = RecordingTable().Each(page.items)};
  const bool more = page.more && !page.items.empty();
  reply.beside["nextPageToken"] = more ? TokenBehind(page.items.back()) : "";
  NameAway(*pages, "recordings", &reply);
  return reply;
}

Result<Reply> ListRecordings(Context& context, const Request& request) {
  edge_pb::ListRecordingsRequest list;
  SetPage(request.query, &list);
  return ListThem(context, std::move(list));
}

Result<Reply> ListOfCall(Context& context, const Request& request) {
  edge_pb::ListRecordingsRequest list;
  list.set_call_id(request.Id());
  SetPage(request.query, &list);
  auto reply = ListThem(context, std::move(list));
  if (!reply || !reply->data.empty()) return reply;
  if (auto known = KnownCall(context, request.Id()); !known) return Fail(std::move(known.error()));
  return reply;
}

Result<edge_pb::Recording> Find(Context& context, const std::string& id) {
  edge_pb::ListRecordingsRequest list;
  list.set_recording_id(id);
  const auto pages = CallEach(context, kListRecordings, list);
  if (!pages) return Fail(pages.error());
  for (const auto& page : pages->of_edges) {
    if (!page.recordings().empty()) return page.recordings(0);
  }
  auto unknown = NotFound("RECORDING_UNKNOWN", "no such recording").value();
  if (!pages->away.empty()) unknown.metadata["edges_away"] = std::to_string(pages->away.size());
  return Fail(std::move(unknown));
}

Result<Reply> ShowRecording(Context& context, const Request& request) {
  auto found = Find(context, request.Id());
  if (!found) return Fail(std::move(found.error()));
  return Reply{.data = RecordingTable()(*found)};
}

Result<Reply> DeleteRecording(Context& context, const Request& request) {
  edge_pb::DeleteRecordingRequest remove;
  remove.set_recording_id(request.Id());
  auto done = Call(context, kDeleteRecording, remove);
  if (!done) return Fail(std::move(done.error()));
  return Reply{.data = GoneTable()(request.Id())};
}

Result<Download> RecordingAudio(Context& context, const Request& request) {
  edge_pb::ReadRecordingRequest read;
  read.set_recording_id(request.Id());
  read.set_length(1);
  auto first = Call(context, kReadRecording, read);
  if (!first) return Fail(std::move(first.error()));
  return Download{.content_type = "audio/wav",
                  .file_name = request.Id() + ".wav",
                  .size = first->size_bytes(),
                  .read = [&context, read](std::uint64_t offset) mutable -> Result<std::string> {
                    read.set_offset(offset);
                    read.set_length(0);
                    auto piece = Call(context, kReadRecording, read);
                    if (!piece) return Fail(std::move(piece.error()));
                    return std::move(*piece->mutable_chunk());
                  }};
}

// No controller is needed: a pool's supervisor may, as with Supervise.
Result<Reply> Record(Context& context, const Request& request) {
  edge_pb::RecordRequest record;
  record.mutable_context()->set_request_id(request.request_id);
  auto* unit = record.mutable_context()->mutable_unit()->mutable_unit();
  unit->set_kind(callfleet::common::v1::UNIT_KIND_POOL);
  unit->set_id("default");
  record.set_call_id(request.Id());
  edge_pb::RecordAction action = edge_pb::RECORD_ACTION_UNSPECIFIED;
  edge_pb::RecordAction_Parse(EnumName("RECORD_ACTION_", request.body["action"].get<std::string>()),
                              &action);
  record.set_action(action);
  auto done = Call(context, kRecord, record);
  if (!done) return Fail(std::move(done.error()));
  return Reply{.data = RecordingTable().Each(done->call().recordings())};
}

}  // namespace

std::span<const Route> RecordingRoutes() {
  using enum Method;
  using auth::Role;
  static const std::array<Route, 6> kRoutes{{
      {{kGet, "/api/v1/recordings", Role::kSupervisor, "Recordings, newest first."},
       {.handle = ListRecordings, .query = PageQuery(), .answer = kList<RecordingTable>}},
      {{kGet, "/api/v1/recordings/:id", Role::kSupervisor, "One recording."},
       {.handle = ShowRecording, .answer = kOne<RecordingTable>}},
      {{kGet, "/api/v1/recordings/:id/audio", Role::kSupervisor,
        "The file: stereo WAV, the customer left, agents right. Noted in the audit log."},
       {.download = RecordingAudio}},
      {{kDelete, "/api/v1/recordings/:id", Role::kAdmin, "Deletes the file."},
       {.handle = DeleteRecording, .answer = kOne<GoneTable>}},
      {{kGet, "/api/v1/calls/:id/recordings", Role::kSupervisor, "Recordings of a call."},
       {.handle = ListOfCall, .query = PageQuery(), .answer = kList<RecordingTable>}},
      {{kPost, "/api/v1/calls/:id/recording", Role::kSupervisor,
        "Starts, stops, pauses or resumes the recording of a live call."},
       {.handle = Record, .body = kRecordBody, .answer = kList<RecordingTable>}},
  }};
  return kRoutes;
}

}  // namespace callfleet::supervisor::rest
