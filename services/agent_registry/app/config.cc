#include "services/agent_registry/app/config.h"

#include "common/config/checks.h"
#include "common/outbox/outbox.h"
#include "common/pg/conninfo.h"

namespace callfleet::agent_registry {

std::optional<int> LoadConfig(const config::Inputs& inputs, Config* config, std::ostream& out,
                              std::ostream& err) {
  config::Schema schema("callfleet-agent-registry");
  schema
      .String(&config->listen,
              {.name = "listen", .help = "gRPC, host:port", .check = config::HostPort})
      .String(&config->admin_listen, {.name = "admin_listen",
                                      .help = "/metrics, /healthz and /readyz, host:port",
                                      .check = config::HostPort})
      .String(&config->database, {.name = "database",
                                  .help = "PostgreSQL, as libpq takes it",
                                  .required = true,
                                  .check = pg::CheckConninfo})
      .List(&config->sip_edges,
            {.name = "sip_edges", .help = "the edges' gRPC, host:port, …", .check = config::Target})
      .List(&config->pools, {.name = "pools", .help = "pools that this process serves"})
      .String(&config->tokens_file, {.name = "tokens_file",
                                     .help = "bearer tokens; needed beyond loopback",
                                     .check = config::TokensFile})
      .String(&config->service_token,
              {.name = "service_token", .help = "our token at other services", .secret = true})
      .String(&config->log_level,
              {.name = "log_level", .one_of = {"debug", "info", "warn", "error"}})
      .Bool(&config->missed_offer_makes_not_ready,
            {.name = "missed_offer_makes_not_ready", .help = "an offer not answered or declined"})
      .Bool(&config->agent_first_before_waiting,
            {.name = "agent_first_before_waiting", .help = "leads go before waiting callers"})
      .Int(&config->last_class_share_percent,
           {.name = "last_class_share_percent",
            .help = "of choices between callers and leads, so many go to the class that goes last",
            .min = 0,
            .max = 100})
      .DurationMs(&config->device_grace,
                  {.name = "device_grace_ms",
                   .help = "a phone gone this long makes its agent not ready",
                   .max = 60'000})
      .DurationMs(&config->device_retry, {.name = "device_retry_ms",
                                          .help = "ready again this long after a device fault",
                                          .min = 100,
                                          .max = 3'600'000})
      .DurationMs(&config->line_retry, {.name = "line_retry_ms",
                                        .help = "a lost dedicated leg is dialled again after this",
                                        .min = 100,
                                        .max = 3'600'000})
      .DurationMs(&config->command_limit,
                  {.name = "command_limit_ms",
                   .help = "commands wait so long for a database that is away",
                   .min = 100,
                   .max = 600'000})
      .DurationMs(&config->stop_grace, {.name = "stop_grace_ms",
                                        .help = "for calls and writes under way at SIGTERM",
                                        .max = 10'000});
  outbox::AddKeys(&schema, &config->outbox);
  schema
      .Check("admin_listen",
             [config] { return config::SameAddress(config->admin_listen, config->listen); })
      .Check("listen",
             [config] { return config::OpenToOthers(config->listen, config->tokens_file); })
      .Check("admin_listen",
             [config] { return config::OpenToOthers(config->admin_listen, config->tokens_file); });
  return schema.Load(inputs, out, err);
}

}  // namespace callfleet::agent_registry
