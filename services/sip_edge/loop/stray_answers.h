#pragma once
// 200s to INVITEs of an older boot: somebody picked up while we were away. ACK and BYE, so that
// nobody listens to silence until their stack gives up (RFC 3261 13.3.1.4: 32 s).
#include <chrono>
#include <cstdint>
#include <string>

#include "services/sip_edge/domain/dialog_key.h"
#include "services/sip_edge/loop/sofia.h"

namespace callfleet::sip_edge {

// How long after a start and how many: a forged 200 costs two messages, so never without a limit.
class StrayAnswers {
 public:
  static constexpr std::chrono::seconds kAfterStart{64};  // Two times 64*T1.
  static constexpr int kMost = 2000;

  explicit StrayAnswers(std::chrono::steady_clock::time_point start)
      : until_(start + kAfterStart) {}
  bool Admit(std::chrono::steady_clock::time_point now) { return now < until_ && ++seen_ <= kMost; }

 private:
  std::chrono::steady_clock::time_point until_;
  int seen_ = 0;
};

struct OurAddress {
  std::string host;
  std::uint16_t port = 0;
  std::uint16_t tls_port = 0;  // 0: none.
};
// A 2xx to an INVITE, whose only Via is ours, of a dialog that can be ended.
bool IsStrayAnswer(const sip_t* sip, const OurAddress& us);
// The dialog that it makes; next hop = where it came from.
DialogKey StrayDialog(msg_t* msg, const sip_t* sip);

}  // namespace callfleet::sip_edge
