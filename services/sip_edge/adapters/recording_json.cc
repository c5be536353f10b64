#include "services/sip_edge/adapters/recording_json.h"

#include <nlohmann/json.hpp>

namespace callfleet::sip_edge {

namespace {

using Json = nlohmann::json;

std::int64_t Micros(WallTime time) { return time.time_since_epoch().count(); }
WallTime FromMicros(std::int64_t us) { return WallTime(std::chrono::microseconds(us)); }

RecordingInfo Read(const Json& json) {
  RecordingInfo info{
      .id = json.at("id"),
      .call = CallId(json.at("call_id").get<std::string>()),
      .state = static_cast<RecordingState>(json.at("state").get<int>()),
      .file_name = json.at("file_name"),
      .left = json.at("left_leg_ids"),
      .right = json.at("right_leg_ids"),
      .agent = AgentId(json.at("agent_id").get<std::string>()),
      .start = FromMicros(json.at("start_us")),
      .duration = std::chrono::milliseconds(json.at("duration_ms").get<std::int64_t>()),
      .size_bytes = json.at("size_bytes"),
      .sha256 = json.at("sha256"),
      .reason = json.at("reason"),
      .pauses = json.at("pauses"),
      .delete_at = FromMicros(json.at("delete_us"))};
  if (json.contains("unit_kind")) {
    info.unit = Unit{static_cast<UnitKind>(json.at("unit_kind").get<int>()), json.at("unit_id")};
  }
  if (json.contains("end_us")) info.end = FromMicros(json.at("end_us"));
  // Notes of older versions have none of these.
  info.told = json.value("told", false);
  info.by_command = json.value("by_command", false);
  info.paused = std::chrono::milliseconds(json.value("paused_ms", std::int64_t{0}));
  if (json.contains("policy")) {
    const Json& policy = json.at("policy");
    info.policy = {.mode = static_cast<RecordingMode>(policy.at("mode").get<int>()),
                   .sample_percent = policy.at("sample_percent"),
                   .consent_prompt = policy.at("consent_prompt"),
                   .include_whisper = policy.at("include_whisper"),
                   .keep_days = policy.at("keep_days")};
  }
  return info;
}

}  // namespace

std::string ToJson(const RecordingInfo& info) {
  Json json{{"id", info.id},
            {"call_id", info.call.str()},
            {"state", static_cast<int>(info.state)},
            {"file_name", info.file_name},
            {"left_leg_ids", info.left},
            {"right_leg_ids", info.right},
            {"agent_id", info.agent.str()},
            {"start_us", Micros(info.start)},
            {"duration_ms", info.duration.count()},
            {"size_bytes", info.size_bytes},
            {"sha256", info.sha256},
            {"reason", info.reason},
            {"pauses", info.pauses},
            {"paused_ms", info.paused.count()},
            {"policy",
             {{"mode", static_cast<int>(info.policy.mode)},
              {"sample_percent", info.policy.sample_percent},
              {"consent_prompt", info.policy.consent_prompt},
              {"include_whisper", info.policy.include_whisper},
              {"keep_days", info.policy.keep_days}}},
            {"by_command", info.by_command},
            {"told", info.told},
            {"delete_us", Micros(info.delete_at)}};
  if (info.unit) {
    json["unit_kind"] = static_cast<int>(info.unit->kind);
    json["unit_id"] = info.unit->id;
  }
  if (info.end) json["end_us"] = Micros(*info.end);
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<RecordingInfo> RecordingFromJson(const std::string& text) {
  try {
    return Read(Json::parse(text));
  } catch (const Json::exception& fault) {
    return InvalidField("json", fault.what());
  }
}

}  // namespace callfleet::sip_edge
