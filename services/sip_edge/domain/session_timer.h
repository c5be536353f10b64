#pragma once
// Session timers (RFC 4028), pure: what to offer, what to grant, when to refresh, when to give up.
#include <algorithm>
#include <cstdint>
#include <optional>

namespace callfleet::sip_edge {

struct SessionTimerPolicy {
  std::uint32_t interval_s = 1800;
  std::uint32_t min_se_s = 90;  // RFC 4028 4: never below 90.
};

enum class Refresher : std::uint8_t { kUnspecified, kUac, kUas };

// Session-Expires and friends as a message carried them.
struct SessionExpires {
  std::uint32_t interval_s = 0;
  Refresher refresher = Refresher::kUnspecified;
  std::uint32_t min_se_s = 0;  // 0: no Min-SE.
  bool peer_supports_timer = false;
};

struct SessionTerms {
  std::uint32_t interval_s = 0;
  bool we_refresh = false;
  // RFC 4028 10: refresh at half the interval; the other side ends it 32 s or a third before the
  // end.
  std::uint32_t RefreshAfter() const { return std::max<std::uint32_t>(1, interval_s / 2); }
  std::uint32_t ExpireAfter() const {
    return interval_s - std::min<std::uint32_t>(32, interval_s / 3);
  }
};

// As UAC, from a 2xx: no Session-Expires in it means that nobody watches (RFC 4028 7.2).
inline std::optional<SessionTerms> TermsFromAnswer(const std::optional<SessionExpires>& answer) {
  if (!answer || answer->interval_s == 0) return std::nullopt;
  return SessionTerms{answer->interval_s, answer->refresher != Refresher::kUas};
}

// As UAC, from a 422: the interval to try again with; nothing when it asks for no more than we did.
inline std::optional<std::uint32_t> RetryInterval(std::uint32_t tried_s, std::uint32_t min_se_s) {
  constexpr std::uint32_t kLongest = 86400;
  if (min_se_s <= tried_s || min_se_s > kLongest) return std::nullopt;
  return min_se_s;
}

struct SessionGrant {
  bool too_small = false;  // Answer 422 with our Min-SE.
  std::optional<SessionTerms> terms{};
  Refresher refresher = Refresher::kUnspecified;  // What the 2xx says.
  bool require_timer = false;
};

// As UAS, from the request. A peer that `holds` us may send nothing: its session alone tells that
// it is gone, so that one is as short as may be (RFC 4028 9), and ours to refresh unless it asks
// for it.
inline SessionGrant GrantSession(const SessionExpires& request, const SessionTimerPolicy& policy,
                                 bool holds = false) {
  if (request.interval_s != 0 && request.interval_s < policy.min_se_s &&
      request.peer_supports_timer) {
    return {.too_small = true};
  }
  const std::uint32_t longest = holds ? policy.min_se_s : policy.interval_s;
  std::uint32_t interval =
      request.interval_s == 0 ? longest : std::min(request.interval_s, longest);
  interval = std::max({interval, policy.min_se_s, request.min_se_s});
  SessionGrant grant;
  // RFC 4028 9, table 2: without the peer's support only we can refresh.
  grant.refresher = !request.peer_supports_timer ? Refresher::kUas : request.refresher;
  if (grant.refresher == Refresher::kUnspecified) {
    grant.refresher = holds ? Refresher::kUas : Refresher::kUac;
  }
  grant.require_timer = request.peer_supports_timer && grant.refresher == Refresher::kUac;
  grant.terms = SessionTerms{interval, grant.refresher == Refresher::kUas};
  return grant;
}

}  // namespace callfleet::sip_edge
