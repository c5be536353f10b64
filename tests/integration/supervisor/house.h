#pragma once
// A whole supervisor process's inside on a real PostgreSQL, above fake services, asked over HTTP.
#include <gtest/gtest.h>
#include <httplib.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "services/supervisor/app/app.h"
#include "tests/integration/supervisor/fake_dialer.h"
#include "tests/integration/supervisor/fake_services.h"

namespace callfleet::supervisor::test {

using Json = nlohmann::json;

class House : public ::testing::Test {
 protected:
  void SetUp() override { StartBackends(); }
  void TearDown() override;

  void StartBackends();
  void StopBackends();
  // Before StartSupervisor: one more edge, beside that of the backends.
  void StartSecondEdge();
  void StopSecondEdge();
  void StartSupervisor(const std::string& tokens = "", bool wait_in_step = true);

  struct Answer {
    int status = 0;
    Json body{};
    httplib::Headers headers{};
    std::string text{};  // The body as it came.
    const Json& data() const& { return body.at("data"); }
    Json data() && { return std::move(body.at("data")); }  // Outlives the answer it is part of.
    std::string reason() const { return body.at("error").at("reason").get<std::string>(); }
    std::string field() const { return body.at("error").value("field", ""); }
  };
  Answer Ask(const std::string& method, const std::string& path, const std::string& body = "",
             const httplib::Headers& headers = {}) const;
  Answer Get(const std::string& path) const { return Ask("GET", path); }
  Answer Post(const std::string& path, const Json& body = nullptr) const {
    return Ask("POST", path, body.is_null() ? "" : body.dump());
  }
  // Runs the real curl with these arguments; {url} is the base. Output of `curl -s -w
  // '%{http_code}'`.
  Answer Curl(const std::string& arguments) const;
  std::string url() const { return "http://127.0.0.1:" + std::to_string(app->rest_port()); }
  // Sends the bytes and nothing more; the caller closes.
  int SendRaw(const std::string& bytes) const;
  // Polls until it holds, at most 10 s.
  static bool Eventually(const std::function<bool()>& holds);

  std::unique_ptr<FakeEdge> edge;
  std::unique_ptr<FakeEdge> second_edge;
  std::unique_ptr<FakeRegistry> registry;
  std::unique_ptr<FakeDialer> dialer;
  std::unique_ptr<FakeQueue> queue;
  std::unique_ptr<grpc::Server> backends;
  int backend_port = 0;
  std::unique_ptr<grpc::Server> second_server;
  int second_port = 0;
  bool queue_follows = true;  // The queue service tells its changes.
  std::string token_file;
  std::unique_ptr<App> app;
};

}  // namespace callfleet::supervisor::test
