#include "tests/integration/supervisor/house.h"

#include <arpa/inet.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "tests/support/private_postgres.h"

namespace callfleet::supervisor::test {

void House::StartBackends() {
  edge = std::make_unique<FakeEdge>();
  registry = std::make_unique<FakeRegistry>();
  dialer = std::make_unique<FakeDialer>();
  queue = std::make_unique<FakeQueue>();
  queue->follows = queue_follows;
  grpc::EnableDefaultHealthCheckService(true);
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:" + std::to_string(backend_port),
                           grpc::InsecureServerCredentials(), &backend_port);
  for (grpc::Service* service :
       {static_cast<grpc::Service*>(edge.get()), static_cast<grpc::Service*>(registry.get()),
        static_cast<grpc::Service*>(dialer.get()), static_cast<grpc::Service*>(queue.get())}) {
    builder.RegisterService(service);
  }
  backends = builder.BuildAndStart();
  ASSERT_NE(backends, nullptr);
}

void House::StopBackends() {
  if (!backends) return;
  edge->Close();
  registry->Close();
  dialer->Close();
  queue->Close();
  backends->Shutdown(std::chrono::system_clock::now());
  backends.reset();
}

void House::StartSecondEdge() {
  second_edge = std::make_unique<FakeEdge>("edge-2");
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:" + std::to_string(second_port),
                           grpc::InsecureServerCredentials(), &second_port);
  builder.RegisterService(second_edge.get());
  second_server = builder.BuildAndStart();
  ASSERT_NE(second_server, nullptr);
}

void House::StopSecondEdge() {
  if (!second_server) return;
  second_edge->Close();
  second_server->Shutdown(std::chrono::system_clock::now());
  second_server.reset();
}

void House::StartSupervisor(const std::string& tokens, bool wait_in_step) {
  const std::string address = "127.0.0.1:" + std::to_string(backend_port);
  Config config;
  config.rest_listen = config.listen = config.admin_listen = "127.0.0.1:0";
  config.database = callfleet::test::PrivatePostgres::Shared().conninfo();
  config.sip_edges = {address};
  if (second_port != 0) config.sip_edges.push_back("127.0.0.1:" + std::to_string(second_port));
  config.agent_registry = config.queue = config.dialer = address;
  if (!tokens.empty()) {
    token_file = std::filesystem::temp_directory_path() /
                 ("supervisor-tokens-" + std::to_string(::getpid()));
    std::ofstream(token_file) << tokens;
    config.tokens_file = token_file;
  }
  const logging::Logger log("supervisor");
  log.SetLevel(logging::Level::kError);
  auto started = App::Start(config, log, [] { return true; });
  ASSERT_TRUE(started) << started.error().message;
  app = std::move(*started);
  if (wait_in_step) {
    ASSERT_TRUE(Eventually([&] { return app->UnreadyReasons().empty(); }));
  }
}

void House::TearDown() {
  if (app) app->Stop();
  app.reset();
  StopBackends();
  StopSecondEdge();
  if (!token_file.empty()) std::filesystem::remove(token_file);
}

House::Answer House::Ask(const std::string& method, const std::string& path,
                         const std::string& body, const httplib::Headers& headers) const {
  httplib::Client client("127.0.0.1", app->rest_port());
  client.set_read_timeout(10);
  httplib::Request request;
  request.method = method;
  request.path = path.starts_with("/api") ? path : "/api/v1" + path;
  request.headers = headers;
  request.body = body;
  const auto result = client.send(request);
  if (!result) return {};
  Answer answer{.status = result->status, .headers = result->headers, .text = result->body};
  answer.body = Json::parse(result->body, nullptr, false);
  return answer;
}

House::Answer House::Curl(const std::string& arguments) const {
  std::string command = "curl -s -m 8 -w '\\n%{http_code}' " + arguments;
  for (auto at = command.find("{url}"); at != std::string::npos; at = command.find("{url}")) {
    command.replace(at, 5, url() + "/api/v1");
  }
  std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen(command.c_str(), "r"), ::pclose);
  std::string out;
  std::array<char, 4096> buffer{};
  while (const auto got = std::fread(buffer.data(), 1, buffer.size(), pipe.get())) {
    out.append(buffer.data(), got);
  }
  const auto last = out.rfind('\n');
  Answer answer{.status = std::stoi(out.substr(last + 1))};
  answer.body = Json::parse(out.substr(0, last), nullptr, false);
  return answer;
}

int House::SendRaw(const std::string& bytes) const {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<std::uint16_t>(app->rest_port()));
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(::connect(socket, reinterpret_cast<const sockaddr*>(&to), sizeof(to)), 0);
  EXPECT_EQ(::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL),
            static_cast<ssize_t>(bytes.size()));
  return socket;
}

bool House::Eventually(const std::function<bool()>& holds) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!holds()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return true;
}

}  // namespace callfleet::supervisor::test
