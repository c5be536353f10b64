// callfleet-phones: a simulated carrier and a farm of agents' phones. See README.md.
#include <malloc.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <iostream>

#include "tests/phones/base/clock.h"
#include "tests/phones/control/control_server.h"

namespace callfleet::phones {
namespace {

struct Options {
  std::string config_file;
  std::string report_file;
  uint64_t seed = 1;
  int control_port = 0;
  bool no_rtp = false;
  bool no_calls = false;
};

int Run(const Options& options, const sigset_t& signals) {
  nlohmann::json config = nlohmann::json::object();
  if (!options.config_file.empty()) {
    std::ifstream in(options.config_file);
    if (!in) throw std::runtime_error("cannot read " + options.config_file);
    config = nlohmann::json::parse(in);
  }
  World world(config, {.seed = options.seed ? options.seed : config.value("seed", uint64_t{1}),
                       .send_rtp = !options.no_rtp});
  {
    ControlServer control(world, options.control_port);
    nlohmann::json ready = world.Ready();
    ready["control_port"] = control.port();
    std::cout << ready.dump() << std::endl;
    int signal = 0;
    sigwait(&signals, &signal);
  }
  world.Shutdown();
  if (options.report_file.empty()) return 0;
  std::ofstream out(options.report_file);
  out << world.Report({.calls = !options.no_calls}).dump(1) << "\n";
  out.close();
  if (!out) throw std::runtime_error("cannot write " + options.report_file);
  return 0;
}

}  // namespace
}  // namespace callfleet::phones

int main(int argc, char** argv) try {
  using callfleet::phones::Options;
  callfleet::phones::NowUs();  // Time starts here.
  sigset_t signals;
  sigemptyset(&signals);
  for (int signal : {SIGTERM, SIGINT}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);  // Before any thread exists.
  std::signal(SIGPIPE, SIG_IGN);
  mallopt(M_TOP_PAD, 16 * 1024 * 1024);  // Fewer system calls where every call allocates.
  CLI::App app{"A simulated carrier and a farm of agents' phones"};
  Options options;
  options.seed = 0;
  app.add_option("--config", options.config_file, "JSON file");
  app.add_option("--report", options.report_file, "written at the end");
  app.add_option("--seed", options.seed, "0: the config's seed, else 1");
  app.add_option("--control-port", options.control_port, "0: free")->check(CLI::Range(0, 65535));
  app.add_flag("--no-rtp", options.no_rtp, "SDP and sockets, but no packets are sent or heard");
  app.add_flag("--no-calls", options.no_calls, "the report lists no single calls");
  CLI11_PARSE(app, argc, argv);
  return callfleet::phones::Run(options, signals);
} catch (const std::exception& error) {
  std::fprintf(stderr, "callfleet-phones: %s\n", error.what());
  return 2;
}
