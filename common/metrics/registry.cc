#include "common/metrics/registry.h"

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <cassert>
#include <map>
#include <mutex>

namespace callfleet::metrics {

void Counter::Increment(double by) const {
  if (series_ != nullptr) series_->Increment(by);
}
void Counter::SetTotal(double total) const {
  if (series_ != nullptr && total > series_->Value()) series_->Increment(total - series_->Value());
}
void Gauge::Set(double value) const {
  if (series_ != nullptr) series_->Set(value);
}
void Gauge::Add(double by) const {
  if (series_ != nullptr) series_->Increment(by);
}
void Histogram::Observe(double value) const {
  if (series_ != nullptr) series_->Observe(value);
}

namespace {

template <class Handle>
struct Native;
template <>
struct Native<Counter> {
  using Type = prometheus::Counter;
  static auto& Build(prometheus::Registry& registry, const FamilyOptions& options) {
    return prometheus::BuildCounter().Name(options.name).Help(options.help).Register(registry);
  }
};
template <>
struct Native<Gauge> {
  using Type = prometheus::Gauge;
  static auto& Build(prometheus::Registry& registry, const FamilyOptions& options) {
    return prometheus::BuildGauge().Name(options.name).Help(options.help).Register(registry);
  }
};
template <>
struct Native<Histogram> {
  using Type = prometheus::Histogram;
  static auto& Build(prometheus::Registry& registry, const FamilyOptions& options) {
    return prometheus::BuildHistogram().Name(options.name).Help(options.help).Register(registry);
  }
};

}  // namespace

template <class Handle>
class Family<Handle>::Impl {
 public:
  using Type = typename Native<Handle>::Type;

  Impl(prometheus::Registry& registry, FamilyOptions options)
      : options_(std::move(options)), family_(Native<Handle>::Build(registry, options_)) {}

  Handle With(std::initializer_list<std::string_view> values) {
    assert(values.size() == options_.labels.size() && "one value a declared label");
    std::vector<std::string> key(values.begin(), values.end());
    const std::lock_guard lock(mutex_);
    auto known = series_.find(key);
    if (known == series_.end()) {
      if (series_.size() >= options_.max_series) key.assign(options_.labels.size(), "other");
      known = series_.try_emplace(key, nullptr).first;
      if (known->second == nullptr) known->second = &Add(key);
    }
    return Handle(known->second);
  }

 private:
  Type& Add(const std::vector<std::string>& values) {
    prometheus::Labels labels;
    for (std::size_t i = 0; i < values.size(); ++i) labels[options_.labels[i]] = values[i];
    if constexpr (std::is_same_v<Handle, Histogram>) {
      return family_.Add(labels, options_.buckets);
    } else {
      return family_.Add(labels);
    }
  }

  FamilyOptions options_;
  prometheus::Family<Type>& family_;
  std::mutex mutex_;
  std::map<std::vector<std::string>, Type*> series_;
};

template <class Handle>
Handle Family<Handle>::With(std::initializer_list<std::string_view> values) const {
  return impl_->With(values);
}
template class Family<Counter>;
template class Family<Gauge>;
template class Family<Histogram>;

class Registry::Impl {
 public:
  prometheus::Registry registry;
  std::mutex mutex;
  std::vector<std::function<void()>> refresh;
};

Registry::Registry() : impl_(std::make_unique<Impl>()) {}
Registry::~Registry() = default;

Family<Counter> Registry::NewCounters(FamilyOptions options) {
  using F = Family<Counter>;
  return F(std::make_shared<F::Impl>(impl_->registry, std::move(options)));
}
Family<Gauge> Registry::NewGauges(FamilyOptions options) {
  using F = Family<Gauge>;
  return F(std::make_shared<F::Impl>(impl_->registry, std::move(options)));
}
Family<Histogram> Registry::NewHistograms(FamilyOptions options) {
  using F = Family<Histogram>;
  return F(std::make_shared<F::Impl>(impl_->registry, std::move(options)));
}

Counter Registry::NewCounter(const std::string& name, const std::string& help) {
  return NewCounters({.name = name, .help = help}).With({});
}
Gauge Registry::NewGauge(const std::string& name, const std::string& help) {
  return NewGauges({.name = name, .help = help}).With({});
}
Histogram Registry::NewHistogram(const std::string& name, const std::string& help,
                                 std::vector<double> buckets) {
  return NewHistograms({.name = name, .help = help, .buckets = std::move(buckets)}).With({});
}

void Registry::OnCollect(std::function<void()> refresh) {
  const std::lock_guard lock(impl_->mutex);
  impl_->refresh.push_back(std::move(refresh));
}

std::string Registry::Text() const {
  std::vector<std::function<void()>> refresh;
  {
    const std::lock_guard lock(impl_->mutex);
    refresh = impl_->refresh;
  }
  for (const auto& one : refresh) one();
  return prometheus::TextSerializer().Serialize(impl_->registry.Collect());
}

}  // namespace callfleet::metrics
