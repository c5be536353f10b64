#include "services/supervisor/rest/rest_server.h"

#include <chrono>
#include <set>

#include "common/auth/listen_address.h"
#include "common/http/gated_server.h"
#include "common/http/listener.h"
#include "services/supervisor/rest/exchange.h"
#include "services/supervisor/rest/http_error.h"
#include "services/supervisor/rest/openapi.h"
#include "services/supervisor/rest/same_site.h"

namespace callfleet::supervisor::rest {
namespace {

constexpr std::size_t kBodyThreads = 32;
constexpr std::size_t kWaitingBodies = 64;
constexpr std::string_view kOpenApiPath = "/api/v1/openapi.json";

Error UnknownPath() {
  return {.code = ErrorCode::kNotFound,
          .reason = "PATH_NOT_FOUND",
          .message = "There is nothing at this path; /api/v1/openapi.json lists what there is."};
}

Error WrongMethod(const std::string& allowed) {
  Error error{.code = ErrorCode::kUnimplemented,
              .reason = "METHOD_NOT_ALLOWED",
              .message = "This path is served with other methods: " + allowed + "."};
  error.metadata["allow"] = allowed;
  return error;
}

Status CheckSiteOf(const httplib::Request& request, bool open) {
  const std::string host = request.get_header_value("Host");
  const std::string origin = request.get_header_value("Origin");
  const std::string fetch_site = request.get_header_value("Sec-Fetch-Site");
  return CheckSite(
      {.method = request.method, .host = host, .origin = origin, .fetch_site = fetch_site}, open);
}

trace::Context TraceOf(const httplib::Request& request) {
  const auto given = trace::Parse(request.get_header_value("traceparent"));
  return given ? *given : trace::Begin();
}

std::string CallIn(const Route& route,
                   const std::map<std::string, std::string, std::less<>>& path) {
  const bool of_a_call = std::string_view(route.path).starts_with("/api/v1/calls/:id");
  const auto found = path.find(of_a_call ? "id" : "callId");
  return found == path.end() ? std::string() : found->second;
}

// What httplib itself refuses.
Error NotHttp(int status) {
  Error error{.code = ErrorCode::kInvalidArgument,
              .reason = "BAD_REQUEST",
              .message = "The request is not HTTP as it should be."};
  if (status == 414) {
    error.reason = "URI_TOO_LONG";
    error.message = "Path and query may have 8 KiB.";
  } else if (status == 416) {
    error.reason = "RANGE_NOT_SATISFIABLE";
    error.message = "The header Range is none.";
    error.fields = {{"Range", "is no range"}};
  }
  return error;
}

// What the server says before there is a route.
std::string RefusalBody(const http::Refusal& refusal) {
  Error error{.code = refusal.status == 503 ? ErrorCode::kUnavailable : ErrorCode::kInvalidArgument,
              .reason = std::string(refusal.reason),
              .message = std::string(refusal.message)};
  if (error.reason == "BAD_CONTENT_LENGTH") {
    error.fields = {{"Content-Length", error.message}};
  }
  return ErrorBody(error).dump();
}

}  // namespace

class RestServer::Impl {
 public:
  Impl(RestOptions options, Context context, const auth::Tokens& tokens,
       std::function<void(const Served&)> on_served)
      : options_(std::move(options)),
        context_(context),
        tokens_(tokens),
        on_served_(std::move(on_served)),
        streams_(context, options_.max_event_streams),
        openapi_(OpenApi(table_).dump()) {
    context_.keys = &keys_;
    const auto plain = [this](const httplib::Request& request, httplib::Response& response) {
      Handle(request, nullptr, &response);
    };
    // The form with a reader: httplib would wait for a body that `curl -X POST url` never sends.
    const auto reading = [this](const httplib::Request& request, httplib::Response& response,
                                const httplib::ContentReader& reader) {
      Handle(request, &reader, &response);
    };
    server_.Get(".*", plain);
    server_.Options(".*", plain);
    server_.Post(".*", reading);
    server_.Put(".*", reading);
    server_.Patch(".*", reading);
    server_.Delete(".*", reading);
    // httplib has no handlers for other methods and would call them bad requests.
    server_.set_pre_routing_handler(
        [this](const httplib::Request& request, httplib::Response& response) {
          static const std::set<std::string, std::less<>> kServed{"GET", "HEAD",  "OPTIONS", "POST",
                                                                  "PUT", "PATCH", "DELETE"};
          if (kServed.contains(request.method)) return httplib::Server::HandlerResponse::Unhandled;
          Handle(request, nullptr, &response);
          return httplib::Server::HandlerResponse::Handled;
        });
    server_.set_error_handler([](const httplib::Request& /*request*/, httplib::Response& response) {
      if (!response.body.empty()) return;  // Ours; the others are httplib's own refusals.
      const int status = response.status;
      AnswerError(NotHttp(status), &response);
      response.status = status;
    });
    server_.set_exception_handler([](const httplib::Request& /*request*/,
                                     httplib::Response& response,
                                     const std::exception_ptr& /*failure*/) {
      AnswerError({.code = ErrorCode::kInternal,
                   .reason = "INTERNAL",
                   .message = "The supervisor failed at this request."},
                  &response);
    });
  }

