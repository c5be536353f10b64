#pragma once
#include <chrono>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "common/config/schema.h"
#include "common/pg/outbox_keeper.h"

namespace callfleet::agent_registry {

// Every key with its default; `callfleet-agent-registry --help` prints them.
struct Config {
  std::string listen = "127.0.0.1:7102";
  std::string admin_listen = "127.0.0.1:9102";
  std::string database{};
  std::vector<std::string> sip_edges{"127.0.0.1:7101"};
  std::vector<std::string> pools{"default"};
  std::string tokens_file{};
  std::string service_token{};
  std::string log_level = "info";
  bool missed_offer_makes_not_ready = true;
  bool agent_first_before_waiting = false;
  std::int64_t last_class_share_percent = 0;
  std::chrono::milliseconds device_grace{2000};
  std::chrono::milliseconds device_retry{15000};
  std::chrono::milliseconds line_retry{5000};
  std::chrono::milliseconds stop_grace{500};
  std::chrono::milliseconds command_limit{5000};
  pg::OutboxKeeping outbox{};
};

// Fills `config`, or returns the exit code of the process.
std::optional<int> LoadConfig(const config::Inputs& inputs, Config* config, std::ostream& out,
                              std::ostream& err);

}  // namespace callfleet::agent_registry
