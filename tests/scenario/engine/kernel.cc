#include "tests/scenario/engine/kernel.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

namespace callfleet::engine {

namespace {

constexpr std::size_t kMostBroken = 20;

struct Later {
  template <class Event>
  bool operator()(const Event& a, const Event& b) const {
    return a.at != b.at ? a.at > b.at : a.order > b.order;
  }
};

}  // namespace

void Kernel::After(MonoDuration delay, const char* /*what*/, Task task) {
  if (free_tasks_.empty()) {
    free_tasks_.push_back(static_cast<std::uint32_t>(tasks_.size()));
    tasks_.emplace_back();
  }
  const std::uint32_t at = free_tasks_.back();
  free_tasks_.pop_back();
  tasks_[at] = std::move(task);
  events_.push_back({now_ + std::max(delay, MonoDuration(0)), ++order_, at});
  std::push_heap(events_.begin(), events_.end(), Later());
}

bool Kernel::Step() {
  if (events_.empty()) return false;
  std::pop_heap(events_.begin(), events_.end(), Later());
  const Event event = events_.back();
  events_.pop_back();
  const Task task = std::exchange(tasks_[event.task], nullptr);
  free_tasks_.push_back(event.task);
  now_ = event.at;
  ++steps_;
  hash_ = (hash_ ^ static_cast<std::uint64_t>(event.at.count())) * 1'099'511'628'211ULL;
  task();
  Settle();
  return true;
}

MonoDuration Kernel::Exponential(MonoDuration mean) {
  return MonoDuration(
      static_cast<std::int64_t>(-std::log(1.0 - Unit()) * static_cast<double>(mean.count())));
}

void Kernel::Note(const char* what, const std::string& who, std::int64_t value) {
  Line& line = story_[lines_++ % kStory];
  line.at = now_;
  line.what = what;
  line.who = who;  // Into the old one's memory.
  line.value = value;
  if (!follow_.empty()) {
    const std::string text = line.Text();
    if (text.find(follow_) != std::string::npos) std::printf("%s\n", text.c_str());
  }
  for (const char* c = what; *c != 0; ++c) {
    hash_ = (hash_ ^ static_cast<std::uint64_t>(*c)) * 1'099'511'628'211ULL;
  }
  for (const char c : who) {
    hash_ = (hash_ ^ static_cast<std::uint64_t>(c)) * 1'099'511'628'211ULL;
  }
  hash_ = (hash_ ^ static_cast<std::uint64_t>(value)) * 1'099'511'628'211ULL;
}

std::string Kernel::Line::Text() const {
  char time[32];
  std::snprintf(time, sizeof time, "%12.6f  ", static_cast<double>(at.count()) / 1e6);
  return time + std::string(what) + " " + who +
         (value != 0 ? " " + std::to_string(value) : std::string());
}

std::vector<std::string> Kernel::Story() const {
  if (!frozen_.empty()) return frozen_;
  std::vector<std::string> lines;
  const std::size_t first = lines_ > kStory ? lines_ - kStory : 0;
  for (std::size_t n = first; n < lines_; ++n) lines.push_back(story_[n % kStory].Text());
  return lines;
}

void Kernel::Broken(const std::string& why) {
  if (broken_.empty()) {
    frozen_ = Story();
    broken_at_step_ = steps_;
  }
  if (broken_.size() < kMostBroken) broken_.push_back(why);
}

}  // namespace callfleet::engine
