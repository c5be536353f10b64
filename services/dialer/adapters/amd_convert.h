#pragma once
// Answering-machine detection, as the edge is asked for it and tells of it.
#include "callfleet/common/v1/amd.pb.h"
#include "services/dialer/domain/amd.h"

namespace callfleet::dialer {

void SetAmd(const AmdSettings& settings, callfleet::common::v1::AmdSettings* to);
AmdFacts ToFacts(const callfleet::common::v1::AmdResult& amd);

}  // namespace callfleet::dialer
