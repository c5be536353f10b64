#pragma once
// rtpengine (Debian's, userspace, one thread) as a target: the yardstick of media.md.
#include <memory>

#include "tests/bench/media/target.h"

namespace callfleet::sip_edge::media::bench {

// Starts it; it goes with the target. Ends the benchmark where it is not installed.
std::unique_ptr<Target> RtpEngine();

}  // namespace callfleet::sip_edge::media::bench
