#include "services/supervisor/app/config.h"

#include "common/config/checks.h"
#include "common/pg/conninfo.h"

namespace callfleet::supervisor {

std::optional<int> LoadConfig(const config::Inputs& inputs, Config* config, std::ostream& out,
                              std::ostream& err) {
  config::Schema schema("callfleet-supervisor");
  schema
      .String(&config->rest_listen,
              {.name = "rest_listen", .help = "REST, host:port", .check = config::HostPort})
      .String(&config->listen,
              {.name = "listen", .help = "gRPC, host:port", .check = config::HostPort})
      .String(&config->admin_listen, {.name = "admin_listen",
                                      .help = "/metrics, /healthz and /readyz, host:port",
                                      .check = config::HostPort})
      .String(&config->database, {.name = "database",
                                  .help = "PostgreSQL, as libpq takes it",
                                  .required = true,
                                  .check = pg::CheckConninfo})
      .List(&config->sip_edges, {.name = "sip_edges",
                                 .help = "gRPC of each edge; the first one keeps the trunks",
                                 .check = config::Target})
      .String(&config->agent_registry,
              {.name = "agent_registry", .help = "gRPC, host:port", .check = config::Target})
      .String(&config->queue, {.name = "queue", .help = "gRPC, host:port", .check = config::Target})
      .String(&config->dialer,
              {.name = "dialer", .help = "gRPC, host:port", .check = config::Target})
      .String(&config->sip_domain,
              {.name = "sip_domain", .help = "domain in the SIP URIs of agents that are shown"})
      .String(&config->tokens_file, {.name = "tokens_file",
                                     .help = "bearer tokens; needed beyond loopback",
                                     .check = config::TokensFile})
      .String(&config->service_token,
              {.name = "service_token", .help = "our token at other services", .secret = true})
      .String(&config->log_level,
              {.name = "log_level", .one_of = {"debug", "info", "warn", "error"}})
      .Int(&config->max_ended_calls, {.name = "max_ended_calls",
                                      .help = "ended calls kept in memory; the oldest go",
                                      .min = 0,
                                      .max = 1'000'000})
      .DurationMs(&config->ended_retention, {.name = "ended_retention_ms",
                                             .help = "how long an ended call is found",
                                             .max = 86'400'000})
      .Int(&config->history_days, {.name = "history_days",
                                   .help = "how long history is kept; whole months go",
                                   .min = 1,
                                   .max = 36'500})
      .DurationMs(&config->stop_grace, {.name = "stop_grace_ms",
                                        .help = "for calls and writes under way at SIGTERM",
                                        .max = 10'000});
  schema
      .Check("admin_listen",
             [config] { return config::SameAddress(config->admin_listen, config->listen); })
      .Check("listen",
             [config] { return config::OpenToOthers(config->listen, config->tokens_file); })
      .Check("admin_listen",
             [config] { return config::OpenToOthers(config->admin_listen, config->tokens_file); })
      .Check("rest_listen",
             [config] { return config::SameAddress(config->rest_listen, config->listen); })
      .Check("rest_listen",
             [config] { return config::SameAddress(config->rest_listen, config->admin_listen); })
      .Check("rest_listen",
             [config] { return config::OpenToOthers(config->rest_listen, config->tokens_file); });
  return schema.Load(inputs, out, err);
}

}  // namespace callfleet::supervisor
