#include "services/sip_edge/domain/amd.h"

#include <array>

namespace callfleet::sip_edge {

namespace {

constexpr std::chrono::seconds kLeastWait{1};
constexpr std::chrono::seconds kMostWait{120};
constexpr std::size_t kMaxPromptName = 64;

Status CheckWait(const std::string& field, std::chrono::milliseconds wait) {
  if (wait >= kLeastWait && wait <= kMostWait) return {};
  return InvalidField(field, "1 s to 120 s");
}

}  // namespace

std::string_view Name(AmdVerdict verdict) {
  constexpr std::array<std::string_view, 7> kNames{"none", "person", "machine", "beep",
                                                   "fax",  "sit",    "silence"};
  return kNames[static_cast<std::size_t>(verdict)];
}

Status Check(const AmdSettings& settings) {
  if (auto ok = media::amd::Check(settings.thresholds); !ok) {
    Error error = ok.error();
    for (auto& fault : error.fields) {
      // As the wire spells it: the second limit of the decision is fixed.
      if (fault.field == "max_from_rtp") fault.field = "max_after_rtp";
    }
    return Fail(std::move(error));
  }
  const struct {
    const char* field;
    AmdAction action;
  } tones[] = {{"on_fax", settings.on_fax}, {"on_sit", settings.on_sit}};
  for (const auto& tone : tones) {
    if (tone.action == AmdAction::kLeaveMessage) {
      return InvalidField(tone.field, "a message is left on a machine alone");
    }
  }
  // Who says nothing may be a person: for persons there is an agent within 2 s, or a safe message.
  if (settings.on_silence != AmdAction::kConnect) {
    return InvalidField("on_silence", "a call that nobody speaks in is connected");
  }
  const bool leaves = settings.on_machine == AmdAction::kLeaveMessage;
  if (settings.message.size() > kMaxPromptName || (leaves && settings.message.empty())) {
    return InvalidField("message", "a prompt of at most 64 characters, for LEAVE_MESSAGE");
  }
  if (auto ok = CheckWait("message_wait", settings.message_wait); !ok) return ok;
  return CheckWait("agent_wait", settings.agent_wait);
}

AmdAction ActionFor(const AmdSettings& settings, AmdVerdict verdict) {
  switch (verdict) {
    case AmdVerdict::kMachine:
    case AmdVerdict::kBeep:
      return settings.on_machine;
    case AmdVerdict::kFax:
      return settings.on_fax;
    case AmdVerdict::kSit:
      return settings.on_sit;
    case AmdVerdict::kSilence:
      return settings.on_silence;
    case AmdVerdict::kPerson:
    case AmdVerdict::kNone:
      break;
  }
  return AmdAction::kConnect;
}

}  // namespace callfleet::sip_edge
