#pragma once
// What a step of the call logic asks the loop to do, in order. A leg is named by its handle.
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "services/sip_edge/domain/commands.h"
#include "services/sip_edge/domain/media/amd/amd_types.h"

namespace callfleet::sip_edge {

using LegHandle = std::uint64_t;  // Never reused within a boot; 0: none.

// One source of a row. One source at gain 1 is passed through, anything else is mixed.
struct HeardLeg {
  LegHandle leg = 0;
  float gain = 1.0F;
  friend bool operator==(const HeardLeg&, const HeardLeg&) = default;
};

enum class SwitchTimer : std::uint8_t {
  kSetup,
  kRing,
  kCancel,
  kClosing,
  kAbandon,
  kFarewell,
  kOffer,
  kUnclaimed,
  kFigures,
  kVerdict,
  kAmd,
};
struct SwitchTimerKey {
  LegHandle leg = 0;
  CallId call{};  // Timers of a call; leg is 0 then.
  SwitchTimer timer = SwitchTimer::kSetup;
  std::uint32_t generation = 0;
};

namespace act {
struct PlaceLeg {
  LegHandle leg;
  LegTarget target;
  LegHandle codecs_of = 0;  // Offer that leg's codec first.
  int max_forwards = 70;
};
struct CancelLeg {
  LegHandle leg;
  int q850 = 0;
  std::string text{};
};
struct AcceptLeg {
  LegHandle leg;
};
struct EarlyMediaLeg {
  LegHandle leg;
};
struct RejectLeg {
  LegHandle leg;
  int sip_code = 480;
  int q850 = 0;
};
struct ByeLeg {
  LegHandle leg;
  int q850 = 16;
  std::string text{};
};
// The leg is over for the call: its media goes; its dialog finishes by itself.
struct CloseLeg {
  LegHandle leg;
};
struct SetRow {  // What `listener` hears from now on, in place of what it heard.
  LegHandle listener;
  std::vector<HeardLeg> sources;
};
struct Deafen {  // Closes the row and ends what plays: silence frames go out.
  LegHandle listener;
};
struct Play {
  LegHandle leg;
  Sound sound;
  std::uint32_t number = 0;  // Comes back when it is over.
  bool over_row = false;     // In front of whatever the row brings.
};
struct StopSound {
  LegHandle leg;
};
// Whose voice goes to which recording; 0: to none.
struct Tap {
  LegHandle leg;
  RecordingNumber recording = 0;
  RecordingSide side = RecordingSide::kLeft;
};
// Who answers is found out from what the leg's peer says.
struct Listen {
  LegHandle leg;
  media::amd::Thresholds thresholds;
};
struct StopListening {
  LegHandle leg;
};
struct OpenRecording {
  RecordingInfo info;
};
struct NoteRecording {
  RecordingInfo info;
};
struct CloseRecording {
  RecordingInfo info;
};
struct SendDigits {
  LegHandle leg;
  std::string digits;
};
struct Notify {  // Progress of a REFER (RFC 3515 2.4.5).
  LegHandle leg;
  int sip_code;
  bool last;
};
struct StartTimer {
  SwitchTimerKey key;
  std::chrono::milliseconds after;
};
struct CallEnded {  // One log line a call.
  std::shared_ptr<const CallRecord> record;
};
}  // namespace act

using Act = std::variant<act::PlaceLeg, act::CancelLeg, act::AcceptLeg, act::EarlyMediaLeg,
                         act::RejectLeg, act::ByeLeg, act::CloseLeg, act::SetRow, act::Deafen,
                         act::Play, act::StopSound, act::Tap, act::Listen, act::StopListening,
                         act::OpenRecording, act::NoteRecording, act::CloseRecording,
                         act::SendDigits, act::Notify, act::StartTimer, act::CallEnded>;

}  // namespace callfleet::sip_edge
