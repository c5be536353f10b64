#include "services/sip_edge/domain/media/one_way.h"

#include <utility>

namespace callfleet::sip_edge::media {

void OneWayWatch::OnReport(const std::optional<ReportBlock>& about_us, std::uint64_t sent) {
  const std::uint64_t since = sent - std::exchange(sent_at_report_, sent);
  const bool counted = about_us && (!reported_ || about_us->highest_sequence != highest_reported_);
  if (about_us) {
    reported_ = true;
    highest_reported_ = about_us->highest_sequence;
  }
  if (counted) {
    unheard_reports_ = 0;
  } else if (since >= kUnheard) {
    ++unheard_reports_;
  }
}

std::optional<OneWay> OneWayWatch::Look(std::optional<std::chrono::microseconds> silent_for,
                                        bool sends) {
  OneWay now = OneWay::kNo;
  if (silent_for && sends && *silent_for >= kSilence) {
    now = OneWay::kNothingReceived;
  } else if (unheard_reports_ >= kReports) {
    now = OneWay::kNothingHeard;
  }
  if (now == state_) return std::nullopt;
  state_ = now;
  return now;
}

}  // namespace callfleet::sip_edge::media
