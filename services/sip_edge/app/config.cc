#include "services/sip_edge/app/config.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "common/config/checks.h"
#include "common/config/value.h"
#include "common/outbox/outbox.h"
#include "common/pg/conninfo.h"

namespace callfleet::sip_edge {

std::optional<std::vector<AudioCodec>> PhoneCodecs(const std::string& text) {
  std::vector<AudioCodec> codecs;
  for (const auto& name : config::SplitList(text)) {
    const auto codec = AudioCodecOf(name);
    if (!codec || std::find(codecs.begin(), codecs.end(), *codec) != codecs.end()) return {};
    codecs.push_back(*codec);
  }
  if (codecs.empty()) return {};
  return codecs;
}

namespace {

std::string CheckCodecs(const std::string& text) {
  const auto codecs = PhoneCodecs(text);
  return codecs ? "" : "must list PCMU, PCMA, G722, each once";
}

void AddPlaces(config::Schema& schema, Config* config) {
  schema.String(&config->edge_id, {.name = "edge_id", .help = "name of this edge"})
      .String(&config->listen,
              {.name = "listen", .help = "gRPC, host:port", .check = config::HostPort})
      .String(&config->admin_listen, {.name = "admin_listen",
                                      .help = "/metrics, /healthz and /readyz, host:port",
                                      .check = config::HostPort})
      .String(&config->sip_host, {.name = "sip_host",
                                  .help = "address to bind SIP, UDP and TCP",
                                  .check = config::IpAddress})
      .String(
          &config->sip_port,
          {.name = "sip_port", .help = "SIP port; *: the kernel chooses", .check = config::SipPort})
      .String(&config->sip_advertised,
              {.name = "sip_advertised", .help = "address in Via and Contact; sip_host if empty"})
      .String(&config->realm, {.name = "realm", .help = "digest realm and domain of accounts"})
      .String(&config->media_bind,
              {.name = "media_bind", .help = "address to bind RTP", .check = config::IpAddress})
      .String(&config->media_advertised, {.name = "media_advertised", .help = "address in SDP"})
      .Int(&config->rtp_port_min,
           {.name = "rtp_port_min", .help = "first RTP port, even", .min = 1024, .max = 65534})
      .Int(&config->rtp_port_max,
           {.name = "rtp_port_max", .help = "last RTCP port, odd", .min = 1025, .max = 65535})
      .Int(&config->media_threads, {.name = "media_threads", .help = "", .min = 1, .max = 64})
      .Int(&config->max_calls,
           {.name = "max_calls", .help = "most calls at once", .min = 1, .max = 32'000})
      .Int(&config->max_arrivals_per_second,
           {.name = "max_arrivals_per_second",
            .help = "most calls from trunks a second; above it 503",
            .min = 1,
            .max = 10'000})
      .Int(&config->max_requests_per_source,
           {.name = "max_requests_per_source",
            .help = "most requests a second of an address that is no trunk's; above it 503",
            .min = 1,
            .max = 100'000})
      .String(&config->database,
              {.name = "database",
               .help = "PostgreSQL, as libpq takes it; empty: trunks and journal are not kept",
               .check = pg::CheckConninfo})
      .String(&config->dns_servers,
              {.name = "dns_servers", .help = "host:port,...; empty: the system's"})
      .String(&config->tokens_file, {.name = "tokens_file",
                                     .help = "bearer tokens; needed beyond loopback",
                                     .check = config::TokensFile})
      .String(&config->phone_codecs,
              {.name = "phone_codecs",
               .help = "what phones and SIP URIs are offered, the preferred one first, of PCMU, "
                       "PCMA, G722; trunks have lists of their own",
               .check = CheckCodecs})
      .String(&config->agents_may_dial,
              {.name = "agents_may_dial",
               .help = "what agents' phones may dial and REFER to, first match wins: "
                       "\"+1*\" a prefix, \"!+*\" none of these"})
      .String(&config->trunks_may_refer_to,
              {.name = "trunks_may_refer_to", .help = "the same for REFER by the outside party"})
      .String(&config->log_level,
              {.name = "log_level", .one_of = {"debug", "info", "warn", "error"}});
}

void AddTls(config::Schema& schema, Config* config) {
  schema
      .String(&config->sip_tls_port,
              {.name = "sip_tls_port",
               .help = "port of SIP over TLS; *: the kernel chooses; empty: none",
               .check =
                   [](const std::string& text) {
                     return text.empty() ? std::string() : config::SipPort(text);
                   }})
      .String(&config->sip_tls_folder,
              {.name = "sip_tls_folder",
               .help = "folder with agent.pem (our certificates, then the key) and cafile.pem "
                       "(authorities of whom we call), read at the start"})
      .String(&config->sip_tls_check_peers,
              {.name = "sip_tls_check_peers",
               .help = "whether a trunk's certificate must be of an authority of cafile.pem and "
                       "for the name of the route",
               .one_of = {"yes", "no"}});
}

void AddSounds(config::Schema& schema, Config* config) {
  schema
      .String(
          &config->prompts_dir,
          {.name = "prompts_dir",
           .help = "folder with NAME.wav, read at the start; they stand in front of built-in ones"})
      .String(
          &config->recordings_dir,
          {.name = "recordings_dir", .help = "folder for recordings; empty: nothing is recorded"})
      .Int(&config->recording_keep_days,
           {.name = "recording_keep_days",
            .help = "days until a recording is deleted, unless its policy says otherwise",
            .min = 1,
            .max = 3650})
      .String(&config->hold_music, {.name = "hold_music", .help = "prompt; empty: silence"})
      .String(
          &config->safe_message,
          {.name = "safe_message",
           .help = "prompt for a person who answers in vain; empty: none, the call ends at once"})
      .String(&config->tone_region,
              {.name = "tone_region",
               .help = "of ringback and busy tone",
               .one_of = {"us", "uk", "de", "fr", "it", "es", "nl", "au", "jp"}});
}

void AddTimes(config::Schema& schema, Config* config) {
  schema
      .DurationMs(&config->drain_limit,
                  {.name = "drain_limit_ms", .help = "for live calls at SIGTERM", .max = 3'600'000})
      .DurationMs(&config->unclaimed_limit,
                  {.name = "unclaimed_limit_ms",
                   .help = "an arrived call that nobody claims is refused then",
                   .min = 100,
                   .max = 60'000})
      .DurationMs(&config->keep_alive, {.name = "keep_alive_ms",
                                        .help = "OPTIONS towards registered phones",
                                        .min = 1000,
                                        .max = 300'000})
      .DurationMs(&config->session_interval,
                  {.name = "session_interval_ms",
                   .help = "Session-Expires that is asked for and at most granted (RFC 4028)",
                   .min = 90'000,
                   .max = 86'400'000})
      .DurationMs(&config->session_minimum,
                  {.name = "session_minimum_ms",
                   .help = "Min-SE: shorter sessions are refused with 422",
                   .min = 90'000,
                   .max = 86'400'000})
      .DurationMs(&config->ring_repeat, {.name = "ring_repeat_ms",
                                         .help = "180 again towards a caller who waits",
                                         .min = 1000,
                                         .max = 120'000})
      .DurationMs(&config->connection_idle,
                  {.name = "connection_idle_ms",
                   .help = "a TCP connection that nobody registered over is closed when nothing "
                           "came or went for so long",
                   .min = 1000,
                   .max = 3'600'000})
      .DurationMs(
          &config->no_rtp_limit,
          {.name = "no_rtp_limit_ms",
           .help = "a leg of whose far end neither RTP nor RTCP comes for so long is ended; "
                   "0: none is",
           .max = 3'600'000});
}

void AddChecks(config::Schema& schema, Config* config) {
  using namespace std::chrono_literals;
  schema
      .Check("admin_listen",
             [config] { return config::SameAddress(config->admin_listen, config->listen); })
      .Check("listen",
             [config] { return config::OpenToOthers(config->listen, config->tokens_file); })
      .Check("admin_listen",
             [config] { return config::OpenToOthers(config->admin_listen, config->tokens_file); })
      .Check("sip_tls_folder",
             [config]() -> std::string {
               if (config->sip_tls_port.empty()) return "";
               if (config->sip_tls_folder.empty()) return "is needed with sip_tls_port";
               for (const char* name : {"agent.pem", "cafile.pem"}) {
                 const auto path = std::filesystem::path(config->sip_tls_folder) / name;
                 if (!std::ifstream(path)) return "has no readable " + std::string(name);
               }
               return "";
             })
      .Check("no_rtp_limit_ms",
             [config]() -> std::string {
               // RFC 3550 6.2: who is silent reports each 7.5 s at the latest.
               const bool fits = config->no_rtp_limit.count() == 0 || config->no_rtp_limit >= 10s;
               return fits ? "" : "must be 0 or at least 10000";
             })
      .Check("rtp_port_max", [config] {
        const bool pairs = config->rtp_port_min % 2 == 0 && config->rtp_port_max % 2 == 1;
        if (!pairs) return "and rtp_port_min must make pairs: an even first, an odd last port";
        return config->rtp_port_max > config->rtp_port_min ? "" : "must be above rtp_port_min";
      });
}

}  // namespace

std::optional<int> LoadConfig(const config::Inputs& inputs, Config* config, std::ostream& out,
                              std::ostream& err) {
  config::Schema schema("callfleet-sip-edge");
  AddPlaces(schema, config);
  AddTls(schema, config);
  AddSounds(schema, config);
  AddTimes(schema, config);
  outbox::AddKeys(&schema, &config->outbox);
  AddChecks(schema, config);
  return schema.Load(inputs, out, err);
}

}  // namespace callfleet::sip_edge
