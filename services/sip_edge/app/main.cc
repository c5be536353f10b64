// callfleet-sip-edge: SIP dialogs, registrations, RTP and bridges. See README.md beside this
// folder.
#include <malloc.h>

#include <iostream>

#include "common/process/signals.h"
#include "services/sip_edge/app/app.h"

namespace {

// The heap of another arena grows by one page, one system call and one fault at a time: ten a call
// while transactions wait out their 32 s. The main arena grows in steps.
void TuneHeap() {
  mallopt(M_ARENA_MAX, 1);
  mallopt(M_TOP_PAD, 4 << 20);
  mallopt(M_TRIM_THRESHOLD, 64 << 20);
}

}  // namespace

int main(int argc, char** argv) {
  using callfleet::sip_edge::App;
  TuneHeap();
  callfleet::process::Signals signals;
  callfleet::sip_edge::Config config;
  const auto inputs = callfleet::config::ProcessInputs(argc, argv);
  if (const auto code = callfleet::sip_edge::LoadConfig(inputs, &config, std::cout, std::cerr))
    return *code;

  const callfleet::logging::Logger log("sip_edge");
  log.SetLevel(*callfleet::logging::ParseLevel(config.log_level));
  auto app = App::Start(config, log, [&signals] { return signals.Pending(); });
  if (!app) {
    log.Error("not started", {{"reason", app.error().reason}, {"detail", app.error().message}});
    return signals.Pending() ? 0 : 1;
  }
  log.Info("serving", {{"grpc_port", (*app)->grpc_port()}, {"sip_port", (*app)->sip_port()}});

  log.Info("draining", {{"signal", signals.Wait()}});
  (*app)->Drain();
  (*app)->Stop();
  log.Info("stopped");
  return 0;
}
