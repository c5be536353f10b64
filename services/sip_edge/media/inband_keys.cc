#include "services/sip_edge/media/inband_keys.h"

// The library's own umbrella header wants libtiff for its fax parts.
#include <spandsp/telephony.h>

#include <spandsp/logging.h>

#include <spandsp/super_tone_rx.h>

#include <spandsp/dtmf.h>

#include <algorithm>
#include <array>
#include <new>

namespace callfleet::sip_edge::media {
namespace {

// Q.24: one tone may be louder than the other by 4 to 8 dB, which of them differs by country.
constexpr int kTwistDb = 8;
constexpr int kReverseTwistDb = 8;
constexpr int kLeastDbm0 = -32;  // Quieter pairs are echoes and other calls.
constexpr int kNoDialTone = 0;   // Nobody hears one in a call.

}  // namespace

struct InbandKeys::Receiver {
  dtmf_rx_state_t* state = dtmf_rx_init(nullptr, nullptr, nullptr);
  std::array<char, MAX_DTMF_DIGITS + 1> digits{};

  Receiver() {
    if (state == nullptr) throw std::bad_alloc();
    dtmf_rx_parms(state, kNoDialTone, kTwistDb, kReverseTwistDb, kLeastDbm0);
  }
  ~Receiver() { dtmf_rx_free(state); }
  Receiver(const Receiver&) = delete;
  Receiver& operator=(const Receiver&) = delete;
};

InbandKeys::InbandKeys() : receiver_(std::make_unique<Receiver>()) {}
InbandKeys::~InbandKeys() = default;
InbandKeys::InbandKeys(InbandKeys&&) noexcept = default;
InbandKeys& InbandKeys::operator=(InbandKeys&&) noexcept = default;

std::string_view InbandKeys::OnAudio(std::span<const std::int16_t> samples) {
  dtmf_rx(receiver_->state, samples.data(), static_cast<int>(samples.size()));
  auto& digits = receiver_->digits;
  const auto count = dtmf_rx_get(receiver_->state, digits.data(), MAX_DTMF_DIGITS);
  return {digits.data(), count};
}

void InbandKeys::OnLost(std::size_t samples) {
  constexpr std::size_t kMost = 800;
  dtmf_rx_fillin(receiver_->state, static_cast<int>(std::min(samples, kMost)));
}

}  // namespace callfleet::sip_edge::media
