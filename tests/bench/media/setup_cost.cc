// What the media part of a call set-up costs: four sockets bound and closed.
#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>

#include "tests/bench/media/load.h"

namespace callfleet::sip_edge::media::bench {
namespace {

double ProcessCpuUs() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto us = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) * 1e6 + static_cast<double>(t.tv_usec);
  };
  return us(usage.ru_utime) + us(usage.ru_stime);
}

}  // namespace

SetupFigures RunSetups(MediaEngine& engine, int calls, bool with_media) {
  const double cpu_before = ProcessCpuUs();
  const auto start = std::chrono::steady_clock::now();
  RemoteMedia remote;
  remote.rules.signalled = {IpAddress::V4(127, 0, 0, 1), 9};
  for (int i = 0; i < calls; ++i) {
    const auto a = engine.Open("call");
    const auto b = engine.Open("call");
    if (!a || !b) {
      std::fprintf(stderr, "media_bench: Open failed\n");
      std::exit(1);
    }
    if (with_media) {
      (void)engine.SetRemote(a->id, remote);
      (void)engine.SetRemote(b->id, remote);
      (void)engine.Bridge(a->id, b->id);
    }
    (void)engine.Close(a->id);
    (void)engine.Close(b->id);
    engine.Drain([](const MediaEvent&) {});
  }
  const std::chrono::duration<double, std::micro> wall = std::chrono::steady_clock::now() - start;
  return {.us_per_call = wall.count() / calls,
          .cpu_us_per_call = (ProcessCpuUs() - cpu_before) / calls};
}

}  // namespace callfleet::sip_edge::media::bench
