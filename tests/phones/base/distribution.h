#pragma once
// Durations and choices drawn from a seed: the same seed, number and attempt give the same call.
#include <chrono>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

namespace callfleet::phones {

using Rng = std::mt19937_64;

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
