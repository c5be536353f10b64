#pragma once
// What the dialer shows, as its proto.
#include <optional>

#include "callfleet/dialer/v1/dialer_service.pb.h"
#include "common/result/result.h"
#include "services/dialer/domain/campaign_view.h"
#include "services/dialer/ports/campaign_book.h"
#include "services/dialer/ports/uploads.h"

namespace callfleet::dialer {

v1::Outcome ToProto(Outcome outcome);
v1::CampaignState ToProto(CampaignState state);
v1::LeadState ToProto(LeadState state);
v1::Campaign ToProto(const CampaignRecord& record);
v1::Lead ToProto(const LeadRecord& record);
v1::Attempt ToProto(const AttemptRecord& record);
v1::CampaignStats ToProto(const CampaignView& view);
v1::Suppression ToProto(const SuppressionRecord& record);
v1::CallEventKind ToProto(NewsKind kind);

template <class Response>
Response ToUploadResponse(const UploadReport& report) {
  Response response;
  response.set_accepted(static_cast<std::uint32_t>(report.accepted));
  response.set_duplicates(static_cast<std::uint32_t>(report.duplicates));
  response.set_rejected_count(static_cast<std::uint32_t>(report.rejected_count));
  for (const auto& row : report.rejected) {
    auto* rejected = response.add_rejected();
    rejected->set_line(static_cast<std::uint32_t>(row.line));
    rejected->set_reason(row.reason);
  }
  return response;
}

void SetTime(google::protobuf::Timestamp* to, WallTime time);
void SetDuration(google::protobuf::Duration* to, std::chrono::milliseconds duration);

}  // namespace callfleet::dialer
