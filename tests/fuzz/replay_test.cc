// The corpora once more, and what is near them, without a fuzzer: the same each time.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <vector>

#include "tests/fuzz/targets.h"

namespace callfleet::fuzz {
namespace {

constexpr int kVariants = 2'000;  // Of each seed.

std::vector<std::vector<std::uint8_t>> Seeds(const std::string& name) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::string(CALLFLEET_CORPUS) + "/" + name)) {
    files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  std::vector<std::vector<std::uint8_t>> seeds;
  for (const auto& file : files) {
    std::ifstream in(file, std::ios::binary);
    seeds.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  }
  return seeds;
}

std::vector<std::uint8_t> Variant(std::vector<std::uint8_t> bytes, std::mt19937& random) {
  const auto below = [&random](std::size_t bound) {
    return random() % std::max<std::size_t>(bound, 1);
  };
  for (auto changes = 1 + below(4); changes > 0; --changes) {
    const auto at = static_cast<std::ptrdiff_t>(below(bytes.size()));
    const auto value = static_cast<std::uint8_t>(random());
    switch (below(4)) {
      case 0:
        if (!bytes.empty()) bytes[static_cast<std::size_t>(at)] = value;
        break;
      case 1:
        bytes.insert(bytes.begin() + at, value);
        break;
      case 2:
        if (!bytes.empty()) bytes.erase(bytes.begin() + at);
        break;
      default:
        bytes.resize(static_cast<std::size_t>(at));
    }
  }
  return bytes;
}

class Corpus : public testing::TestWithParam<Target> {};

TEST_P(Corpus, AndWhatIsNearItBreaksNoPromise) {
  const auto seeds = Seeds(GetParam().name);
  ASSERT_FALSE(seeds.empty());
  std::mt19937 random(1);
  for (const auto& seed : seeds) {
    GetParam().run(seed);
    for (int i = 0; i < kVariants; ++i) GetParam().run(Variant(seed, random));
  }
}

INSTANTIATE_TEST_SUITE_P(Fuzz, Corpus, testing::ValuesIn(kTargets),
                         [](const auto& target) { return std::string(target.param.name); });

}  // namespace
}  // namespace callfleet::fuzz
