#include "tests/phones/control/control_server.h"

#include <httplib.h>

#include <fstream>
#include <stdexcept>

namespace callfleet::phones {
namespace {

using nlohmann::json;
constexpr size_t kMaxBody = 16 * 1024 * 1024;

void Reply(httplib::Response& response, int status, const json& body) {
  response.status = status;
  response.set_content(body.dump() + "\n", "application/json");
}

void WithBody(const httplib::Request& request, httplib::Response& response,
              const httplib::ContentReader& read, const std::function<json(const json&)>& act) {
  std::string text;
  bool fits = true;
  // Without a length this library would wait for a body that never comes.
  if (request.has_header("Content-Length") || request.has_header("Transfer-Encoding"))
    read([&](const char* data, size_t n) {
      fits = text.size() + n <= kMaxBody;
      if (fits) text.append(data, n);
      return fits;
    });
  if (!fits) return Reply(response, 413, {{"error", "the body is above 16 MiB"}});
  try {
    Reply(response, 200, act(text.empty() ? json::object() : json::parse(text)));
  } catch (const std::exception& error) {
    Reply(response, 400, {{"error", error.what()}});
  }
}

}  // namespace

ControlServer::ControlServer(World& world, int port)
    : world_(world), server_(std::make_unique<httplib::Server>()) {
  server_->new_task_queue = [] { return new httplib::ThreadPool(4); };
  server_->set_tcp_nodelay(true);
  server_->set_keep_alive_max_count(1);  // A kept connection would occupy one of four threads.
  // The library's default lets a second process bind the same port silently.
  server_->set_socket_options([](socket_t) {});
  AddRoutes();
  if (port == 0)
    port_ = server_->bind_to_any_port("127.0.0.1");
  else if (server_->bind_to_port("127.0.0.1", port))
    port_ = port;
  if (port_ <= 0) throw std::runtime_error("control: cannot bind port " + std::to_string(port));
  thread_ = std::thread([this] { server_->listen_after_bind(); });
}

ControlServer::~ControlServer() {
  while (!server_->is_running()) std::this_thread::yield();
  server_->stop();
  thread_.join();
}

void ControlServer::AddRoutes() {
  server_->Get("/report", [this](const httplib::Request& request, httplib::Response& response) {
    const bool calls = request.get_param_value("calls") != "0";
    Reply(response, 200, world_.Report({.calls = calls}));
  });
  server_->Post("/report", [this](const httplib::Request& request, httplib::Response& response,
                                  const httplib::ContentReader& read) {
    WithBody(request, response, read, [this](const json& body) {
      const std::string file = body.at("file").get<std::string>();
      std::ofstream out(file);
      out << world_.Report({.calls = body.value("calls", true)}).dump(1) << "\n";
      if (!out) throw std::runtime_error("cannot write " + file);
      return json{{"file", file}};
    });
  });
  for (const char* verb :
       {"carrier/profile", "carrier/options", "carrier/hangup", "carrier/call", "callers",
        "callers/stop", "phones", "phones/register", "phones/defaults", "phone"})
    AddCommand(std::string("/") + verb, verb);
}

void ControlServer::AddCommand(const std::string& path, const std::string& verb) {
  server_->Post(path.c_str(),
                [this, verb](const httplib::Request& request, httplib::Response& response,
                             const httplib::ContentReader& read) {
                  WithBody(request, response, read,
                           [this, &verb](const json& body) { return world_.Command(verb, body); });
                });
}

}  // namespace callfleet::phones
