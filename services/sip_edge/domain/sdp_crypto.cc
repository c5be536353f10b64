#include "services/sip_edge/domain/sdp_crypto.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace callfleet::sip_edge {
namespace {

using media::KeyBytes;
using media::SrtpKey;
using media::SrtpSuite;

constexpr std::array kSuites{SrtpSuite::kAesCm128HmacSha1_80, SrtpSuite::kAesCm128HmacSha1_32,
                             SrtpSuite::kAeadAes128Gcm, SrtpSuite::kAeadAes256Gcm};
constexpr std::string_view kDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kInline = "inline:";

std::string Base64(std::span<const std::uint8_t> octets) {
  std::string out;
  for (std::size_t i = 0; i < octets.size(); i += 3) {
    std::uint32_t three = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      three = (three << 8) | (i + k < octets.size() ? octets[i + k] : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      const bool padding = i + k > octets.size();
      out += padding ? '=' : kDigits[(three >> (18 - 6 * k)) & 0x3FU];
    }
  }
  return out;
}

// Padding may be missing, as some phones leave it out.
std::optional<std::vector<std::uint8_t>> FromBase64(std::string_view text) {
  while (text.ends_with('=')) text.remove_suffix(1);
  std::vector<std::uint8_t> out;
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : text) {
    const auto digit = kDigits.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    bits = (bits << 6) | static_cast<std::uint32_t>(digit);
    held += 6;
    if (held < 8) continue;
    held -= 8;
    out.push_back(static_cast<std::uint8_t>(bits >> held));
  }
  return out;
}

std::string_view NextWord(std::string_view& text) {
  const auto begin = std::min(text.find_first_not_of(" \t"), text.size());
  text.remove_prefix(begin);
  const auto word = text.substr(0, text.find_first_of(" \t"));
  text.remove_prefix(word.size());
  return word;
}

// RFC 4568 6.3.7: what one does not know makes the line useless, unless it begins with "-". A hint
// about the replay window (WSH) is kept by a window at least as large.
bool MayPassOver(std::string_view parameters) {
  while (true) {
    const auto word = NextWord(parameters);
    if (word.empty()) return true;
    if (!word.starts_with('-') && !word.starts_with("WSH=")) return false;
  }
}

}  // namespace

std::optional<SdpCrypto> ParseCrypto(std::string_view value) {
  constexpr std::size_t kMaxDigits = 9;
  const auto tag = NextWord(value);
  const bool number = !tag.empty() && tag.size() <= kMaxDigits &&
                      std::ranges::all_of(tag, [](char c) { return c >= '0' && c <= '9'; });
  if (!number) return std::nullopt;
  SdpCrypto out;
  for (const char c : tag) out.tag = out.tag * 10 + (c - '0');
  out.suite = NextWord(value);
  out.keys = NextWord(value);
  for (auto word = NextWord(value); !word.empty(); word = NextWord(value)) {
    out.parameters += (out.parameters.empty() ? "" : " ") + std::string(word);
  }
  if (out.keys.empty()) return std::nullopt;
  return out;
}

std::string ToText(const SdpCrypto& crypto) {
  return std::to_string(crypto.tag) + ' ' + crypto.suite + ' ' + crypto.keys +
         (crypto.parameters.empty() ? "" : ' ' + crypto.parameters);
}

const char* SuiteName(SrtpSuite suite) {
  switch (suite) {
    case SrtpSuite::kAesCm128HmacSha1_80:
      return "AES_CM_128_HMAC_SHA1_80";
    case SrtpSuite::kAesCm128HmacSha1_32:
      return "AES_CM_128_HMAC_SHA1_32";
    case SrtpSuite::kAeadAes128Gcm:
      return "AEAD_AES_128_GCM";
    case SrtpSuite::kAeadAes256Gcm:
      return "AEAD_AES_256_GCM";
  }
  return "";
}

std::optional<SrtpKey> KeyOf(const SdpCrypto& crypto) {
  const auto suite =
      std::ranges::find_if(kSuites, [&](SrtpSuite s) { return crypto.suite == SuiteName(s); });
  std::string_view keys = crypto.keys;
  if (suite == kSuites.end() || !keys.starts_with(kInline) || !MayPassOver(crypto.parameters)) {
    return std::nullopt;
  }
  keys.remove_prefix(kInline.size());
  // "key|lifetime|MKI:length": an MKI, and a second key, have a colon.
  if (keys.find_first_of(":;") != std::string_view::npos) return std::nullopt;
  const auto octets = FromBase64(keys.substr(0, keys.find('|')));
  if (!octets || octets->size() != KeyBytes(*suite)) return std::nullopt;
  SrtpKey key{.suite = *suite};
  std::ranges::copy(*octets, key.octets.begin());
  return key;
}

SdpCrypto ToCrypto(int tag, const SrtpKey& key) {
  const auto octets = std::span(key.octets).first(KeyBytes(key.suite));
  return {.tag = tag, .suite = SuiteName(key.suite), .keys = std::string(kInline) + Base64(octets)};
}

}  // namespace callfleet::sip_edge
