// Answering-machine detection: what is asked for, and what came of it.
#include "services/sip_edge/rpc/convert.h"
#include "services/sip_edge/rpc/convert_time.h"

namespace callfleet::sip_edge {

namespace {

namespace common_pb = callfleet::common::v1;

// 0 and absent: as it was.
void Read(const google::protobuf::Duration& from, std::chrono::milliseconds* to) {
  if (const auto given = MillisOf(from); given.count() != 0) *to = given;
}
void Read(std::int64_t from, int* to) {
  constexpr std::int64_t kMost = 1'000'000;
  if (from != 0) *to = static_cast<int>(std::min(from, kMost));
}
Status Read(common_pb::AmdAction from, const std::string& field, AmdAction* to) {
  if (!common_pb::AmdAction_IsValid(from)) return InvalidField(field, "is unknown");
  if (from != common_pb::AMD_ACTION_UNSPECIFIED) *to = static_cast<AmdAction>(from);
  return {};
}

Status ReadActions(const common_pb::AmdSettings& from, AmdSettings* to) {
  if (auto ok = Read(from.on_machine(), "on_machine", &to->on_machine); !ok) return ok;
  if (auto ok = Read(from.on_fax(), "on_fax", &to->on_fax); !ok) return ok;
  if (auto ok = Read(from.on_sit(), "on_sit", &to->on_sit); !ok) return ok;
  return Read(from.on_silence(), "on_silence", &to->on_silence);
}

}  // namespace

Result<std::optional<AmdSettings>> FromProto(const common_pb::AmdSettings& amd,
                                             const std::string& field) {
  AmdSettings out;
  auto& thresholds = out.thresholds;
  Read(amd.max_after_rtp(), &thresholds.max_from_rtp);
  Read(amd.silence(), &thresholds.silence);
  Read(amd.after_greeting(), &thresholds.after_greeting);
  Read(amd.longest_run(), &thresholds.longest_run);
  Read(amd.word_gap(), &thresholds.word_gap);
  Read(amd.max_words(), &thresholds.max_words);
  Read(amd.min_level_dbm0(), &thresholds.min_level_dbm0);
  Read(amd.over_floor_db(), &thresholds.over_floor_db);
  Read(amd.under_peak_db(), &thresholds.under_peak_db);
  Read(amd.message_silence(), &thresholds.message_silence);
  Read(amd.message_wait(), &out.message_wait);
  Read(amd.agent_wait(), &out.agent_wait);
  out.message = amd.message();
  auto ok = ReadActions(amd, &out);
  if (ok) ok = Check(out);
  if (!ok) {
    Error error = ok.error();
    for (auto& fault : error.fields) fault.field = field + "." + fault.field;
    return Fail(std::move(error));
  }
  if (!amd.enabled()) return std::optional<AmdSettings>();
  return std::optional(std::move(out));
}

void ToProto(const AmdResult& result, common_pb::AmdResult* out) {
  const AmdFinding& finding = result.finding;
  out->set_verdict(static_cast<common_pb::AmdVerdict>(finding.verdict));
  out->set_reason(static_cast<common_pb::AmdReason>(finding.reason));
  if (result.decided) {
    Set(out->mutable_decide_time(), *result.decided);
    Set(out->mutable_after_answer(), finding.after_answer);
    Set(out->mutable_after_first_rtp(), finding.after_first_rtp);
  }
  out->set_action(static_cast<common_pb::AmdAction>(result.action));
  if (result.message) Set(out->mutable_message_time(), *result.message);
  out->set_message_left(result.message_left);
}

}  // namespace callfleet::sip_edge
