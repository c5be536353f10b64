// /prompts: kept by the edges.
#include <array>

#include "services/supervisor/rest/body_check.h"
#include "services/supervisor/rest/json_values.h"
#include "services/supervisor/rest/route_table.h"
#include "services/supervisor/rest/rpcs.h"
#include "services/supervisor/rest/upload_reply.h"

namespace callfleet::supervisor::rest {
namespace {

namespace edge_pb = callfleet::sip_edge::v1;

constexpr std::size_t kMaxPromptBytes = 12 << 20;
constexpr std::array<FieldSpec, 1> kNameQuery{
    {{.name = "name",
      .about = "Name of the prompt; else the form field name, else the file's name without .wav.",
      .min = 1,
      .max = 64}}};
constexpr std::array<FieldSpec, 1> kNameForm{
    {{.name = "name",
      .about = "Name of the prompt, where the query has none.",
      .min = 1,
      .max = 64}}};

constexpr auto kPromptRows = std::to_array<Row<edge_pb::Prompt>>({
    {"id", kText, "Its name.", [](const edge_pb::Prompt& m) { return Json(m.name()); }},
    {"name", kText, "Its name.", [](const edge_pb::Prompt& m) { return Json(m.name()); }},
    {"source", kEnum<edge_pb::PromptSource_descriptor>, "Where it comes from.",
     [](const edge_pb::Prompt& m) {
       return EnumWord(*edge_pb::PromptSource_descriptor(), m.source());
     }},
    {"durationSeconds", kNumber, "How long it is.",
     [](const edge_pb::Prompt& m) { return Seconds(m.duration()); }},
    {"sizeBytes", kInteger, "Of the file.",
     [](const edge_pb::Prompt& m) { return Json(m.size_bytes()); }},
    {"sha256", kText, "Of the file.", [](const edge_pb::Prompt& m) { return Json(m.sha256()); }},
    {"updatedAt", kTime.OrNull(), "Last uploaded.",
     [](const edge_pb::Prompt& m) {
       return m.has_update_time() ? TimeJson(m.update_time()) : Json();
     }},
});

const Table<edge_pb::Prompt>& PromptTable() {
  static const Table<edge_pb::Prompt> kTable("Prompt", kPromptRows);
  return kTable;
}

Result<Reply> ListPrompts(Context& context, const Request& request) {
  edge_pb::ListPromptsRequest list;
  SetPage(request.query, &list);
  auto page = Call(context, kListPrompts, list);
  if (!page) return Fail(std::move(page.error()));
  Reply reply{.data = PromptTable().Each(page->prompts())};
  reply.beside["nextPageToken"] = page->next_page_token();
  return reply;
}

// The form's fields may come behind the file, so that is read first.
Result<std::string> ReadFile(UploadBody& file) {
  std::string bytes;
  const Status read = file.ForEach([&](std::string_view piece) {
    bytes.append(piece);
    return bytes.size() <= kMaxPromptBytes;
  });
  if (!read) return Fail(read.error());
  if (bytes.size() > kMaxPromptBytes) {
    return InvalidField("file", "at most 12 MiB", "PROMPT_TOO_LONG");
  }
  return bytes;
}

std::string WithoutWav(const std::string& file) {
  constexpr std::string_view kEnd = ".wav";
  return file.ends_with(kEnd) ? file.substr(0, file.size() - kEnd.size()) : file;
}

Result<std::string> NameOf(const Request& request, const UploadBody& file) {
  if (auto name = Get<std::string>(request.query, "name")) return *name;
  const std::string told = file.Field("name");
  Json form{{"name", told.empty() ? WithoutWav(file.file_name()) : told}};
  if (form["name"] == "") return InvalidField("name", "is required");
  if (auto checked = CheckBody(kNameForm, &form, nullptr); !checked) return Fail(checked.error());
  return form["name"].get<std::string>();
}

Result<Reply> Upload(Context& context, const Request& request, UploadBody& file) {
  const auto bytes = ReadFile(file);
  if (!bytes) return Fail(bytes.error());
  const auto name = NameOf(request, file);
  if (!name) return Fail(name.error());
  auto stream = context.backend->Upload(Service::kEdge, kUploadPrompt);
  edge_pb::UploadPromptRequest message;
  message.mutable_begin()->set_name(*name);
  bool open = stream->Write(message.SerializeAsString());
  for (std::size_t at = 0; open && at < bytes->size(); at += kUploadChunkBytes) {
    message.set_chunk(bytes->substr(at, kUploadChunkBytes));
    open = stream->Write(message.SerializeAsString());
  }
  auto answer = stream->Finish();
  if (!answer) return Fail(std::move(answer.error()));
  edge_pb::UploadPromptResponse response;
  response.ParseFromString(*answer);
  return Reply{.data = PromptTable()(response.prompt())};
}

Result<Reply> DeletePrompt(Context& context, const Request& request) {
  edge_pb::DeletePromptRequest remove;
  remove.set_name(request.Id());
  auto done = Call(context, kDeletePrompt, remove);
  if (!done) return Fail(std::move(done.error()));
  return Reply{.data = GoneTable()(request.Id())};
}

Result<Download> PromptAudio(Context& context, const Request& request) {
  edge_pb::ReadPromptRequest read;
  read.set_name(request.Id());
  read.set_length(1);
  auto first = Call(context, kReadPrompt, read);
  if (!first) return Fail(std::move(first.error()));
  return Download{.content_type = "audio/wav",
                  .file_name = request.Id() + ".wav",
                  .size = first->size_bytes(),
                  .read = [&context, read](std::uint64_t offset) mutable -> Result<std::string> {
                    read.set_offset(offset);
                    read.set_length(0);
                    auto piece = Call(context, kReadPrompt, read);
                    if (!piece) return Fail(std::move(piece.error()));
                    return std::move(*piece->mutable_chunk());
                  }};
}

}  // namespace

std::span<const Route> PromptRoutes() {
  using enum Method;
  using auth::Role;
  static const std::array<Route, 4> kRoutes{{
      {{kGet, "/api/v1/prompts", Role::kViewer, "Prompts by name."},
       {.handle = ListPrompts, .query = PageQuery(), .answer = kList<PromptTable>}},
      {{kPost, "/api/v1/prompts", Role::kSupervisor,
        "Adds or replaces a prompt from a WAV file (form field file, or the body itself)."},
       {.upload = Upload,
        .query = kNameQuery,
        .success = 201,
        .upload_type = "audio/wav",
        .form = kNameForm,
        .answer = kOne<PromptTable>}},
      {{kDelete, "/api/v1/prompts/:id", Role::kSupervisor,
        "Removes an uploaded prompt; what it stood in front of is heard again."},
       {.handle = DeletePrompt, .answer = kOne<GoneTable>}},
      {{kGet, "/api/v1/prompts/:id/audio", Role::kViewer, "The prompt as it is heard, as WAV."},
       {.download = PromptAudio}},
  }};
  return kRoutes;
}

}  // namespace callfleet::supervisor::rest
