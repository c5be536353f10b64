#include "common/http/listener.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <charconv>
#include <utility>

#include "common/http/gated_server.h"

namespace callfleet::http {
namespace {

struct Address {
  std::string host;
  int port = 0;
};

Result<Address> Parse(const std::string& listen) {
  const auto colon = listen.rfind(':');
  Address address;
  if (colon == std::string::npos || colon == 0) return InvalidField("listen", "must be host:port");
  address.host = listen.substr(0, colon);
  if (address.host.front() == '[' && address.host.back() == ']') {
    address.host = address.host.substr(1, address.host.size() - 2);
  }
  const char* end = listen.data() + listen.size();
  const auto parsed = std::from_chars(listen.data() + colon + 1, end, address.port);
  if (parsed.ec != std::errc{} || parsed.ptr != end || address.port < 0 || address.port > 65535) {
    return InvalidField("listen", "the port must be 0 to 65535");
  }
  return address;
}

// Accepted connections go straight to the gate.
class AtOnce final : public httplib::TaskQueue {
 public:
  // bool says that it was taken, from httplib 0.13 on; before, nothing is said.
  using Taken = decltype(std::declval<httplib::TaskQueue&>().enqueue({}));
  Taken enqueue(std::function<void()> task) override {
    task();
    return static_cast<Taken>(true);
  }
  void shutdown() override {}
};

}  // namespace

Listener::~Listener() { Stop(); }

Status Listener::Start(const ListenOptions& options) {
  const auto address = Parse(options.listen);
  if (!address) return Fail(address.error());
  server_->set_tcp_nodelay(true);
  server_->Open(options.workers);
  // httplib would set SO_REUSEPORT: a second process on the port must fail instead.
  auto listening = std::make_shared<socket_t>(-1);
  server_->set_socket_options([listening](socket_t socket) {
    const int yes = 1;
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
    *listening = socket;
  });
  server_->new_task_queue = [] { return new AtOnce; };
  if (address->port == 0) {
    port_ = server_->bind_to_any_port(address->host);
  } else {
    port_ = server_->bind_to_port(address->host, address->port) ? address->port : -1;
  }
  if (port_ <= 0) {
    port_ = 0;
    return Unavailable("LISTEN_FAILED", "Cannot listen on " + options.listen + ".");
  }
  // httplib's backlog of 5 makes a burst of clients wait for the retransmission of their SYN.
  ::listen(*listening, SOMAXCONN);
  thread_ = std::thread([this] { server_->listen_after_bind(); });
  // stop() before the loop runs would be lost.
  while (!server_->is_running()) std::this_thread::yield();
  return {};
}

void Listener::Stop() {
  if (!thread_.joinable()) return;
  server_->stop();
  thread_.join();
  server_->CloseGate();
}

}  // namespace callfleet::http
