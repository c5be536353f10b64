#pragma once
// The phones' side of RFC 3264: one audio stream, PCMU and PCMA, telephone-event.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/phones/media/rtp_leg.h"

namespace callfleet::phones {

enum class Direction { kSendRecv, kSendOnly, kRecvOnly, kInactive };

struct RemoteSdp {
  RemoteRtp rtp;  // codec chosen by our preference; port 0: the stream was refused
  Direction direction = Direction::kSendRecv;  // as the peer sees it
  bool has_codec = false;
  std::vector<std::string> codecs;       // all of the stream, by name, in the peer's order
  std::vector<std::string> media_lines;  // type and protocol of every m-line, for the answer
  size_t audio_index = 0;
};

// Empty for a body that is no SDP or has no audio. Preference: codecs in the order of `laws`.
std::optional<RemoteSdp> ParseSdp(const std::string& body, const std::vector<Law>& laws);

const char* NameOf(Law law);  // PCMU, PCMA

struct LocalSdp {
  std::string host;
  uint16_t port = 0;
  uint64_t session = 0;
  uint32_t version = 1;
};
std::string MakeOffer(const LocalSdp& local, const std::vector<Law>& laws);
std::string MakeAnswer(const LocalSdp& local, const RemoteSdp& offer);

}  // namespace callfleet::phones
