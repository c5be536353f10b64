#pragma once
// Answering-machine detection of campaigns and attempts, as its proto.
#include <functional>
#include <string>

#include "callfleet/common/v1/amd.pb.h"
#include "services/dialer/domain/amd.h"

namespace callfleet::dialer {

void ToProto(const AmdSettings& from, callfleet::common::v1::AmdSettings* to);
void ToProto(const AmdFacts& from, callfleet::common::v1::AmdResult* to);
// `fault` is told each field that is out of its range, and the range.
AmdSettings FromProto(const callfleet::common::v1::AmdSettings& from,
                      const std::function<void(std::string field, std::string what)>& fault);

}  // namespace callfleet::dialer
