#include "services/dialer/adapters/amd_convert.h"

#include "common/grpc_server/pb_time.h"
#include "services/dialer/ports/amd_message.h"

namespace callfleet::dialer {

void SetAmd(const AmdSettings& from, callfleet::common::v1::AmdSettings* to) {
  WriteAmd(from, to, [](auto* duration, auto value) { *duration = grpc_server::ToPb(value); });
}

AmdFacts ToFacts(const callfleet::common::v1::AmdResult& amd) {
  AmdFacts facts{.verdict = static_cast<AmdVerdict>(amd.verdict()),
                 .reason = amd.reason(),
                 .action = static_cast<AmdAction>(amd.action()),
                 .after_answer = grpc_server::MillisOf(amd.after_answer()),
                 .after_first_rtp = grpc_server::MillisOf(amd.after_first_rtp()),
                 .message_left = amd.message_left()};
  if (amd.has_decide_time()) facts.decided = grpc_server::TimeOf(amd.decide_time());
  if (amd.has_message_time()) facts.message = grpc_server::TimeOf(amd.message_time());
  return facts;
}

}  // namespace callfleet::dialer
