#pragma once
// SIGTERM and SIGINT as a value that main waits for.

namespace callfleet::process {

// Made first in main, before any thread: blocks both signals for every thread to come (CAF's,
// gRPC's, sofia's) and ignores SIGPIPE.
class Signals {
 public:
  Signals();
  // Blocks until the first signal and returns it. From then on a second one ends the process at
  // once with exit code 130, whatever the drain is doing.
  int Wait();
  // A signal has come and nobody has waited for it: give up what still starts. Any thread.
  bool Pending() const;
};

}  // namespace callfleet::process
