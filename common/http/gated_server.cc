#include "common/http/gated_server.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>

#include "common/http/socket_stream.h"

namespace callfleet::http {
namespace {

constexpr std::chrono::seconds kLongestGoodbye{2};

Refusal ToRefusal(Fault fault) {
  switch (fault) {
    case Fault::kBadLength:
      return {400, "BAD_CONTENT_LENGTH", "Content-Length must be a number of bytes, told once."};
    case Fault::kHeadTooLarge:
      return {431, "HEAD_TOO_LARGE",
              "The request's head is larger than 32 KiB, or a line of it than 8 KiB."};
    case Fault::kTooSlow:
      return {408, "TOO_SLOW", "The request was not sent in time: 5 s for its head, 10 s in all."};
  }
  return {400, "BAD_REQUEST", "The request is not HTTP as it should be."};
}

const char* Phrase(int status) {
  switch (status) {
    case 408:
      return "Request Timeout";
    case 431:
      return "Request Header Fields Too Large";
    case 503:
      return "Service Unavailable";
    default:
      return "Bad Request";
  }
}

// A close with unread bytes resets the connection and may take the answer along.
void SayGoodbye(int socket) {
  ::shutdown(socket, SHUT_WR);
  const auto until = std::chrono::steady_clock::now() + kLongestGoodbye;
  std::array<char, 16'384> ignored{};
  while (std::chrono::steady_clock::now() < until) {
    pollfd wanted{.fd = socket, .events = POLLIN, .revents = 0};
    if (::poll(&wanted, 1, 500) <= 0) break;
    if (::recv(socket, ignored.data(), ignored.size(), MSG_DONTWAIT) <= 0) break;
  }
  ::close(socket);
}

}  // namespace

class GatedServer::Workers {
 public:
  Workers(GatedServer* server, const WorkerOptions& options)
      : server_(server),
        options_(options),
        requests_(options.threads),
        bodies_(options.body_threads),
        gate_(options.gate,
              {.arrived = [this](Arrived arrived) { Take(std::move(arrived)); },
               .refused = [this](int socket,
                                 Fault fault) { server_->Refuse(socket, ToRefusal(fault)); }}) {}

  void Add(int socket, std::string before = {}) {
    if (closing_) {
      ::close(socket);
    } else {
      gate_.Add(socket, std::move(before));
    }
  }
  void Close() {
    if (closing_.exchange(true)) return;
    requests_.shutdown();
    bodies_.shutdown();
  }
  bool closing() const { return closing_; }
  std::size_t waiting() const { return gate_.waiting(); }

 private:
  void Take(Arrived arrived) {
    const bool whole = arrived.whole;
    auto& count = whole ? waiting_requests_ : waiting_bodies_;
    const auto limit = whole ? options_.waiting : options_.waiting_bodies;
    if (closing_ || count >= limit) {
      server_->Refuse(
          arrived.socket,
          whole ? Refusal{503, "TOO_MANY_REQUESTS_WAIT", "As many requests as there may be wait."}
                : Refusal{503, "TOO_MANY_BODIES", "As many uploads as there may be wait."});
      ::close(arrived.socket);
      return;
    }
    ++count;
    auto work = [this, &count, taken = std::make_shared<Arrived>(std::move(arrived))] {
      --count;
      server_->Serve(std::move(*taken));
    };
    (whole ? requests_ : bodies_).enqueue(std::move(work));
  }

  GatedServer* server_;
  WorkerOptions options_;
  std::atomic<bool> closing_{false};
  std::atomic<std::size_t> waiting_requests_{0};
  std::atomic<std::size_t> waiting_bodies_{0};
  httplib::ThreadPool requests_;
  httplib::ThreadPool bodies_;
  ConnectionGate gate_;  // Last: its thread uses all above.
};

GatedServer::GatedServer(Body body, std::string content_type)
    : body_(std::move(body)), content_type_(std::move(content_type)) {}
GatedServer::~GatedServer() { CloseGate(); }

void GatedServer::Open(const WorkerOptions& options) {
  workers_ = std::make_unique<Workers>(this, options);
}

void GatedServer::CloseGate() {
  if (workers_) workers_->Close();
}

std::size_t GatedServer::waiting() const { return workers_ ? workers_->waiting() : 0; }

bool GatedServer::process_and_close_socket(socket_t socket) {
  workers_->Add(socket);
  return true;
}

// httplib 0.11 asks the stream for its addresses, 0.18 wants to be told them.
template <class Self>
bool GatedServer::Process(Self* self, SocketStream* stream, bool last, bool* connection_closed) {
  // Who serves ranges reads the header: httplib 0.11 answers one beyond the end with 206 and a
  // length without end, cuts answers that are no file, and copies the body for each of many ranges.
  const auto no_ranges = [](httplib::Request& request) { request.ranges.clear(); };
  if constexpr (requires { self->process_request(*stream, last, *connection_closed, no_ranges); }) {
    return self->process_request(*stream, last, *connection_closed, no_ranges);
  } else {
    std::string remote;
    std::string local;
    int remote_port = 0;
    int local_port = 0;
    stream->get_remote_ip_and_port(remote, remote_port);
    stream->get_local_ip_and_port(local, local_port);
    return self->process_request(*stream, remote, remote_port, local, local_port, last,
                                 *connection_closed, no_ranges);
  }
}

void GatedServer::Serve(Arrived arrived) {
  SocketStream stream(arrived.socket, std::move(arrived.bytes));
  bool connection_closed = false;
  const bool last = workers_->closing() || !arrived.whole;
  const bool served = Process(this, &stream, last, &connection_closed);
  const bool read_whole = stream.bytes_read() == arrived.head.bytes + arrived.head.content_length;
  if (served && !connection_closed && !last && read_whole) {
    workers_->Add(arrived.socket, std::move(stream).Left());
  } else {
    SayGoodbye(arrived.socket);
  }
}

void GatedServer::Refuse(int socket, const Refusal& refusal) const {
  const std::string body = body_(refusal);
  std::string text = "HTTP/1.1 " + std::to_string(refusal.status) + " " + Phrase(refusal.status) +
                     "\r\nConnection: close\r\nContent-Type: " + content_type_ +
                     "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
  if (refusal.status == 503) text += "Retry-After: 1\r\n";
  text += "\r\n" + body;
  // What does not fit into the socket's buffer at once is not worth waiting for.
  [[maybe_unused]] const auto sent =
      ::send(socket, text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  ::shutdown(socket, SHUT_WR);
  std::array<char, 4'096> ignored{};
  while (::recv(socket, ignored.data(), ignored.size(), MSG_DONTWAIT) > 0) {
  }
}

}  // namespace callfleet::http
