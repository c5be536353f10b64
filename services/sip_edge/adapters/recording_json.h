#pragma once
// The notes beside a recording: NAME.json next to NAME.wav, so that a folder explains itself.
#include <string>

#include "common/result/result.h"
#include "services/sip_edge/domain/recording.h"

namespace callfleet::sip_edge {

std::string ToJson(const RecordingInfo& info);
Result<RecordingInfo> RecordingFromJson(const std::string& text);

}  // namespace callfleet::sip_edge
