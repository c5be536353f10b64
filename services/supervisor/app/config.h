#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "common/config/schema.h"

namespace callfleet::supervisor {

// Every key with its default; `callfleet-supervisor --help` prints them.
struct Config {
  std::string rest_listen = "127.0.0.1:3000";
  std::string listen = "127.0.0.1:7105";
  std::string admin_listen = "127.0.0.1:9105";
  std::string database{};
  std::vector<std::string> sip_edges{"127.0.0.1:7101"};
  std::string agent_registry = "127.0.0.1:7102";
  std::string queue = "127.0.0.1:7103";
  std::string dialer = "127.0.0.1:7104";
  std::string sip_domain = "callfleet";
  std::string tokens_file{};
  std::string service_token{};
  std::string log_level = "info";
  std::int64_t max_ended_calls = 10'000;
  std::chrono::milliseconds ended_retention{3'600'000};
  std::int64_t history_days = 400;
  std::chrono::milliseconds stop_grace{500};
};

// Fills `config`, or returns the exit code of the process.
std::optional<int> LoadConfig(const config::Inputs& inputs, Config* config, std::ostream& out,
                              std::ostream& err);

}  // namespace callfleet::supervisor
