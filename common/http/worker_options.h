#pragma once
// How much a server of HTTP takes on at once, and for how long it waits for a slow client.
#include <chrono>
#include <cstddef>

namespace callfleet::http {

struct GateOptions {
  std::chrono::milliseconds head_time{5'000};   // From the first byte to the end of the head.
  std::chrono::milliseconds body_time{10'000};  // The same to the end of a small body.
  std::chrono::milliseconds idle_time{15'000};  // Without a byte of a request.
  std::size_t max_waiting = 1'000;              // Beyond: the one that waits longest is closed.
  std::size_t small_body = 1024 * 1024;         // Waited for here; larger ones are a worker's.
};

struct WorkerOptions {
  std::size_t threads = 4;          // Requests served at once, event streams included.
  std::size_t body_threads = 1;     // Large bodies read at once.
  std::size_t waiting_bodies = 32;  // Beyond them 503 TOO_MANY_BODIES.
  std::size_t waiting = 2'000;      // Whole requests; beyond them 503 TOO_MANY_REQUESTS_WAIT.
  GateOptions gate{};
};

}  // namespace callfleet::http
