#pragma once
// What a leg needs so that it is found out who answers it. Made by the control thread, used by the
// media thread of the leg; most legs never have it.
#include "services/sip_edge/domain/media/amd/answering_detector.h"
#include "services/sip_edge/media/g722.h"

namespace callfleet::sip_edge::media {

struct AmdParts {
  explicit AmdParts(const amd::Thresholds& thresholds) : detector(thresholds) {}

  amd::AnsweringDetector detector;
  G722Decoder decoder;
};

}  // namespace callfleet::sip_edge::media
