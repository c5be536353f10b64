#include "services/queue/app/config.h"

#include "common/config/checks.h"
#include "common/outbox/outbox.h"
#include "common/pg/conninfo.h"

namespace callfleet::queue {

std::optional<int> LoadConfig(const config::Inputs& inputs, Config* config, std::ostream& out,
                              std::ostream& err) {
  config::Schema schema("callfleet-queue");
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
            {.name = "sip_edges", .help = "gRPC of each edge, host:port", .check = config::Target})
      .String(&config->agent_registry, {.name = "agent_registry",
                                        .help = "the registry's gRPC, host:port",
                                        .check = config::Target})
      .String(&config->owner, {.name = "owner", .help = "name of this process in others' logs"})
      .Int(&config->database_threads, {.name = "database_threads",
                                       .help = "connections beside the writer's",
                                       .min = 1,
                                       .max = 32})
      .String(&config->tokens_file, {.name = "tokens_file",
                                     .help = "bearer tokens; needed beyond loopback",
                                     .check = config::TokensFile})
      .String(&config->service_token,
              {.name = "service_token", .help = "our token at other services", .secret = true})
      .String(&config->log_level,
              {.name = "log_level", .one_of = {"debug", "info", "warn", "error"}})
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

}  // namespace callfleet::queue
