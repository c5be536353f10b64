#include "callfleet/sip_edge/v1/event.pb.h"
#include "services/sip_edge/domain/told_text.h"
#include "services/sip_edge/rpc/convert.h"
#include "services/sip_edge/rpc/convert_time.h"

namespace callfleet::sip_edge {

Result<RecordingPolicy> FromProto(const callfleet::common::v1::RecordingPolicy& policy,
                                  const std::string& field) {
  const int mode = static_cast<int>(policy.mode());
  if (mode < 0 || mode > 4) return InvalidField(field + ".mode", "a known mode");
  RecordingPolicy out{.mode = static_cast<RecordingMode>(mode),
                      .sample_percent = policy.sample_percent(),
                      .consent_prompt = policy.consent_prompt(),
                      .include_whisper = policy.include_whisper(),
                      .keep_days = policy.keep_days()};
  const bool fits = out.sample_percent > 0 && out.sample_percent <= 100;
  if (out.mode == RecordingMode::kSampled && !fits) {
    return InvalidField(field + ".sample_percent", "above 0 to 100");
  }
  if (!out.consent_prompt.empty()) {
    if (auto ok = CheckPromptName(out.consent_prompt, field + ".consent_prompt"); !ok) {
      return Fail(ok.error());
    }
  }
  if (out.keep_days > 3650) return InvalidField(field + ".keep_days", "1 to 3,650, or 0");
  return out;
}

Result<RecordCommand> FromProto(const v1::RecordRequest& request) {
  auto context = FromProto(request.context());
  if (!context) return Fail(context.error());
  const int action = static_cast<int>(request.action());
  if (action < 1 || action > 4) return InvalidField("action", "start, stop, pause or resume");
  RecordCommand command{.context = *std::move(context),
                        .call = CallId(request.call_id()),
                        .action = static_cast<RecordAction>(action)};
  if (request.has_policy()) {
    auto policy = FromProto(request.policy(), "policy");
    if (!policy) return Fail(policy.error());
    command.policy = *std::move(policy);
  }
  return command;
}

void ToProto(const RecordingInfo& info, const EdgeName& edge, v1::Recording* out) {
  out->set_recording_id(info.id);
  out->set_call_id(info.call.str());
  out->set_edge_id(edge.edge_id);
  out->set_state(static_cast<v1::RecordingState>(info.state));
  out->set_file_name(info.file_name);
  for (const auto& leg : info.left) out->add_left_leg_ids(leg);
  for (const auto& leg : info.right) out->add_right_leg_ids(leg);
  out->set_agent_id(info.agent.str());
  if (info.unit) {
    out->mutable_unit()->set_kind(ToProto(info.unit->kind));
    out->mutable_unit()->set_id(info.unit->id);
  }
  Set(out->mutable_start_time(), info.start);
  if (info.end) Set(out->mutable_end_time(), *info.end);
  if (!info.sha256.empty()) Set(out->mutable_duration(), info.duration);
  out->set_size_bytes(info.size_bytes);
  out->set_sha256(info.sha256);
  out->set_reason(ToldText(info.reason));
  out->set_pauses(info.pauses);
  Set(out->mutable_delete_time(), info.delete_at);
  Set(out->mutable_paused_time(), info.paused);
  out->set_by_command(info.by_command);
  auto* policy = out->mutable_policy();
  policy->set_mode(static_cast<callfleet::common::v1::RecordingMode>(info.policy.mode));
  policy->set_sample_percent(info.policy.sample_percent);
  policy->set_consent_prompt(ToldText(info.policy.consent_prompt));
  policy->set_include_whisper(info.policy.include_whisper);
  policy->set_keep_days(info.policy.keep_days);
}

std::string EventPayload(const RecordingInfo& info, const EdgeName& edge) {
  v1::RecordingClosed closed;
  ToProto(info, edge, closed.mutable_recording());
  return closed.SerializeAsString();
}

}  // namespace callfleet::sip_edge