  Status Start() {
    if (auto allowed = auth::CheckListen(options_.listen, tokens_); !allowed) return allowed;
    return listener_.Start({.listen = options_.listen,
                            .workers = {.threads = static_cast<std::size_t>(options_.threads),
                                        .body_threads = kBodyThreads,
                                        .waiting_bodies = kWaitingBodies}});
  }
  void Stop() {
    streams_.CloseAll();
    listener_.Stop();
  }
  int port() const { return listener_.port(); }
  std::size_t event_streams() const { return streams_.size(); }

 private:
  void Handle(const httplib::Request& request, const httplib::ContentReader* reader,
              httplib::Response* response) {
    const auto began = std::chrono::steady_clock::now();
    // What is asked of other services on the way is part of it.
    const trace::Context context = TraceOf(request);
    const trace::Scope scope(context);
    std::string call_id;
    const Route* route = Dispatch(request, reader, response, &call_id);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    on_served_({.method = request.method,
                .path = route == nullptr ? std::string_view() : route->path,
                .status = response->status,
                .seconds = took.count(),
                .call_id = call_id,
                .trace = context});
  }

  // Answers; returns the route that was found, and the call that the path names.
  const Route* Dispatch(const httplib::Request& request, const httplib::ContentReader* reader,
                        httplib::Response* response, std::string* call_id) {
    if (auto allowed = CheckSiteOf(request, !tokens_.required()); !allowed) {
      if (reader != nullptr) Drain(request, *reader);
      AnswerError(allowed.error(), response);
      return nullptr;
    }
    const bool get = request.method == "GET" || request.method == "HEAD";
    if (get && request.path == kOpenApiPath) {
      if (Refuse(request, auth::Role::kViewer, nullptr, response)) return nullptr;
      response->status = 200;
      response->set_content(openapi_, "application/json");
      return nullptr;
    }
    auto match = table_.Find(request.method, request.path);
    if (match.route == nullptr) {
      if (reader != nullptr) Drain(request, *reader);
      if (request.path == kOpenApiPath) match.allowed = "GET";
      if (!match.allowed.empty()) response->set_header("Allow", match.allowed);
      AnswerError(match.allowed.empty() ? UnknownPath() : WrongMethod(match.allowed), response);
      return nullptr;
    }
    *call_id = CallIn(*match.route, match.path);
    auth::Caller caller;
    if (Refuse(request, match.route->role, &caller, response)) {
      if (reader != nullptr) Drain(request, *reader);
      return match.route;
    }
    Exchange(&context_, match.route, request, reader, response)
        .Run(std::move(match.path), std::move(caller), &streams_, &uploads_, options_.max_uploads);
    return match.route;
  }

  // True where the caller may not: it is answered then.
  bool Refuse(const httplib::Request& request, auth::Role role, auth::Caller* caller,
              httplib::Response* response) const {
    std::string header = request.get_header_value("Authorization");
    auto checked = tokens_.Check(
        header.empty() ? std::nullopt : std::optional<std::string_view>(header), role);
    if (!checked) {
      AnswerError(checked.error(), response);
      return true;
    }
    if (caller != nullptr) *caller = std::move(*checked);
    return false;
  }

  RestOptions options_;
  UsedRequests keys_{"Idempotency-Key"};
  Context context_;
  const auth::Tokens& tokens_;
  std::function<void(const Served&)> on_served_;
  RouteTable table_;
  EventStreams streams_;
  std::string openapi_;
  std::atomic<std::size_t> uploads_{0};
  http::GatedServer server_{RefusalBody, "application/json"};
  http::Listener listener_{&server_};
};

RestServer::RestServer(RestOptions options, Context context, const auth::Tokens& tokens,
                       std::function<void(const Served&)> on_served)
    : impl_(std::make_unique<Impl>(std::move(options), context, tokens, std::move(on_served))) {}
RestServer::~RestServer() { Stop(); }
Status RestServer::Start() { return impl_->Start(); }
int RestServer::port() const { return impl_->port(); }
std::size_t RestServer::event_streams() const { return impl_->event_streams(); }
void RestServer::Stop() { impl_->Stop(); }

}  // namespace callfleet::supervisor::rest
