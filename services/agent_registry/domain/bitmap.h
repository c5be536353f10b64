#pragma once
// A growing set of small dense numbers, scanned 64 at a time. Missing words read as zero.
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace callfleet::agent_registry {

class Bitmap {
 public:
  void Set(std::uint32_t i) {
    if (i / 64 >= words_.size()) words_.resize(i / 64 + 1, 0);
    words_[i / 64] |= Mask(i);
  }
  void Clear(std::uint32_t i) {
    if (i / 64 < words_.size()) words_[i / 64] &= ~Mask(i);
  }
  void Assign(std::uint32_t i, bool on) { on ? Set(i) : Clear(i); }
  bool Test(std::uint32_t i) const { return (Word(i / 64) & Mask(i)) != 0; }
  std::uint64_t Word(std::size_t w) const { return w < words_.size() ? words_[w] : 0; }
  std::size_t Words() const { return words_.size(); }
  bool Intersects(const Bitmap& other) const {
    for (std::size_t w = 0; w < words_.size(); ++w) {
      if (words_[w] & other.Word(w)) return true;
    }
    return false;
  }

 private:
  static constexpr std::uint64_t Mask(std::uint32_t i) { return std::uint64_t{1} << (i % 64); }
  std::vector<std::uint64_t> words_;
};

// Calls f(i) for each set bit of `word`, which holds the numbers from 64 * w on.
template <class F>
void ForEachBit(std::uint64_t word, std::size_t w, F f) {
  while (word != 0) {
    f(static_cast<std::uint32_t>(w * 64 + static_cast<std::size_t>(std::countr_zero(word))));
    word &= word - 1;
  }
}

}  // namespace callfleet::agent_registry
