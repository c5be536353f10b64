#pragma once
// a=crypto of SDP: SRTP's keys in the signalling (SDES, RFC 4568).
#include <optional>
#include <string>
#include <string_view>

#include "services/sip_edge/domain/media/srtp_key.h"

namespace callfleet::sip_edge {

struct SdpCrypto {
  int tag = 0;  // 1..999,999,999.
  std::string suite{};
  std::string keys{};        // "inline:..." as it came.
  std::string parameters{};  // Session parameters, blanks between them.
};

// The value of a=crypto. Nothing: not of RFC 4568's form.
std::optional<SdpCrypto> ParseCrypto(std::string_view value);
std::string ToText(const SdpCrypto& crypto);  // The same, the other way.

const char* SuiteName(media::SrtpSuite suite);
// Nothing where we cannot speak it: another suite, more than one key (they need an MKI, RFC 3711
// 3.1), a key of the wrong length, parameters that we must not pass over (RFC 4568 6.3). A lifetime
// is accepted: a call ends long before 2^48 packets.
std::optional<media::SrtpKey> KeyOf(const SdpCrypto& crypto);
SdpCrypto ToCrypto(int tag, const media::SrtpKey& key);

}  // namespace callfleet::sip_edge
