#pragma once
// Whether a leg's audio runs one way only. Fed by what is sent, received and reported.
#include <chrono>
#include <cstdint>
#include <optional>

#include "common/clock/clock.h"
#include "services/sip_edge/domain/media/rtcp.h"

namespace callfleet::sip_edge::media {

enum class OneWay : std::uint8_t {
  kNo,
  kNothingReceived,  // We send and nothing comes.
  kNothingHeard      // Things may come, but the peer reports that it receives nothing of ours.
};

class OneWayWatch {
 public:
  // Nothing for so long, though the peer should send and we do.
  static constexpr std::chrono::seconds kSilence{5};
  // Packets of ours between two reports of the peer that it does not count, and reports in a row.
  static constexpr std::uint64_t kUnheard = 50;
  static constexpr std::uint32_t kReports = 2;

  // A report of the peer; `about_us`: none if it says nothing of our stream, as one who has
  // received nothing does (RFC 3550 6.4.2). `sent`: our packets so far.
  void OnReport(const std::optional<ReportBlock>& about_us, std::uint64_t sent);
  // Now and then. `silent_for`: since the last packet, or since it should send; nothing: it should
  // not. `sends`: we have sent in that time. The new state, if it is another.
  std::optional<OneWay> Look(std::optional<std::chrono::microseconds> silent_for, bool sends);
  OneWay state() const { return state_; }

 private:
  OneWay state_ = OneWay::kNo;
  std::uint64_t sent_at_report_ = 0;
  std::uint32_t highest_reported_ = 0;
  bool reported_ = false;
  std::uint32_t unheard_reports_ = 0;
};

}  // namespace callfleet::sip_edge::media
