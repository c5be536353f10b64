#pragma once
// Durations and choices drawn from a seed: the same seed, number and attempt give the same call.
#include <chrono>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

namespace callfleet::phones {

// SplitMix64: made for every call, so it must be cheap to seed. A standard random bit generator.
class Rng {
 public:
  using result_type = uint64_t;
  explicit Rng(uint64_t seed) : state_(seed) {}
  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return ~result_type{0}; }
  result_type operator()() {
    uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }

 private:
  uint64_t state_;
};

// Mixes a seed with what is drawn for; independent of the order in which calls arrive.
Rng RngFor(uint64_t seed, const std::string& what, uint64_t occurrence);

// A duration in milliseconds. JSON: 1500 | {"uniform":[a,b]} | {"exp":mean} | {"normal":[mean,sd]}
// |
// {"choice":[a,b,c]}, the objects with optional "min" and "max". Throws std::runtime_error.
class Distribution {
 public:
  Distribution() = default;
  static Distribution Constant(double ms);
  static Distribution FromJson(const nlohmann::json& json);
  std::chrono::milliseconds Sample(Rng& rng) const;

 private:
  enum class Kind { kConstant, kUniform, kExponential, kNormal, kChoice };
  double Draw(Rng& rng) const;

  Kind kind_ = Kind::kConstant;
  double a_ = 0;
  double b_ = 0;
  double min_ = 0;
  double max_ = 24 * 3600 * 1000.0;
  std::vector<double> choices_;
};

}  // namespace callfleet::phones
