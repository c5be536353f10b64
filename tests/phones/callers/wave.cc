#include "tests/phones/callers/wave.h"

#include <stdexcept>

namespace callfleet::phones {

Wave Wave::FromJson(const nlohmann::json& json) {
  Wave wave;
  for (const auto& [key, value] : json.items()) {
    if (key == "name")
      wave.name = value.get<std::string>();
    else if (key == "target")
      wave.target = value.get<std::string>();
    else if (key == "from_prefix")
      wave.from_prefix = value.get<std::string>();
    else if (key == "transport")
      wave.tcp = value.get<std::string>() == "tcp";
    else if (key == "arrivals" && (value == "poisson" || value == "fixed"))
      wave.poisson = value == "poisson";
    else if (key == "rate_per_s")
      wave.rate_per_s = value.get<double>();
    else if (key == "count")
      wave.count = value.get<uint64_t>();
    else if (key == "length_ms")
      wave.length = std::chrono::milliseconds(value.get<int64_t>());
    else if (key == "patience_ms")
      wave.patience_ms = Distribution::FromJson(value);
    else if (key == "talk_ms")
      wave.talk_ms = Distribution::FromJson(value);
    else
      throw std::runtime_error("callers: unknown key or value " + key);
  }
  if (wave.name.empty()) throw std::runtime_error("callers: name is missing");
  if (!wave.target.starts_with("sip:") || wave.target.find('@') == std::string::npos)
    throw std::runtime_error("callers: target must be sip:number@host:port");
  if (!(wave.rate_per_s > 0 && wave.rate_per_s <= kMaxRate))
    throw std::runtime_error("callers: rate_per_s must be above 0 and at most 5000");
  return wave;
}

ArrivalTimes::ArrivalTimes(const Wave& wave, uint64_t seed)
    : wave_(wave), rng_(RngFor(seed, "arrivals of " + wave.name, 0)) {
  Advance();
}

void ArrivalTimes::Take() {
  ++taken_;
  Advance();
}

void ArrivalTimes::Advance() {
  next_us_.reset();
  if (wave_.count != 0 && taken_ >= wave_.count) return;
  const double mean_us = 1e6 / wave_.rate_per_s;
  at_us_ += wave_.poisson ? std::exponential_distribution<double>(1 / mean_us)(rng_) : mean_us;
  const auto at = static_cast<int64_t>(at_us_);
  if (wave_.length.count() != 0 && at > wave_.length.count() * 1000) return;
  next_us_ = at;
}

}  // namespace callfleet::phones
