#include "services/sip_edge/media/media_api.h"

#include <string>

namespace callfleet::sip_edge::media {
namespace {

Status CheckPayloadType(const char* field, PayloadType value, bool required) {
  if (value == kNotNegotiated && !required) return {};
  if (value >= 0 && value <= 127) return {};
  return InvalidField(field, "must be an RTP payload type, 0..127");
}

}  // namespace

Status Validate(const RemoteMedia& remote) {
  if (remote.rules.network_count > kMaxMediaNetworks) {
    return InvalidField("rules.network_count",
                        "at most " + std::to_string(kMaxMediaNetworks) + " networks");
  }
  if (remote.ptime_ms < 10 || remote.ptime_ms > 60 || remote.ptime_ms % 10 != 0) {
    return InvalidField("ptime_ms", "must be 10, 20, 30, 40, 50 or 60");
  }
  if (remote.receive_pcmu == kNotNegotiated && remote.receive_pcma == kNotNegotiated &&
      remote.receive_g722 == kNotNegotiated) {
    return InvalidField("receive_pcmu", "one of the codecs must be received");
  }
  for (const auto& status : {CheckPayloadType("payload_type", remote.payload_type, true),
                             CheckPayloadType("receive_pcmu", remote.receive_pcmu, false),
                             CheckPayloadType("receive_pcma", remote.receive_pcma, false),
                             CheckPayloadType("receive_g722", remote.receive_g722, false),
                             CheckPayloadType("dtmf_send", remote.dtmf_send, false),
                             CheckPayloadType("dtmf_receive", remote.dtmf_receive, false)}) {
    if (!status) return status;
  }
  return {};
}

}  // namespace callfleet::sip_edge::media
