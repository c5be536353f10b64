#pragma once
// REST and server-sent events over HTTP/1.1. All routes come from the table.
#include <functional>
#include <memory>
#include <string>

#include "common/auth/tokens.h"
#include "common/trace/context.h"
#include "services/supervisor/rest/route_table.h"

namespace callfleet::supervisor::rest {

struct RestOptions {
  std::string listen = "127.0.0.1:3000";
  int threads = 256;  // Requests, uploads and event streams served at once; more wait.
  std::size_t max_event_streams = 200;
  std::size_t max_uploads = 16;
};

// What was served, for metrics and logs. Any thread.
struct Served {
  std::string_view method;
  std::string_view path;  // Of the route, never of the client: "/api/v1/agents/:id"; "" unknown.
  int status;
  double seconds;
  std::string_view call_id;     // That the path names; "" none.
  const trace::Context& trace;  // Of the header `traceparent`, or a new one.
};

class RestServer {
 public:
  RestServer(RestOptions options, Context context, const auth::Tokens& tokens,
             std::function<void(const Served&)> on_served);
  ~RestServer();  // Stops.

  // UNAVAILABLE LISTEN_FAILED; FAILED_PRECONDITION TOKENS_REQUIRED beyond loopback without tokens.
  Status Start();
  int port() const;
  std::size_t event_streams() const;
  void Stop();  // Event streams end at once, requests after their answer.

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace callfleet::supervisor::rest
