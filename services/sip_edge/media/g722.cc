#include "services/sip_edge/media/g722.h"

// The library's own umbrella header wants libtiff for its fax parts.
#include <spandsp/telephony.h>

#include <spandsp/g722.h>

#include <new>

namespace callfleet::sip_edge::media {
namespace {

constexpr int kBitRate = 64'000;

}  // namespace

struct G722Encoder::State {
  g722_encode_state_t* coder = g722_encode_init(nullptr, kBitRate, G722_SAMPLE_RATE_8000);
  State() {
    if (coder == nullptr) throw std::bad_alloc();
  }
  ~State() { g722_encode_free(coder); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
};

G722Encoder::G722Encoder() : state_(std::make_unique<State>()) {}
G722Encoder::~G722Encoder() = default;
G722Encoder::G722Encoder(G722Encoder&&) noexcept = default;
G722Encoder& G722Encoder::operator=(G722Encoder&&) noexcept = default;

void G722Encoder::Encode(std::span<const std::int16_t> samples, std::span<std::uint8_t> out) {
  g722_encode(state_->coder, out.data(), samples.data(), static_cast<int>(samples.size()));
}

struct G722Decoder::State {
  g722_decode_state_t* coder = g722_decode_init(nullptr, kBitRate, G722_SAMPLE_RATE_8000);
  State() {
    if (coder == nullptr) throw std::bad_alloc();
  }
  ~State() { g722_decode_free(coder); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
};

G722Decoder::G722Decoder() : state_(std::make_unique<State>()) {}
G722Decoder::~G722Decoder() = default;
G722Decoder::G722Decoder(G722Decoder&&) noexcept = default;
G722Decoder& G722Decoder::operator=(G722Decoder&&) noexcept = default;

void G722Decoder::Decode(std::span<const std::uint8_t> octets, std::span<std::int16_t> out) {
  g722_decode(state_->coder, out.data(), octets.data(), static_cast<int>(octets.size()));
}

}  // namespace callfleet::sip_edge::media
