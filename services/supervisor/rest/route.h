#pragma once
// One row of the route table: what is served, to whom, how it is checked and described.
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "common/auth/tokens.h"
#include "common/clock/clock.h"
#include "common/ids/id_source.h"
#include "common/result/result.h"
#include "common/steering/used_requests.h"
#include "services/supervisor/ports/alerts.h"
#include "services/supervisor/ports/audit_log.h"
#include "services/supervisor/ports/backend.h"
#include "services/supervisor/ports/call_desk.h"
#include "services/supervisor/ports/live_view.h"
#include "services/supervisor/ports/performances.h"
#include "services/supervisor/ports/reports.h"
#include "services/supervisor/ports/supervision.h"
#include "services/supervisor/rest/answer.h"
#include "services/supervisor/rest/field_spec.h"

namespace callfleet::supervisor::rest {

using Json = nlohmann::json;

enum class Method { kGet, kPost, kPut, kPatch, kDelete };
const char* Name(Method method);  // "GET", …

// What handlers work with; outlives the server.
struct Context {
  Backend* backend;
  LiveView* view;
  const Clock* clock;
  IdSource* ids;
  AuditLog* audit;
  Reports* reports;
  Alerts* alerts;
  Performances* performances;
  Watchable* repairs;
  Supervision* supervision;
  CallDesk* calls;
  UsedRequests* keys = nullptr;  // The server's own.
};

struct Request {
  std::map<std::string, std::string, std::less<>> path{};  // ":id" → value.
  Json query = Json::object();                             // Checked.
  Json body = Json::object();                              // Checked.
  std::string request_id{};
  auth::Caller caller{};

  const std::string& Id() const { return path.find("id")->second; }
};

struct Reply {
  Json data;
  Json beside = Json::object();  // Put beside "data" in the envelope: nextPageToken, stale.
};

// Bytes of an uploaded file as they come. `take` returns false to stop early.
class UploadBody {
 public:
  virtual ~UploadBody() = default;
  virtual const std::string& file_name() const = 0;  // "": the client told none.
  virtual Status ForEach(const std::function<bool(std::string_view)>& take) = 0;
  // A text field of the form, at most 256 bytes; known once ForEach is through. "": there is none.
  virtual std::string Field(std::string_view name) const = 0;
};

// A file that is answered piece by piece.
struct Download {
  std::string content_type;
  std::string file_name;
  std::uint64_t size = 0;
  // Bytes from `offset` on, at least one; an error breaks the answer off.
  std::function<Result<std::string>(std::uint64_t offset)> read;
};

using Handle = Result<Reply> (*)(Context&, const Request&);
using HandleUpload = Result<Reply> (*)(Context&, const Request&, UploadBody&);
using HandleDownload = Result<Download> (*)(Context&, const Request&);
using ChooseTopic = Result<Topic> (*)(Context&, const Request&);

struct RouteHead {
  Method method;
  std::string_view path;  // "/api/v1/agents/:id".
  auth::Role role;
  std::string_view summary;
};

// Exactly one of handle, upload, download and events is set.
struct RouteTail {
  Handle handle = nullptr;
  HandleUpload upload = nullptr;
  ChooseTopic events = nullptr;
  HandleDownload download = nullptr;
  Fields body{};
  Fields query{};
  int success = 200;
  std::string_view upload_type = "text/csv";  // Of a body that is no form.
  Fields form{};                              // Text fields of the form, beside its file.
  std::string_view audit_field{};             // Of the body: its value stands in the audit entry.
  std::string_view audit_answer{};            // The same of the answer, else of the body.
  Answer answer{};                            // Of watch routes: what "items" holds.
};

struct Route : RouteHead, RouteTail {};

}  // namespace callfleet::supervisor::rest
