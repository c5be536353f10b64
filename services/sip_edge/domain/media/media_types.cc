#include "services/sip_edge/domain/media/media_types.h"

#include <algorithm>

namespace callfleet::sip_edge::media {
namespace {

constexpr std::size_t kMappedPrefix = 12;

std::string Hex(unsigned value) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  do {
    out.insert(out.begin(), kDigits[value & 15]);
    value >>= 4;
  } while (value != 0);
  return out;
}

std::string V6Text(const IpAddress& ip) {
  std::string out;
  for (std::size_t i = 0; i < ip.bytes.size(); i += 2) {
    if (i != 0) out += ':';
    out += Hex(static_cast<unsigned>(ip.bytes[i] << 8 | ip.bytes[i + 1]));
  }
  return out;
}

}  // namespace

const char* Name(Codec codec) {
  switch (codec) {
    case Codec::kPcmu:
      return "PCMU";
    case Codec::kPcma:
      return "PCMA";
    case Codec::kG722:
      return "G722";
  }
  return "?";
}

bool IpAddress::IsV4() const {
  const auto mapped = V4(0, 0, 0, 0);
  return std::equal(bytes.begin(), bytes.begin() + kMappedPrefix, mapped.bytes.begin());
}

bool IpAddress::IsUnspecified() const { return *this == IpAddress{} || *this == V4(0, 0, 0, 0); }

std::string ToString(const MediaAddress& address) {
  const auto& b = address.ip.bytes;
  const std::string port = ":" + std::to_string(address.port);
  if (!address.ip.IsV4()) return "[" + V6Text(address.ip) + "]" + port;
  return std::to_string(b[12]) + "." + std::to_string(b[13]) + "." + std::to_string(b[14]) + "." +
         std::to_string(b[15]) + port;
}

bool Subnet::Contains(const IpAddress& ip) const {
  const unsigned bits = std::min<unsigned>(prefix_bits, 128);
  const std::size_t whole = bits / 8;
  for (std::size_t i = 0; i < whole; ++i) {
    if (base.bytes[i] != ip.bytes[i]) return false;
  }
  if (bits % 8 == 0) return true;
  const auto mask = static_cast<std::uint8_t>(0xFF << (8 - bits % 8));
  return (base.bytes[whole] & mask) == (ip.bytes[whole] & mask);
}

}  // namespace callfleet::sip_edge::media
