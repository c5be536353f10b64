#include "services/sip_edge/domain/media/g711.h"

namespace callfleet::sip_edge::media {
namespace {

template <class F>
constexpr auto MakeTable(F f) {
  std::array<decltype(f(std::uint8_t{0})), 256> table{};
  for (int i = 0; i < 256; ++i) {
    table[static_cast<std::size_t>(i)] = f(static_cast<std::uint8_t>(i));
  }
  return table;
}

constexpr auto kFromMu = MakeTable(DecodeMuLaw);
constexpr auto kFromA = MakeTable(DecodeALaw);
constexpr auto kMuToA = MakeTable([](std::uint8_t o) { return EncodeALaw(DecodeMuLaw(o)); });
constexpr auto kAToMu = MakeTable([](std::uint8_t o) { return EncodeMuLaw(DecodeALaw(o)); });

}  // namespace

std::uint8_t Encode(Codec codec, std::int16_t sample) {
  return codec == Codec::kPcmu ? EncodeMuLaw(sample) : EncodeALaw(sample);
}

std::int16_t Decode(Codec codec, std::uint8_t octet) {
  return codec == Codec::kPcmu ? kFromMu[octet] : kFromA[octet];
}

void ConvertLaw(Codec from, Codec to, std::span<std::uint8_t> payload) {
  if (from == to) return;
  const auto& table = from == Codec::kPcmu ? kMuToA : kAToMu;
  for (auto& octet : payload) octet = table[octet];
}

}  // namespace callfleet::sip_edge::media
