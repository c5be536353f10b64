#include "services/supervisor/rest/exchange.h"

#include <httplib.h>

#include <algorithm>
#include <functional>
#include <initializer_list>

#include "services/supervisor/domain/readiness.h"
#include "services/supervisor/rest/body_check.h"
#include "services/supervisor/rest/http_error.h"

namespace callfleet::supervisor::rest {
namespace {

constexpr std::size_t kMaxKeyLength = 64;

Result<std::string> RequestId(const httplib::Request& request, IdSource* ids) {
  if (!request.has_header("Idempotency-Key")) return ids->Next();
  std::string key = request.get_header_value("Idempotency-Key");
  // It is kept with the command and passed on as text; header fields are US-ASCII (RFC 9110 5.5).
  const auto printable = [](unsigned char c) { return c >= 0x20 && c < 0x7F; };
  if (!key.empty() && key.size() <= kMaxKeyLength && std::ranges::all_of(key, printable)) {
    return key;
  }
  return InvalidField("Idempotency-Key", "must have 1 to 64 printable characters of ASCII");
}

// A string or an integer of an object; "": there is none.
std::string Word(const Json& object, std::string_view name) {
  const auto found = object.find(name);
  if (found == object.end()) return {};
  if (found->is_number_integer()) return found->dump();
  return found->is_string() ? found->get<std::string>() : std::string();
}

// What a creation is about: what it made, else what it was to make.
std::string NameOfMade(std::initializer_list<std::reference_wrapper<const Json>> tellers) {
  for (const Json& teller : tellers) {
    for (const char* name : {"id", "name", "number"}) {
      if (auto word = Word(teller, name); !word.empty()) return word;
    }
  }
  return {};
}

}  // namespace

void AnswerJson(int status, const Json& body, httplib::Response* response) {
  response->status = status;
  response->set_content(body.dump(-1, ' ', false, Json::error_handler_t::replace),
                        "application/json");
}

void AnswerError(const Error& error, httplib::Response* response) {
  const int status = HttpCode(error);
  if (status == 503 || error.retry_after) {
    response->set_header("Retry-After", std::to_string(RetryAfterSeconds(error)));
  }
  if (status == 401) response->set_header("WWW-Authenticate", "Bearer");
  AnswerJson(status, ErrorBody(error), response);
}

void Exchange::Run(std::map<std::string, std::string, std::less<>> path, auth::Caller caller,
                   EventStreams* streams, std::atomic<std::size_t>* uploads,
                   std::size_t max_uploads) {
  Request in{.path = std::move(path), .caller = std::move(caller)};
  if (auto read = ReadInput(&in); !read) {
    AnswerError(read.error(), response_);
    return;
  }
  if (auto fresh = CheckKey(in); !fresh) {
    if (route_->upload != nullptr) Drain(request_, *reader_);
    AnswerError(fresh.error(), response_);
    return;
  }
  if (route_->events != nullptr) {
    response_->status = 200;
    auto opened = OpenEvents(in, streams);
    if (!opened) AnswerError(opened.error(), response_);
    return;
  }
  if (route_->download != nullptr) {
    auto opened = OpenDownload(in);
    if (!opened) AnswerError(opened.error(), response_);
    return;
  }
  auto reply = Serve(&in, uploads, max_uploads);
  if (!reply) {
    AnswerError(reply.error(), response_);
    return;
  }
  Json envelope{{"success", true}, {"data", std::move(reply->data)}};
  envelope.update(reply->beside);
  if (!ignored_.empty()) envelope["ignored"] = ignored_;
  AnswerJson(route_->success, envelope, response_);
}

// An upload is told by its path alone: its body is not read as a whole.
Status Exchange::CheckKey(const Request& in) {
  if (route_->method == Method::kGet || !request_.has_header("Idempotency-Key")) return {};
  const Json what{request_.method, request_.path, in.query, in.body, in.caller.name};
  return context_->keys->Use(in.request_id,
                             what.dump(-1, ' ', false, Json::error_handler_t::replace));
}

// What people said to each other leaves the house: who took it is noted first.
Status Exchange::OpenDownload(const Request& in) {
  const bool noted = route_->role >= auth::Role::kSupervisor;
  if (noted) {
    if (auto ready = context_->audit->Ready(); !ready) return ready;
  }
  auto file = route_->download(*context_, in);
  auto range = file ? RangeOf(*file) : Result<std::optional<ByteRange>>(Fail(file.error()));
  if (noted) Audit(in, range ? "OK" : range.error().reason, Json::object());
  if (!range) return Fail(std::move(range.error()));
  response_->set_header("Accept-Ranges", "bytes");
  response_->set_header("Content-Disposition", "attachment; filename=\"" + file->file_name + "\"");
  response_->status = *range ? 206 : 200;
  if (*range) {
    const std::string last = std::to_string((*range)->first + (*range)->size - 1);
    response_->set_header("Content-Range", "bytes " + std::to_string((*range)->first) + "-" + last +
                                               "/" + std::to_string(file->size));
  }
  const ByteRange part = range->value_or(ByteRange{.first = 0, .size = file->size});
  response_->set_content_provider(
      part.size, file->content_type.c_str(),
      [read = std::move(file->read), first = part.first](std::size_t offset, std::size_t length,
                                                         httplib::DataSink& sink) {
        const auto piece = read(first + offset);
        if (!piece || piece->empty()) return false;
        return sink.write(piece->data(), std::min(piece->size(), length));
      });
  return {};
}

// RFC 9110 13.1.5, 14.2: a range is for GET alone, and we have no validator that If-Range may name.
Result<std::optional<ByteRange>> Exchange::RangeOf(const Download& file) {
  if (request_.method != "GET" || request_.has_header("If-Range")) return std::nullopt;
  auto range = ReadRange(request_.get_header_value("Range"), file.size);
  if (!range) response_->set_header("Content-Range", "bytes */" + std::to_string(file.size));
  return range;
}

Status Exchange::OpenEvents(const Request& in, EventStreams* streams) {
  auto topic = route_->events(*context_, in);
  if (!topic) return Fail(std::move(topic.error()));
  const auto ready = Ask<bool>(*context_->view, [kind = topic->kind](const World& world) {
    const auto in_step = RequireInStep(world, Needs(kind));
    return in_step ? Result<bool>(true) : Result<bool>(Fail(in_step.error()));
  });
  if (!ready) return Fail(ready.error());
  return streams->Open(*topic, response_);
}

// What comes before the body.
Status Exchange::ReadHead(Request* in) {
  if (auto path = CheckPath(in->path); !path) return path;
  auto id = RequestId(request_, context_->ids);
  if (!id) return Fail(std::move(id.error()));
  auto query = CheckQuery(route_->query, request_.params);
  if (!query) return Fail(std::move(query.error()));
  in->request_id = std::move(*id);
  in->query = std::move(*query);
  return {};
}

// A body is read even where none is wanted: a client that sends one gets its answer.
Status Exchange::ReadInput(Request* in) {
  auto head = ReadHead(in);
  if (route_->upload != nullptr) {
    if (!head) Drain(request_, *reader_);
    return head;
  }
  Result<std::string> body = std::string();
  if (reader_ != nullptr) body = ReadWhole(request_, *reader_, kMaxJsonBytes);
  if (!head) return head;
  if (!body) return Fail(std::move(body.error()));
  if (route_->body.empty()) return {};
  auto json = ParseBody(body->empty() ? "{}" : *body);
  if (!json) return Fail(std::move(json.error()));
  in->body = std::move(*json);
  // PUT says all, so what is null in it is as absent; PATCH says what changes.
  const Nulls nulls = route_->method == Method::kPatch ? Nulls::kClear : Nulls::kAbsent;
  return CheckBody(route_->body, &in->body, &ignored_, nulls);
}

Result<Reply> Exchange::Serve(Request* in, std::atomic<std::size_t>* uploads,
                              std::size_t max_uploads) {
  const bool command = route_->method != Method::kGet;
  if (command) {
    if (auto ready = context_->audit->Ready(); !ready) {
      if (route_->upload != nullptr) Drain(request_, *reader_);
      return Fail(std::move(ready.error()));
    }
  }
  auto reply = route_->upload != nullptr ? ServeUpload(*in, uploads, max_uploads)
                                         : route_->handle(*context_, *in);
  if (command) {
    Audit(*in, reply ? "OK" : reply.error().reason, reply ? reply->data : Json::object());
  }
  return reply;
}

Result<Reply> Exchange::ServeUpload(const Request& in, std::atomic<std::size_t>* uploads,
                                    std::size_t max_uploads) {
  HttpUpload file(request_, *reader_);
  if (uploads->fetch_add(1) >= max_uploads) {
    uploads->fetch_sub(1);
    Error error{.code = ErrorCode::kUnavailable,
                .reason = "TOO_MANY_UPLOADS",
                .message = "As many uploads as there may be are under way."};
    error.retry_after = std::chrono::seconds(5);
    return Fail(std::move(error));
  }
  auto reply = route_->upload(*context_, in, file);
  uploads->fetch_sub(1);
  return reply;
}

// All that the path names is kept: what it is about as the target, the rest beside the route.
void Exchange::Audit(const Request& in, const std::string& result, const Json& answer) {
  auto about = in.path.find("callId");  // What the path ends in, where it has two.
  if (about == in.path.end()) about = in.path.find("id");
  std::string what = std::string(Name(route_->method)) + " " + std::string(route_->path);
  const auto add = [&what](std::string_view name, const std::string& value) {
    if (!value.empty()) what.append(" ").append(name).append("=").append(value);
  };
  for (auto value = in.path.begin(); value != in.path.end(); ++value) {
    if (value != about) add(value->first, value->second);
  }
  add(route_->audit_field, Word(in.body, route_->audit_field));
  const std::string answered = Word(answer, route_->audit_answer);
  add(route_->audit_answer, answered.empty() ? Word(in.body, route_->audit_answer) : answered);
  context_->audit->Write(
      {.entry_id = context_->ids->Next(),
       .at = context_->clock->Now().wall,
       .who = in.caller.name.empty() ? auth::Name(in.caller.role) : in.caller.name,
       .role = auth::Name(in.caller.role),
       .what = std::move(what),
       .target = about == in.path.end() ? NameOfMade({answer, in.body, in.query}) : about->second,
       .request_id = in.request_id,
       .result = result});
}

}  // namespace callfleet::supervisor::rest
