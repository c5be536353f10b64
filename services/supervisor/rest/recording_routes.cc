// /recordings: kept by the edge that carried the call.
#include <array>

#include "services/supervisor/rest/json_values.h"
#include "services/supervisor/rest/route_table.h"
#include "services/supervisor/rest/rpcs.h"

namespace callfleet::supervisor::rest {
namespace {

namespace pb = callfleet::sip_edge::v1;

constexpr std::array<std::string_view, 4> kActions{"start", "stop", "pause", "resume"};
constexpr std::array<FieldSpec, 1> kRecordBody{
    {{.name = "action", .about = "What becomes of it.", .required = true, .one_of = kActions}}};

Json TextOrNull(const std::string& text) { return text.empty() ? Json() : Json(text); }

Json ToJson(const pb::Recording& recording) {
  Json left = Json::array();
  Json right = Json::array();
  for (const auto& leg : recording.left_leg_ids()) left.push_back(leg);
  for (const auto& leg : recording.right_leg_ids()) right.push_back(leg);
  const bool closed = !recording.sha256().empty();
  return {
      {"id", recording.recording_id()},
      {"callId", recording.call_id()},
      {"edgeId", recording.edge_id()},
      {"state", EnumJson(pb::RecordingState_Name(recording.state()), "RECORDING_STATE_")},
      {"reason", TextOrNull(recording.reason())},
      {"fileName", recording.file_name()},
      {"leftLegs", std::move(left)},
      {"rightLegs", std::move(right)},
      {"agentId", TextOrNull(recording.agent_id())},
      {"startedAt", recording.has_start_time() ? TimeJson(recording.start_time()) : Json()},
      {"endedAt", recording.has_end_time() ? TimeJson(recording.end_time()) : Json()},
      {"durationSeconds", closed ? Seconds(recording.duration()) : Json()},
      {"sizeBytes", closed ? Json(recording.size_bytes()) : Json()},
      {"sha256", TextOrNull(recording.sha256())},
      {"pauses", recording.pauses()},
      {"deletedAfter", recording.has_delete_time() ? TimeJson(recording.delete_time()) : Json()}};
}

Result<Reply> ListThem(Context& context, const pb::ListRecordingsRequest& list) {
  auto page = Call(context, kListRecordings, list);
  if (!page) return Fail(std::move(page.error()));
  Reply reply{.data = Json::array()};
  for (const auto& recording : page->recordings()) reply.data.push_back(ToJson(recording));
  reply.beside["nextPageToken"] = page->next_page_token();
  return reply;
}

Result<Reply> ListAll(Context& context, const Request& request) {
  pb::ListRecordingsRequest list;
  SetPage(request.query, &list);
  return ListThem(context, list);
}

Result<Reply> ListOfCall(Context& context, const Request& request) {
  pb::ListRecordingsRequest list;
  list.set_call_id(request.Id());
  SetPage(request.query, &list);
  return ListThem(context, list);
}

Result<pb::Recording> Find(Context& context, const std::string& id) {
  pb::ListRecordingsRequest list;
  list.set_recording_id(id);
  auto page = Call(context, kListRecordings, list);
  if (!page) return Fail(std::move(page.error()));
  if (page->recordings().empty()) return NotFound("RECORDING_UNKNOWN", "no such recording");
  return page->recordings(0);
}

Result<Reply> GetOne(Context& context, const Request& request) {
  auto found = Find(context, request.Id());
  if (!found) return Fail(std::move(found.error()));
  return Reply{.data = ToJson(*found)};
}

Result<Reply> Delete(Context& context, const Request& request) {
  pb::DeleteRecordingRequest remove;
  remove.set_recording_id(request.Id());
  auto done = Call(context, kDeleteRecording, remove);
  if (!done) return Fail(std::move(done.error()));
  return Reply{.data = {{"id", request.Id()}}};
}

Result<Download> Audio(Context& context, const Request& request) {
  pb::ReadRecordingRequest read;
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
  pb::RecordRequest record;
  record.mutable_context()->set_request_id(request.request_id);
  auto* unit = record.mutable_context()->mutable_unit()->mutable_unit();
  unit->set_kind(callfleet::common::v1::UNIT_KIND_POOL);
  unit->set_id("default");
  record.set_call_id(request.Id());
  pb::RecordAction action = pb::RECORD_ACTION_UNSPECIFIED;
  pb::RecordAction_Parse(EnumName("RECORD_ACTION_", request.body["action"].get<std::string>()),
                         &action);
  record.set_action(action);
  auto done = Call(context, kRecord, record);
  if (!done) return Fail(std::move(done.error()));
  Reply reply{.data = Json::array()};
  for (const auto& recording : done->call().recordings()) reply.data.push_back(ToJson(recording));
  return reply;
}

}  // namespace

std::span<const Route> RecordingRoutes() {
  using enum Method;
  using auth::Role;
  static const std::array<Route, 6> kRoutes{{
      {{kGet, "/api/v1/recordings", Role::kSupervisor, "Recordings, newest first."},
       {.handle = ListAll, .query = PageQuery()}},
      {{kGet, "/api/v1/recordings/:id", Role::kSupervisor, "One recording."}, {.handle = GetOne}},
      {{kGet, "/api/v1/recordings/:id/audio", Role::kSupervisor,
        "The file: stereo WAV, the customer left, agents right. Noted in the audit log."},
       {.download = Audio}},
      {{kDelete, "/api/v1/recordings/:id", Role::kAdmin, "Deletes the file."}, {.handle = Delete}},
      {{kGet, "/api/v1/calls/:id/recordings", Role::kSupervisor, "Recordings of a call."},
       {.handle = ListOfCall, .query = PageQuery()}},
      {{kPost, "/api/v1/calls/:id/recording", Role::kSupervisor,
        "Starts, stops, pauses or resumes the recording of a live call."},
       {.handle = Record, .body = kRecordBody}},
  }};
  return kRoutes;
}

}  // namespace callfleet::supervisor::rest
