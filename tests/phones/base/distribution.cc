#include "tests/phones/base/distribution.h"

#include <algorithm>
#include <stdexcept>

namespace callfleet::phones {

Rng RngFor(uint64_t seed, const std::string& what, uint64_t occurrence) {
  // FNV-1a: std::hash may differ between library versions, a seed should not.
  uint64_t hash = 1469598103934665603ULL;
  for (unsigned char c : what) hash = (hash ^ c) * 1099511628211ULL;
  Rng mix(seed ^ hash);
  return Rng(mix() + occurrence * 0x632be59bd9b4e019ULL);
}

Distribution Distribution::Constant(double ms) {
  Distribution d;
  d.a_ = ms;
  return d;
}

Distribution Distribution::FromJson(const nlohmann::json& json) {
  if (json.is_number()) return Constant(json.get<double>());
  if (!json.is_object()) throw std::runtime_error("a duration is a number or an object");
  Distribution d;
  auto pair = [&](const char* key) {
    d.a_ = json.at(key).at(0).get<double>();
    d.b_ = json.at(key).at(1).get<double>();
  };
  if (json.contains("uniform")) {
    d.kind_ = Kind::kUniform;
    pair("uniform");
    if (d.b_ < d.a_) throw std::runtime_error("uniform: the upper bound is below the lower");
  } else if (json.contains("exp")) {
    d.kind_ = Kind::kExponential;
    d.a_ = json.at("exp").get<double>();
    if (d.a_ <= 0) throw std::runtime_error("exp: the mean must be positive");
  } else if (json.contains("normal")) {
    d.kind_ = Kind::kNormal;
    pair("normal");
  } else if (json.contains("choice")) {
    d.kind_ = Kind::kChoice;
    d.choices_ = json.at("choice").get<std::vector<double>>();
    if (d.choices_.empty()) throw std::runtime_error("choice: the list is empty");
  } else {
    throw std::runtime_error("unknown distribution " + json.dump());
  }
  d.min_ = json.value("min", d.min_);
  d.max_ = json.value("max", d.max_);
  return d;
}

double Distribution::Draw(Rng& rng) const {
  switch (kind_) {
    case Kind::kConstant:
      return a_;
    case Kind::kUniform:
      return std::uniform_real_distribution<double>(a_, b_)(rng);
    case Kind::kExponential:
      return std::exponential_distribution<double>(1.0 / a_)(rng);
    case Kind::kNormal:
      return std::normal_distribution<double>(a_, b_)(rng);
    case Kind::kChoice:
      return choices_[std::uniform_int_distribution<size_t>(0, choices_.size() - 1)(rng)];
  }
  return 0;
}

std::chrono::milliseconds Distribution::Sample(Rng& rng) const {
  double ms = std::clamp(Draw(rng), min_, std::max(min_, max_));
  return std::chrono::milliseconds(static_cast<int64_t>(ms));
}

}  // namespace callfleet::phones
