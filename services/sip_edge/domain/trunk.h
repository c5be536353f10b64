#pragma once
// A carrier or a PBX: its settings, and what it allows at this moment.
#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/clock/clock.h"
#include "common/ids/ids.h"
#include "common/result/result.h"
#include "services/sip_edge/domain/sdp_session.h"
#include "services/sip_edge/domain/sip_cause.h"

namespace callfleet::sip_edge {

enum class Transport : std::uint8_t { kUdp = 1, kTcp, kTls };
constexpr const char* TransportParam(Transport transport) {  // Of a SIP URI.
  return transport == Transport::kUdp   ? ";transport=udp"
         : transport == Transport::kTcp ? ";transport=tcp"
                                        : ";transport=tls";
}
constexpr std::uint16_t DefaultPort(Transport transport) {  // RFC 3261 19.1.2
  return transport == Transport::kTls ? 5061 : 5060;
}
enum class ReliableProvisional : std::uint8_t { kOff = 1, kSupported, kRequired };
enum class NumberFormat : std::uint8_t { kE164Plus = 1, kE164 };
enum class TrunkState : std::uint8_t { kUp = 1, kDown, kBreakerOpen, kDisabled };

struct TrunkRoute {
  std::string host{};
  std::uint16_t port = 0;  // 0: from DNS, else 5060.
  Transport transport = Transport::kUdp;
  std::uint16_t priority = 0;
  std::uint16_t weight = 1;
  friend bool operator==(const TrunkRoute&, const TrunkRoute&) = default;
};

struct TrunkSettings {
  TrunkId id{};
  std::string name{};
  std::vector<TrunkRoute> routes{};
  std::string auth_user{};
  std::string auth_secret{};
  std::vector<std::string> trusted_networks{};
  std::vector<std::string> media_networks{};
  std::string from_domain{};
  std::string caller_id{};
  NumberFormat number_format = NumberFormat::kE164Plus;
  std::vector<AudioCodec> codecs{AudioCodec::kPcmu, AudioCodec::kPcma};
  int ptime_ms = 20;
  MediaSecurity media_security = MediaSecurity::kOff;
  ReliableProvisional reliable_provisional = ReliableProvisional::kSupported;
  std::uint32_t max_channels = 0;             // 0: no limit.
  std::uint32_t max_calls_per_second = 0;     // 0: no limit.
  std::chrono::seconds options_interval{30};  // Below 0: none.
  bool disabled = false;
  bool retry_after_on_overload = false;
  bool assert_identity = false;
  bool outbound_registration = false;
  friend bool operator==(const TrunkSettings&, const TrunkSettings&) = default;
};

constexpr std::size_t kMaxTrunks = 1000;
Error TrunkUnknown(const TrunkId& id);  // NOT_FOUND
Error TrunkExists(const TrunkId& id);   // ALREADY_EXISTS
Error TrunkLimitReached();              // RESOURCE_EXHAUSTED: kMaxTrunks are kept.

// Ids, sizes and ranges; every fault names its field.
Status Validate(const TrunkSettings& settings);

struct TrunkFigures {
  std::uint64_t placed = 0;
  std::uint64_t answered = 0;
  std::uint64_t early_answers = 0;
  std::uint64_t faults = 0;
  std::uint64_t refused = 0;
  std::uint64_t short_calls = 0;
  std::chrono::microseconds answered_time{0};
};

// An attempt's end as the breaker sees it: the trunk's own fault (401, 403, 407, 488, 5xx,
// nothing heard, Q.850 34, 38, 41, 42, 47), never the callee's.
bool IsTrunkFault(const SipCause& cause, bool heard_anything);

// RFC 3263 / 2782: lower priority first, within one by weight. `random` decides, one draw a route.
std::vector<TrunkRoute> OrderRoutes(std::vector<TrunkRoute> routes, std::uint32_t random);

// The next target is tried when nobody has answered for the call yet: no response at all, 503, or
// the connection failed. Never after an 18x, 486, 6xx or 404.
constexpr bool MayTryNextRoute(int sip_code, bool saw_progress, bool heard_anything) {
  return !saw_progress && (!heard_anything || sip_code == 503);
}

// >= 20 faults in 60 s and >= 50 % of the attempts open it; then one probe each 5 s until one
// succeeds. Time only as an argument.
class Breaker {
 public:
  static constexpr int kFaults = 20;
  static constexpr std::chrono::seconds kWindow{60};
  static constexpr std::chrono::seconds kProbeEvery{5};

  void Record(bool fault, MonoTime now);
  bool open() const { return open_; }
  // Closed: always. Open: true once each 5 s (that call is the probe).
  bool Admit(MonoTime now);
  std::chrono::milliseconds UntilProbe(MonoTime now) const;

 private:
  struct Second {
    std::int64_t second = -1;
    std::uint32_t attempts = 0;
    std::uint32_t faults = 0;
  };
  std::array<Second, 60> window_{};
  bool open_ = false;
  MonoTime next_probe_{};
};

}  // namespace callfleet::sip_edge
