#pragma once
#include <chrono>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "common/config/schema.h"
#include "common/pg/outbox_keeper.h"
#include "services/sip_edge/domain/audio_codec.h"

namespace callfleet::sip_edge {

// Every key with its default; `callfleet-sip-edge --help` prints them.
struct Config {
  std::string edge_id = "edge-1";
  std::string listen = "127.0.0.1:7101";
  std::string admin_listen = "127.0.0.1:9101";
  std::string sip_host = "127.0.0.1";
  std::string sip_port = "5060";
  std::string sip_advertised;
  std::string sip_tls_port;
  std::string sip_tls_folder;
  std::string sip_tls_check_peers = "yes";
  std::string realm = "callfleet";
  std::string media_bind = "127.0.0.1";
  std::string media_advertised = "127.0.0.1";
  std::int64_t rtp_port_min = 20'000;
  std::int64_t rtp_port_max = 29'999;
  std::int64_t media_threads = 1;
  std::int64_t max_calls = 5'000;
  std::int64_t max_arrivals_per_second = 400;
  std::int64_t max_requests_per_source = 200;
  std::string database;
  std::string dns_servers;
  std::string tokens_file;
  std::string phone_codecs = "PCMU,PCMA";
  std::string agents_may_dial = "!+*,!00*,*";
  std::string trunks_may_refer_to;
  std::string log_level = "info";
  std::string prompts_dir;
  std::string recordings_dir;
  std::int64_t recording_keep_days = 90;
  std::string hold_music = "hold-music";
  std::string safe_message = "safe-message";
  std::string tone_region = "us";
  pg::OutboxKeeping outbox;
  std::chrono::milliseconds drain_limit{30'000};
  std::chrono::milliseconds unclaimed_limit{2'000};
  std::chrono::milliseconds keep_alive{25'000};
  std::chrono::milliseconds session_interval{1'800'000};
  std::chrono::milliseconds session_minimum{90'000};
  std::chrono::milliseconds ring_repeat{60'000};
  std::chrono::milliseconds connection_idle{120'000};
  std::chrono::milliseconds no_rtp_limit{30'000};
};

// Of "PCMU,G722"; nothing where a name is unknown, twice or there is none.
std::optional<std::vector<AudioCodec>> PhoneCodecs(const std::string& text);

// Fills `config`, or returns the exit code of the process.
std::optional<int> LoadConfig(const config::Inputs& inputs, Config* config, std::ostream& out,
                              std::ostream& err);

}  // namespace callfleet::sip_edge
