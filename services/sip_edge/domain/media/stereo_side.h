#pragma once
// One side of interleaved stereo samples.
#include <cstddef>
#include <cstdint>
#include <span>

namespace callfleet::sip_edge::media {

class StereoSide {
 public:
  // `stereo` begins with a sample of side 0 and outlives this.
  StereoSide(std::span<std::int16_t> stereo, std::size_t side) : stereo_(stereo), side_(side) {}

  std::int16_t& operator[](std::size_t i) const { return stereo_[2 * i + side_]; }
  std::size_t size() const { return stereo_.size() / 2; }
  StereoSide Part(std::size_t from, std::size_t count) const {
    return {stereo_.subspan(2 * from, 2 * count), side_};
  }

 private:
  std::span<std::int16_t> stereo_;
  std::size_t side_;
};

}  // namespace callfleet::sip_edge::media
