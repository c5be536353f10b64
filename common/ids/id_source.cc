#include "common/ids/id_source.h"

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <mutex>
#include <random>

namespace callfleet {

namespace {
struct Generator {
  std::mutex mutex;
  std::mt19937_64 random{[] {
    std::random_device device;
    std::seed_seq seed{device(), device(), device(), device()};
    return std::mt19937_64(seed);
  }()};
  std::uint64_t last_ms = 0;
  std::uint32_t sequence = 0;  // The 12 bits of rand_a: a counter within a millisecond.
};
}  // namespace

std::string UuidSource::Next() {
  static Generator generator;  // One a process: two sources must not repeat each other.
  std::uint64_t ms = 0;
  std::uint64_t low = 0;
  std::uint32_t sequence = 0;
  {
    std::lock_guard lock(generator.mutex);
    ms = static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(
                                        std::chrono::system_clock::now().time_since_epoch())
                                        .count());
    if (ms <= generator.last_ms) {
      ms = generator.last_ms;
      if (++generator.sequence > 0xfff) {
        generator.sequence = 0;
        ++ms;
      }
    } else {
      generator.sequence = static_cast<std::uint32_t>(generator.random() & 0x7ff);
    }
    generator.last_ms = ms;
    sequence = generator.sequence;
    low = (generator.random() & 0x3fffffffffffffffULL) | 0x8000000000000000ULL;
  }
  char text[40];
  std::snprintf(text, sizeof text, "%08x-%04x-7%03x-%04x-%012llx", static_cast<unsigned>(ms >> 16),
                static_cast<unsigned>(ms & 0xffff), sequence, static_cast<unsigned>(low >> 48),
                static_cast<unsigned long long>(low & 0xffffffffffffULL));
  return text;
}

}  // namespace callfleet
