#pragma once
// Which of several failures speaks for a leg that rang in more than one place (RFC 3261 16.7).
#include "services/sip_edge/domain/sip_cause.h"

namespace callfleet::sip_edge {

// 6xx is final for all; then an answer of a person or phone (4xx) over a missing one (408, 5xx).
constexpr int FailureRank(int sip_code) {
  if (sip_code >= 600) return 0;
  if (sip_code == 486) return 1;
  if (sip_code >= 400 && sip_code < 500 && sip_code != 408 && sip_code != 487) return 2;
  if (sip_code == 480) return 2;
  if (sip_code >= 300 && sip_code < 400) return 3;
  if (sip_code >= 500) return 4;
  return 5;
}

inline const SipCause& BetterFailure(const SipCause& a, const SipCause& b) {
  return FailureRank(b.sip_code) < FailureRank(a.sip_code) ? b : a;
}

// One 603 (or any 6xx) is the person's no: the other contacts stop ringing.
constexpr bool EndsAllBranches(int sip_code) { return sip_code >= 600; }

}  // namespace callfleet::sip_edge
