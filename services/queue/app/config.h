#pragma once
#include <chrono>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "common/config/schema.h"
#include "common/pg/outbox_keeper.h"

namespace callfleet::queue {

// Every key with its default; `callfleet-queue --help` prints them.
struct Config {
  std::string listen = "127.0.0.1:7103";
  std::string admin_listen = "127.0.0.1:9103";
  std::string database{};
  std::vector<std::string> sip_edges{"127.0.0.1:7101"};
  std::string agent_registry = "127.0.0.1:7102";
  std::string owner = "queue";
  std::int64_t database_threads = 2;
  std::string tokens_file{};
  std::string service_token{};
  std::string log_level = "info";
  std::chrono::milliseconds stop_grace{500};
  std::chrono::milliseconds command_limit{5000};
  pg::OutboxKeeping outbox{};
};

// Fills `config`, or returns the exit code of the process.
std::optional<int> LoadConfig(const config::Inputs& inputs, Config* config, std::ostream& out,
                              std::ostream& err);

}  // namespace callfleet::queue
