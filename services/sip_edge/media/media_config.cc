#include "services/sip_edge/media/media_config.h"

#include "services/sip_edge/media/udp_socket.h"

namespace callfleet::sip_edge::media {

Status Validate(const MediaConfig& config) {
  constexpr std::uint16_t kEphemeralMin = 32768;
  constexpr std::uint16_t kEphemeralMax = 60999;
  if (!ParseIp(config.bind_address)) {
    return InvalidField("media.bind_address", "must be an IPv4 or IPv6 address");
  }
  if (config.port_min < 1024 || config.port_min % 2 != 0) {
    return InvalidField("media.port_min", "must be even and 1024 or more");
  }
  if (config.port_max % 2 != 1 || config.port_max < config.port_min) {
    return InvalidField("media.port_max", "must be odd and above port_min");
  }
  if (config.port_max >= kEphemeralMin && config.port_min <= kEphemeralMax) {
    return InvalidField("media.port_max", "the range must stay outside 32768-60999");
  }
  if (config.threads < 1 || config.threads > 64) {
    return InvalidField("media.threads", "must be 1..64");
  }
  if (config.max_endpoints < 1 || config.max_endpoints > 65536) {
    return InvalidField("media.max_endpoints", "must be 1..65536");
  }
  if (config.realtime_priority < 0 || config.realtime_priority > 99) {
    return InvalidField("media.realtime_priority", "must be 0..99");
  }
  if (config.dscp < 0 || config.dscp > 63) return InvalidField("media.dscp", "must be 0..63");
  if (config.relearn_after.count() < 100 || config.no_rtp_after < config.relearn_after) {
    return InvalidField("media.relearn_after_ms", "must be 100 or more and below no_rtp_after_ms");
  }
  return {};
}

}  // namespace callfleet::sip_edge::media
