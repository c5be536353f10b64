#include "services/sip_edge/media/srtp_context.h"

#include <srtp2/srtp.h>

#include <algorithm>
#include <cstring>

namespace callfleet::sip_edge::media {
namespace {

static_assert(kSrtpTrailerBytes >= SRTP_MAX_TRAILER_LEN + 4);

void SetSuite(SrtpSuite suite, srtp_policy_t& policy) {
  switch (suite) {
    case SrtpSuite::kAesCm128HmacSha1_80:
      srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&policy.rtp);
      srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&policy.rtcp);
      break;
    case SrtpSuite::kAesCm128HmacSha1_32:
      srtp_crypto_policy_set_aes_cm_128_hmac_sha1_32(&policy.rtp);
      // RFC 4568 6.2.2: the short tag is for RTP alone.
      srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&policy.rtcp);
      break;
    case SrtpSuite::kAeadAes128Gcm:
      srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtp);
      srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtcp);
      break;
    case SrtpSuite::kAeadAes256Gcm:
      srtp_crypto_policy_set_aes_gcm_256_16_auth(&policy.rtp);
      srtp_crypto_policy_set_aes_gcm_256_16_auth(&policy.rtcp);
      break;
  }
}

srtp_t Create(const SrtpKey& key, SrtpContext::Way way) {
  srtp_policy_t policy{};
  SetSuite(key.suite, policy);
  policy.ssrc.type = way == SrtpContext::Way::kSend ? ssrc_any_outbound : ssrc_any_inbound;
  // libsrtp2 only reads it.
  policy.key = const_cast<std::uint8_t*>(key.octets.data());
  policy.window_size = 128;
  srtp_t session = nullptr;
  return srtp_create(&session, &policy) == srtp_err_status_ok ? session : nullptr;
}

// In network byte order, as libsrtp2 takes it.
std::uint32_t SsrcAt(std::size_t at, std::span<const std::uint8_t> packet) {
  std::uint32_t ssrc = 0;
  std::memcpy(&ssrc, &packet[at], sizeof ssrc);
  return ssrc;
}

}  // namespace

SrtpContext::SrtpContext(const SrtpKey& key, Way way) : key_(key) {
  if (Prepare()) session_ = Create(key_, way);
}

// Debian's libsrtp2 stands on NSS, which loads its modules with the first context and unloads them
// with the last: a context that stays makes all others cost 50 us instead of 700.
bool SrtpContext::Prepare() {
  static const bool ready = srtp_init() == srtp_err_status_ok && Create({}, Way::kSend) != nullptr;
  return ready;
}

SrtpContext::~SrtpContext() {
  if (session_ != nullptr) srtp_dealloc(session_);
}

std::optional<std::size_t> SrtpContext::Protect(std::span<std::uint8_t> buffer, std::size_t size) {
  if (session_ == nullptr || size + kSrtpTrailerBytes > buffer.size()) return std::nullopt;
  int length = static_cast<int>(size);
  if (srtp_protect(session_, buffer.data(), &length) != srtp_err_status_ok) return std::nullopt;
  return static_cast<std::size_t>(length);
}

std::optional<std::size_t> SrtpContext::ProtectRtcp(std::span<std::uint8_t> buffer,
                                                    std::size_t size) {
  if (session_ == nullptr || size + kSrtpTrailerBytes > buffer.size()) return std::nullopt;
  int length = static_cast<int>(size);
  if (srtp_protect_rtcp(session_, buffer.data(), &length) != srtp_err_status_ok) {
    return std::nullopt;
  }
  return static_cast<std::size_t>(length);
}

std::optional<std::size_t> SrtpContext::Unprotect(std::span<std::uint8_t> packet) {
  constexpr std::size_t kRtpHeader = 12;
  if (session_ == nullptr || packet.size() < kRtpHeader) return std::nullopt;
  int length = static_cast<int>(packet.size());
  if (srtp_unprotect(session_, packet.data(), &length) != srtp_err_status_ok) return std::nullopt;
  KeepStream(SsrcAt(8, packet));
  return static_cast<std::size_t>(length);
}

std::optional<std::size_t> SrtpContext::UnprotectRtcp(std::span<std::uint8_t> packet) {
  constexpr std::size_t kRtcpHeader = 8;
  if (session_ == nullptr || packet.size() < kRtcpHeader) return std::nullopt;
  int length = static_cast<int>(packet.size());
  if (srtp_unprotect_rtcp(session_, packet.data(), &length) != srtp_err_status_ok) {
    return std::nullopt;
  }
  KeepStream(SsrcAt(4, packet));
  return static_cast<std::size_t>(length);
}

// A peer that takes a new SSRC with each packet must not fill the memory: libsrtp2 keeps a stream
// for each that was authentic, so the one heard first is given up.
void SrtpContext::KeepStream(std::uint32_t ssrc) {
  const auto known = std::span(streams_).first(stream_count_);
  if (std::ranges::find(known, ssrc) != known.end()) return;
  if (stream_count_ < kStreams) {
    streams_[stream_count_++] = ssrc;
    return;
  }
  (void)srtp_remove_stream(session_, streams_.front());
  std::rotate(streams_.begin(), streams_.begin() + 1, streams_.end());
  streams_.back() = ssrc;
}

}  // namespace callfleet::sip_edge::media
