#pragma once
// httplib's server with its connections behind a gate: requests that are there are served by one
// set of workers, bodies that a worker must read by another, and half-sent requests by none.
#include <httplib.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "common/http/connection_gate.h"
#include "common/http/worker_options.h"

namespace callfleet::http {

class SocketStream;

struct Refusal {
  int status;
  std::string_view reason;  // "BAD_CONTENT_LENGTH", …
  std::string_view message;
};

class GatedServer final : public httplib::Server {
 public:
  // The body of an answer that no route gives. JSON or plain text.
  using Body = std::function<std::string(const Refusal&)>;
  explicit GatedServer(Body body, std::string content_type = "text/plain");
  ~GatedServer() override;

  void Open(const WorkerOptions& options);  // Before it listens.
  void CloseGate();  // After it has stopped to listen: serves what was taken, closes the rest.
  std::size_t waiting() const;  // Connections without a whole request.

 private:
  class Workers;

  bool process_and_close_socket(socket_t socket) override;
  void Serve(Arrived arrived);
  template <class Self>
  static bool Process(Self* self, SocketStream* stream, bool last, bool* connection_closed);
  void Refuse(int socket, const Refusal& refusal) const;

  Body body_;
  std::string content_type_;
  std::unique_ptr<Workers> workers_;
};

}  // namespace callfleet::http
