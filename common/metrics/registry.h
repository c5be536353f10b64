#pragma once
// Counters, gauges and histograms of one process; the text that Prometheus scrapes. Labels are
// declared once, and the number of series of a family is bounded.
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace prometheus {
class Counter;
class Gauge;
class Histogram;
}  // namespace prometheus

namespace callfleet::metrics {

// Handles are cheap to copy and thread safe; they live no longer than the registry. A default
// constructed one counts nothing, which suits tests.
class Counter {
 public:
  Counter() = default;
  explicit Counter(prometheus::Counter* series) : series_(series) {}
  void Increment(double by = 1) const;  // by >= 0.
  // Follows a total that is counted elsewhere; one that is lower than before changes nothing. One
  // caller at a time: from OnCollect.
  void SetTotal(double total) const;

 private:
  prometheus::Counter* series_ = nullptr;
};

class Gauge {
 public:
  Gauge() = default;
  explicit Gauge(prometheus::Gauge* series) : series_(series) {}
  void Set(double value) const;
  void Add(double by) const;  // May be negative.

 private:
  prometheus::Gauge* series_ = nullptr;
};

class Histogram {
 public:
  Histogram() = default;
  explicit Histogram(prometheus::Histogram* series) : series_(series) {}
  void Observe(double value) const;  // Seconds, where the name ends in _seconds.

 private:
  prometheus::Histogram* series_ = nullptr;
};

struct FamilyOptions {
  std::string name;  // "callfleet_dialer_attempts_total".
  std::string help;
  std::vector<std::string> labels{};  // Names; With takes the values in this order.
  std::vector<double> buckets{};      // Histograms only: upper bounds, rising.
  std::size_t max_series = 200;       // Beyond it values go to the series "other".
};

// Handle is Counter, Gauge or Histogram. With may be called from any thread; keep its result where
// it is called often.
template <class Handle>
class Family {
 public:
  class Impl;
  explicit Family(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
  Handle With(std::initializer_list<std::string_view> values) const;

 private:
  std::shared_ptr<Impl> impl_;
};

// One a process, made in app/ and handed to who needs it. Thread safe.
class Registry {
 public:
  Registry();
  ~Registry();
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;

  Counter NewCounter(const std::string& name, const std::string& help);
  Gauge NewGauge(const std::string& name, const std::string& help);
  Histogram NewHistogram(const std::string& name, const std::string& help,
                         std::vector<double> buckets);
  Family<Counter> NewCounters(FamilyOptions options);
  Family<Gauge> NewGauges(FamilyOptions options);
  Family<Histogram> NewHistograms(FamilyOptions options);

  // Called before each exposition, to set gauges that nobody keeps up to date.
  void OnCollect(std::function<void()> refresh);
  std::string Text() const;  // Prometheus text format 0.0.4.

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace callfleet::metrics
