#include "common/process/signals.h"

#include <pthread.h>
#include <unistd.h>

#include <csignal>
#include <thread>

namespace callfleet::process {
namespace {

sigset_t Watched() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  return set;
}

}  // namespace

Signals::Signals() {
  const sigset_t set = Watched();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);  // A peer that closes its socket is weather.
}

int Signals::Wait() {
  const sigset_t set = Watched();
  int signal = 0;
  sigwait(&set, &signal);
  std::thread([set] {
    int second = 0;
    sigwait(&set, &second);
    _exit(130);
  }).detach();
  return signal;
}

bool Signals::Pending() const {
  sigset_t pending;
  sigpending(&pending);
  return sigismember(&pending, SIGTERM) == 1 || sigismember(&pending, SIGINT) == 1;
}

}  // namespace callfleet::process
