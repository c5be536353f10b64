#pragma once
// Between the wire and the domain's words.
#include "callfleet/sip_edge/v1/call.pb.h"
#include "callfleet/sip_edge/v1/sip_edge_service.pb.h"
#include "callfleet/sip_edge/v1/trunk.pb.h"
#include "common/result/result.h"
#include "services/sip_edge/domain/call_record.h"
#include "services/sip_edge/domain/commands.h"
#include "services/sip_edge/domain/location_table.h"
#include "services/sip_edge/domain/prompt.h"
#include "services/sip_edge/domain/recording.h"
#include "services/sip_edge/domain/trunk_book.h"

namespace callfleet::sip_edge {

struct EdgeName {
  std::string edge_id;
  std::string boot_id;
};

// --- Commands in; INVALID_ARGUMENT names the field.
Result<CommandContext> FromProto(const v1::CommandContext& context);
Result<Unit> FromProto(const callfleet::common::v1::Unit& unit, const std::string& field);
// Nothing where it is not enabled; its fields are checked all the same.
Result<std::optional<AmdSettings>> FromProto(const callfleet::common::v1::AmdSettings& amd,
                                             const std::string& field);
void ToProto(const AmdResult& result, callfleet::common::v1::AmdResult* out);
Result<OriginateCommand> FromProto(const v1::OriginateRequest& request);
Result<RingCommand> FromProto(const v1::RingRequest& request);
Result<AnswerCommand> FromProto(const v1::AnswerRequest& request);
Result<BridgeCommand> FromProto(const v1::BridgeRequest& request);
Result<HangUpCommand> FromProto(const v1::HangUpRequest& request);
Result<SteerTransferCommand> FromProto(const v1::SteerTransferRequest& request);
Result<HoldCommand> FromProto(const v1::SetHoldRequest& request);
Result<Sound> FromProto(const v1::Sound& sound);
Result<RecordingPolicy> FromProto(const callfleet::common::v1::RecordingPolicy& policy,
                                  const std::string& field);
Result<RecordCommand> FromProto(const v1::RecordRequest& request);
Result<PlayCommand> FromProto(const v1::PlayRequest& request);
Result<DigitsCommand> FromProto(const v1::SendDigitsRequest& request);
Result<ClaimCommand> FromProto(const v1::ClaimRequest& request);
Result<HandoverCommand> FromProto(const v1::HandoverRequest& request);
Result<DeclineCommand> FromProto(const v1::DeclineRequest& request);
Result<AcknowledgeCommand> FromProto(const v1::AcknowledgeRequest& request);
Result<SuperviseCommand> FromProto(const v1::SuperviseRequest& request);
Result<SuperviseCommand> FromProto(const v1::SuperviseAgentRequest& request);
Result<StopSupervisionCommand> FromProto(const v1::StopSupervisionRequest& request);
// SRTP is not spoken: what asks for it is refused rather than passed over.
Result<MediaSecurity> FromProto(v1::MediaSecurity security, const std::string& field);
Result<TrunkSettings> FromProto(const v1::Trunk& trunk);
Contact FromProto(const v1::Contact& contact);

// --- Facts out.
void ToProto(const CallRecord& record, const EdgeName& edge, v1::CallRecord* out);
void ToProto(const RegistrationRecord& record, v1::Registration* out);
void ToProto(const RecordingInfo& info, const EdgeName& edge, v1::Recording* out);
// A RecordingClosed.
std::string EventPayload(const RecordingInfo& info, const EdgeName& edge);
void ToProto(const TrunkView& view, v1::Trunk* out);
v1::CallChange ToProto(CallChange change);
callfleet::common::v1::UnitKind ToProto(UnitKind kind);

}  // namespace callfleet::sip_edge
