#include "services/sip_edge/domain/trunk.h"

#include <algorithm>
#include <cctype>

namespace callfleet::sip_edge {

namespace {

bool IsIdText(const std::string& text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '_' || c == '-';
  });
}

// No control characters, spaces, quotes or separators that could leave a URI or a header.
bool IsHostText(const std::string& text) {
  return !text.empty() && text.size() <= 255 && std::all_of(text.begin(), text.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '-' || c == ':' ||
           c == '[' || c == ']' || c == '_';
  });
}

bool IsUserText(const std::string& text) {
  return !text.empty() && text.size() <= 128 && std::all_of(text.begin(), text.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '+' || c == '.' || c == '_' ||
           c == '-';
  });
}

bool IsPlain(const std::string& text, std::size_t most) {
  return text.size() <= most && std::all_of(text.begin(), text.end(), [](char c) {
           return static_cast<unsigned char>(c) >= ' ' && c != '"' && c != '\\' && c != 0x7f;
         });
}

}  // namespace

Error TrunkUnknown(const TrunkId& id) {
  return {.code = ErrorCode::kNotFound,
          .reason = "TRUNK_UNKNOWN",
          .message = "no such trunk",
          .metadata = {{"trunk_id", id.str()}}};
}

Error TrunkExists(const TrunkId& id) {
  return {.code = ErrorCode::kAlreadyExists,
          .reason = "TRUNK_EXISTS",
          .message = "a trunk of this id exists",
          .metadata = {{"trunk_id", id.str()}}};
}

Error TrunkLimitReached() {
  return {.code = ErrorCode::kResourceExhausted,
          .reason = "TRUNK_LIMIT_REACHED",
          .message = "at most 1,000 trunks"};
}

Status Validate(const TrunkSettings& settings) {
  if (!IsIdText(settings.id.str())) {
    return InvalidField("trunk.trunk_id", "1 to 64 of A-Z a-z 0-9 . _ -");
  }
  if (!IsPlain(settings.name, 64)) return InvalidField("trunk.name", "at most 64 characters");
  if (settings.routes.empty() || settings.routes.size() > 16) {
    return InvalidField("trunk.routes", "1 to 16 routes");
  }
  for (const auto& route : settings.routes) {
    if (!IsHostText(route.host)) return InvalidField("trunk.routes.host", "a name or an address");
  }
  if (!IsPlain(settings.auth_user, 128)) return InvalidField("trunk.auth_user", "at most 128");
  if (!IsPlain(settings.auth_secret, 128)) return InvalidField("trunk.auth_secret", "at most 128");
  if (!settings.from_domain.empty() && !IsHostText(settings.from_domain)) {
    return InvalidField("trunk.from_domain", "a host name");
  }
  if (settings.ptime_ms < 10 || settings.ptime_ms > 60) {
    return InvalidField("trunk.packet_time", "10, 20, 30, 40 or 60 ms");
  }
  if (settings.max_channels > 100'000) {
    return InvalidField("trunk.max_channels", "at most 100,000");
  }
  if (settings.max_calls_per_second > 10'000) {
    return InvalidField("trunk.max_calls_per_second", "at most 10,000");
  }
  if (settings.outbound_registration && !IsUserText(settings.auth_user)) {
    return InvalidField("trunk.auth_user", "to register: 1 to 128 of A-Z a-z 0-9 + . _ -");
  }
  return {};
}

bool IsTrunkFault(const SipCause& cause, bool heard_anything) {
  switch (cause.q850) {
    case 34:
    case 38:
    case 41:
    case 42:
    case 47:
      return true;
    case 0:
      break;
    default:
      return false;  // Q.850 says it better than the SIP code.
  }
  const int code = cause.sip_code;
  if (code == 401 || code == 403 || code == 407 || code == 488) return true;
  if (code >= 500 && code < 600) return true;
  return !heard_anything && (code == 408 || code == 0);
}

std::vector<TrunkRoute> OrderRoutes(std::vector<TrunkRoute> routes, std::uint32_t random) {
  std::stable_sort(routes.begin(), routes.end(), [](const TrunkRoute& a, const TrunkRoute& b) {
    return a.priority < b.priority;
  });
  for (auto first = routes.begin(); first != routes.end(); ++first) {
    const auto last = std::find_if(first, routes.end(), [&](const TrunkRoute& route) {
      return route.priority != first->priority;
    });
    std::uint32_t total = 0;
    for (auto it = first; it != last; ++it) total += std::max<std::uint32_t>(1, it->weight);
    random = random * 1664525u + 1013904223u;
    std::uint32_t pick =
        static_cast<std::uint32_t>((static_cast<std::uint64_t>(random >> 8) * total) >> 24);
    auto chosen = first;
    for (auto it = first; it != last; ++it) {
      const std::uint32_t weight = std::max<std::uint32_t>(1, it->weight);
      chosen = it;
      if (pick < weight) break;
      pick -= weight;
    }
    std::rotate(first, chosen, chosen + 1);
  }
  return routes;
}

void Breaker::Record(bool fault, MonoTime now) {
  const auto second =
      std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
  auto& slot = window_[static_cast<std::size_t>(second % 60)];
  if (slot.second != second) slot = Second{second};
  ++slot.attempts;
  if (fault) ++slot.faults;
  if (open_) {
    if (!fault) {
      open_ = false;
      window_ = {};  // What was held against it is forgiven.
    }
    return;
  }
  std::uint32_t attempts = 0;
  std::uint32_t faults = 0;
  for (const auto& s : window_) {
    if (s.second < 0 || second - s.second >= kWindow.count()) continue;
    attempts += s.attempts;
    faults += s.faults;
  }
  if (faults >= kFaults && faults * 2 >= attempts) {
    open_ = true;
    next_probe_ = now + kProbeEvery;
  }
}

bool Breaker::Admit(MonoTime now) {
  if (!open_) return true;
  if (now < next_probe_) return false;
  next_probe_ = now + kProbeEvery;
  return true;
}

std::chrono::milliseconds Breaker::UntilProbe(MonoTime now) const {
  if (!open_ || now >= next_probe_) return std::chrono::milliseconds{0};
  return std::chrono::duration_cast<std::chrono::milliseconds>(next_probe_ - now) +
         std::chrono::milliseconds{1};
}

}  // namespace callfleet::sip_edge
