#include "tests/amd/confusion.h"

#include <algorithm>
#include <iomanip>
#include <sstream>

namespace callfleet::amd_samples {
namespace amd = sip_edge::media::amd;
namespace {

int Quantile(std::vector<int> times, double share) {
  if (times.empty()) return 0;
  std::sort(times.begin(), times.end());
  const auto at = static_cast<std::size_t>(share * static_cast<double>(times.size()));
  return times[std::min(at, times.size() - 1)];
}

}  // namespace

void Confusion::Add(const std::string& row, const std::string& truth,
                    const amd::Decision& decision) {
  if (!rows_.contains(row)) order_.push_back(row);
  Row& r = rows_[row];
  r.truth = truth;
  ++r.said[static_cast<std::size_t>(decision.verdict)];
  r.times.push_back(static_cast<int>(decision.from_rtp.count()));
  latest_from_answer_ =
      std::max(latest_from_answer_, static_cast<int>(decision.from_answer.count()));
}

int Confusion::Calls(const std::string& truth) const {
  int calls = 0;
  for (const auto& [name, row] : rows_) {
    if (row.truth == truth) calls += static_cast<int>(row.times.size());
  }
  return calls;
}

int Confusion::Said(const std::string& truth, amd::Verdict verdict) const {
  int calls = 0;
  for (const auto& [name, row] : rows_) {
    if (row.truth == truth) calls += row.said[static_cast<std::size_t>(verdict)];
  }
  return calls;
}

int Confusion::PersonsLost() const {
  using enum amd::Verdict;
  return Said("human", kMachine) + Said("human", kBeep) + Said("human", kFax) + Said("human", kSit);
}

int Confusion::Time(double share, const std::string& truth) const {
  std::vector<int> times;
  for (const auto& [name, row] : rows_) {
    if (!truth.empty() && row.truth != truth) continue;
    times.insert(times.end(), row.times.begin(), row.times.end());
  }
  return Quantile(std::move(times), share);
}

std::string Confusion::Table() const {
  std::ostringstream out;
  out << std::left << std::setw(18) << "call" << std::right << std::setw(7) << "calls";
  for (int v = 0; v < amd::kVerdicts; ++v) {
    out << std::setw(9) << amd::Name(static_cast<amd::Verdict>(v));
  }
  out << std::setw(8) << "p50 ms" << std::setw(8) << "p95 ms"
      << "\n";
  for (const std::string& name : order_) {
    const Row& row = rows_.at(name);
    out << std::left << std::setw(18) << name << std::right << std::setw(7) << row.times.size();
    for (const int said : row.said) out << std::setw(9) << said;
    out << std::setw(8) << Quantile(row.times, 0.5) << std::setw(8) << Quantile(row.times, 0.95)
        << "\n";
  }
  return out.str();
}

}  // namespace callfleet::amd_samples
