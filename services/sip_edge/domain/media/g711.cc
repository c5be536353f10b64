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
// G.711 tables 3 and 4: for each magnitude of one law its number in the other, counted from 0. They
// differ from decoding and encoding again: a second conversion there and back changes nothing more.
constexpr std::array<std::uint8_t, 128> kNumberMuToA{
    0,   0,   1,   1,   2,   2,   3,   3,   4,   4,   5,   5,   6,   6,   7,   7,   8,   9,   10,
    11,  12,  13,  14,  15,  16,  17,  18,  19,  20,  21,  22,  23,  24,  26,  28,  30,  32,  33,
    34,  35,  36,  37,  38,  39,  40,  41,  42,  43,  45,  47,  48,  49,  50,  51,  52,  53,  54,
    55,  56,  57,  58,  59,  60,  61,  63,  64,  65,  66,  67,  68,  69,  70,  71,  72,  73,  74,
    75,  76,  77,  78,  79,  81,  82,  83,  84,  85,  86,  87,  88,  89,  90,  91,  92,  93,  94,
    95,  96,  97,  98,  99,  100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 112, 113,
    114, 115, 116, 117, 118, 119, 120, 121, 122, 123, 124, 125, 126, 127};
constexpr std::array<std::uint8_t, 128> kNumberAToMu{
    1,   3,   5,   7,   9,   11,  13,  15,  16,  17,  18,  19,  20,  21,  22,  23,  24,  25,  26,
    27,  28,  29,  30,  31,  32,  32,  33,  33,  34,  34,  35,  35,  36,  37,  38,  39,  40,  41,
    42,  43,  44,  45,  46,  47,  48,  48,  49,  49,  50,  51,  52,  53,  54,  55,  56,  57,  58,
    59,  60,  61,  62,  63,  64,  64,  65,  66,  67,  68,  69,  70,  71,  72,  73,  74,  75,  76,
    77,  78,  79,  80,  80,  81,  82,  83,  84,  85,  86,  87,  88,  89,  90,  91,  92,  93,  94,
    95,  96,  97,  98,  99,  100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 112, 113,
    114, 115, 116, 117, 118, 119, 120, 121, 122, 123, 124, 125, 126, 127};

constexpr std::uint8_t kALawFlips = 0x55;  // Even bits are sent inverted.
constexpr auto kMuToA = MakeTable([](std::uint8_t octet) {
  const auto magnitude = static_cast<std::uint8_t>(~octet & 0x7F);
  return static_cast<std::uint8_t>(((octet & 0x80) | kNumberMuToA[magnitude]) ^ kALawFlips);
});
constexpr auto kAToMu = MakeTable([](std::uint8_t octet) {
  const auto magnitude = static_cast<std::uint8_t>((octet ^ kALawFlips) & 0x7F);
  const int sign = (octet ^ kALawFlips) & 0x80;
  return static_cast<std::uint8_t>(sign | (~kNumberAToMu[magnitude] & 0x7F));
});

}  // namespace

std::uint8_t Encode(Codec codec, std::int16_t sample) {
  return codec == Codec::kPcmu ? EncodeMuLaw(sample) : EncodeALaw(sample);
}

std::int16_t Decode(Codec codec, std::uint8_t octet) {
  return codec == Codec::kPcmu ? kFromMu[octet] : kFromA[octet];
}

void DecodeG711(Codec law, std::span<const std::uint8_t> octets, std::span<std::int16_t> out) {
  const auto& table = law == Codec::kPcmu ? kFromMu : kFromA;
  for (std::size_t i = 0; i < octets.size(); ++i) out[i] = table[octets[i]];
}

// Four at a time: what is stored might be what is read next, so one by one they wait for each
// other.
void DecodeG711(Codec law, std::span<const std::uint8_t> octets, const StereoSide& out) {
  const auto& table = law == Codec::kPcmu ? kFromMu : kFromA;
  std::size_t i = 0;
  for (; i + 4 <= octets.size(); i += 4) {
    const std::array four{table[octets[i]], table[octets[i + 1]], table[octets[i + 2]],
                          table[octets[i + 3]]};
    out[i] = four[0];
    out[i + 1] = four[1];
    out[i + 2] = four[2];
    out[i + 3] = four[3];
  }
  for (; i < octets.size(); ++i) out[i] = table[octets[i]];
}

void ConvertLaw(Codec from, Codec to, std::span<std::uint8_t> payload) {
  if (from == to) return;
  const auto& table = from == Codec::kPcmu ? kMuToA : kAToMu;
  for (auto& octet : payload) octet = table[octet];
}

}  // namespace callfleet::sip_edge::media
