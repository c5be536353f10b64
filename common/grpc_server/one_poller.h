#pragma once
// One thread of this process takes gRPC's events and runs the callbacks.

namespace callfleet::grpc_server {

// gRPC 1.51 runs callbacks on two threads or more (half the cores, at most 16) that share one
// queue: whoever takes an event wakes another to poll meanwhile, two switches of threads more for
// each event, and our callbacks only pass on. All but one are kept waiting here until the process
// ends. (100 calls a second, INVITE to INVITE: p50 19 ms with two, 14 ms with one.)
//
// Two traits of gRPC's are dealt with on the way. These threads end with the last channel that
// made such a call; when a callback itself lets go of that channel, the thread would join itself
// and abort. And one that has had no event for 1 s sleeps for 100 ms and hears nothing: an event
// of our own comes more often than that.
//
// A callback must not block until another one has run, nor work for long: what reads files or
// converts audio goes to a CommandWorker. Where nothing is heard for 2 s all the same (or where
// gRPC has fewer threads than it had), the others are let go again, until the process ends.
//
// Once a process; any thread.
void KeepOnePoller();

// Threads that take events now: 1, or all where they were let go.
unsigned CallbackThreads();

}  // namespace callfleet::grpc_server
