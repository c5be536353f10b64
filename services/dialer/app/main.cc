// callfleet-dialer: campaigns that dial. See README.md beside this folder.
#include <iostream>

#include "common/process/signals.h"
#include "services/dialer/app/app.h"

int main(int argc, char** argv) {
  using callfleet::dialer::App;
  callfleet::process::Signals signals;
  callfleet::dialer::Config config;
  const auto inputs = callfleet::config::ProcessInputs(argc, argv);
  if (const auto code = callfleet::dialer::LoadConfig(inputs, &config, std::cout, std::cerr))
    return *code;

  const callfleet::logging::Logger log("dialer");
  log.SetLevel(*callfleet::logging::ParseLevel(config.log_level));
  auto app = App::Start(config, log, [&signals] { return signals.Pending(); });
  if (!app) {
    log.Error("not started", {{"reason", app.error().reason}, {"detail", app.error().message}});
    return signals.Pending() ? 0 : 1;
  }
  log.Info("serving", {{"listen", config.listen}, {"admin_listen", config.admin_listen}});

  log.Info("stopping", {{"signal", signals.Wait()}});
  (*app)->Stop();
  log.Info("stopped");
  return 0;
}
