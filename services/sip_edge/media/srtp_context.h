#pragma once
// SRTP and SRTCP of one leg (RFC 3711, RFC 7714): libsrtp2 behind one class.
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "services/sip_edge/domain/media/srtp_key.h"

struct srtp_ctx_t_;

namespace callfleet::sip_edge::media {

// What protection adds to a packet at most: a tag of 16 octets; SRTCP's index; libsrtp's MKI room.
inline constexpr std::size_t kSrtpTrailerBytes = 148;

// One way of one leg. Buffers are aligned to 4 octets, as libsrtp2 wants them.
class SrtpContext {
 public:
  enum class Way : std::uint8_t { kSend, kReceive };
  // 50 ms once a process; best before anybody waits. False: libsrtp2 does not work.
  static bool Prepare();
  SrtpContext(const SrtpKey& key, Way way);
  ~SrtpContext();
  SrtpContext(const SrtpContext&) = delete;
  SrtpContext& operator=(const SrtpContext&) = delete;

  const SrtpKey& key() const { return key_; }
  // In place. `size` octets of `buffer` are a whole packet, with kSrtpTrailerBytes of room behind.
  // The new size; nothing: the sequence is used up, or the packet is none.
  std::optional<std::size_t> Protect(std::span<std::uint8_t> buffer, std::size_t size);
  std::optional<std::size_t> ProtectRtcp(std::span<std::uint8_t> buffer, std::size_t size);
  // In place; the size of the plain packet. Nothing: not authentic, or a replay.
  std::optional<std::size_t> Unprotect(std::span<std::uint8_t> packet);
  std::optional<std::size_t> UnprotectRtcp(std::span<std::uint8_t> packet);

 private:
  void KeepStream(std::uint32_t ssrc);

  static constexpr std::size_t kStreams = 4;
  SrtpKey key_;
  srtp_ctx_t_* session_ = nullptr;
  std::array<std::uint32_t, kStreams> streams_{};  // SSRCs heard last; libsrtp2 keeps each.
  std::size_t stream_count_ = 0;
};

}  // namespace callfleet::sip_edge::media
