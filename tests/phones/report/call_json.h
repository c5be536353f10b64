#pragma once
#include <nlohmann/json.hpp>

#include "tests/phones/report/call_record.h"

namespace callfleet::phones {

nlohmann::json CallToJson(const CallRecord& record, const RtpStats& rtp);
nlohmann::json CodeToJson(const ToneCode& code);

}  // namespace callfleet::phones
