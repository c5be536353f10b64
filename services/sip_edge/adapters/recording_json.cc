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
