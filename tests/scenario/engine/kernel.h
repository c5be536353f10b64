#pragma once
// Time, chance and order of a simulated house: one queue of events, one seed, one trace.
#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "common/clock/timers.h"
#include "tests/support/deterministic_actors.h"

namespace callfleet::engine {

using Task = std::function<void()>;
using std::chrono::milliseconds;
using std::chrono::seconds;

// One thread. The same seed gives the same events at the same times.
class Kernel {
 public:
  explicit Kernel(std::uint64_t seed) : random_(seed) {}

  MonoDuration now() const { return now_; }  // True time, which no process knows.
  // `what` is for who reads the code.
  void After(MonoDuration delay, const char* what, Task task);
  // The next event and all messages between actors that it causes. False: nothing waits.
  bool Step();
  std::uint64_t steps() const { return steps_; }

  bool Chance(double share) { return share > 0 && Unit() < share; }
  double Unit() { return static_cast<double>(random_() >> 11) * 0x1.0p-53; }
  std::uint64_t Below(std::uint64_t bound) { return random_() % bound; }
  MonoDuration Between(MonoDuration least, MonoDuration most) {
    return least + MonoDuration(static_cast<std::int64_t>(
                       Unit() * static_cast<double>((most - least).count() + 1)));
  }
  MonoDuration Exponential(MonoDuration mean);

  // A line of the story; part of the trace's hash.
  void Note(const char* what, const std::string& who = {}, std::int64_t value = 0);
  void Follow(std::string text) { follow_ = std::move(text); }
  std::uint64_t trace() const { return hash_; }
  std::vector<std::string> Story() const;  // The last lines.

  // A broken invariant. The run goes to its end; the first one counts.
  void Broken(const std::string& why);
  const std::vector<std::string>& broken() const { return broken_; }
  std::uint64_t broken_at_step() const { return broken_at_step_; }

  caf::actor_system& system() { return actors_.system; }
  void Settle() { actors_.Settle(); }

 private:
  static constexpr std::size_t kStory = 60;
  // The heap moves these; what is to be done stays where it is.
  struct Event {
    MonoDuration at;
    std::uint64_t order;
    std::uint32_t task;
  };
  struct Line {
    MonoDuration at{0};
    const char* what = "";
    std::string who;
    std::int64_t value = 0;
    std::string Text() const;
  };

  test::DeterministicSystem actors_;
  MonoDuration now_{0};
  std::uint64_t order_ = 0;
  std::uint64_t steps_ = 0;
  std::string follow_;
  std::uint64_t hash_ = 14'695'981'039'346'656'037ULL;
  std::vector<Event> events_;  // A heap.
  std::vector<Task> tasks_;
  std::vector<std::uint32_t> free_tasks_;
  std::array<Line, kStory> story_;
  std::size_t lines_ = 0;
  std::vector<std::string> frozen_;  // The story when the first invariant broke.
  std::mt19937_64 random_;
  std::vector<std::string> broken_;
  std::uint64_t broken_at_step_ = 0;
};

}  // namespace callfleet::engine
