#pragma once
#include <chrono>
#include <string>
#include <vector>

#include "services/sip_edge/domain/audio_codec.h"
#include "services/sip_edge/domain/call_switch.h"
#include "services/sip_edge/domain/location_table.h"
#include "services/sip_edge/domain/session_timer.h"
#include "services/sip_edge/loop/sip_stack.h"

namespace callfleet::sip_edge {

struct EdgeConfig {
  SipAddress sip{};
  std::string media_address = "127.0.0.1";  // In our SDP.
  std::string realm = "callfleet";
  std::vector<AudioCodec> phone_codecs{AudioCodec::kPcmu, AudioCodec::kPcma};  // First: preferred.
  SwitchConfig calls{};
  RegistrarPolicy registrar{};
  SessionTimerPolicy session{};
  std::chrono::milliseconds no_response_limit{4000};   // Then the next target of a trunk.
  std::chrono::seconds keep_alive{25};                 // OPTIONS towards registered phones.
  std::chrono::milliseconds ring_repeat{60'000};       // RFC 3261 13.3.1.1: an 18x each minute.
  std::uint32_t max_arrivals_per_second = 400;         // From trunks; above it 503.
  std::uint32_t max_requests_per_source = 200;         // A second, of who is no trunk; then 503.
  std::chrono::milliseconds connection_idle{120'000};  // TCP without registration or dialog.
  std::uint64_t seed = 1;                              // Of tags' helpers, back-offs and nonces.
};

}  // namespace callfleet::sip_edge
