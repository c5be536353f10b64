#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <thread>

#include "common/process/signals.h"

namespace callfleet::process {
namespace {

// Runs `body` in a child, as signals belong to a whole process.
template <class Body>
int ExitCodeOf(Body body) {
  const pid_t child = fork();
  if (child == 0) {
    body();
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

TEST(SignalsTest, WaitReturnsTheFirstSignalAlsoFromAThread) {
  EXPECT_EQ(ExitCodeOf([] {
              Signals signals;
              std::thread thread([] { kill(getpid(), SIGTERM); });
              const int got = signals.Wait();
              thread.join();
              _exit(got);
            }),
            SIGTERM);
}

TEST(SignalsTest, ASecondSignalEndsTheProcessAtOnce) {
  EXPECT_EQ(ExitCodeOf([] {
              Signals signals;
              kill(getpid(), SIGTERM);
              signals.Wait();
              kill(getpid(), SIGINT);
              while (true) pause();  // A drain that never ends.
            }),
            130);
}

}  // namespace
}  // namespace callfleet::process
