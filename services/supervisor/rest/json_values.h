#pragma once
// Times, durations and enums between JSON and the wire.
#include <google/protobuf/duration.pb.h>
#include <google/protobuf/timestamp.pb.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "common/clock/clock.h"
#include "common/result/result.h"
#include "services/supervisor/rest/field_spec.h"

namespace callfleet::supervisor::rest {

using Json = nlohmann::json;

Json TimeJson(const std::optional<WallTime>& time);  // "2026-11-21T09:00:00.000Z" or null.
Json TimeJson(const google::protobuf::Timestamp& time);
Json Seconds(std::chrono::microseconds time);  // 1.5
Json Seconds(const google::protobuf::Duration& time);
void SetSeconds(double seconds, google::protobuf::Duration* to);
template <class Value>
Json OrNull(const std::optional<Value>& value) {
  return value ? Json(*value) : Json();
}

// "CAMPAIGN_STATE_RUNNING" → "running"; UNSPECIFIED → null.
Json EnumJson(const std::string& name, std::string_view prefix);
// "running" → "CAMPAIGN_STATE_RUNNING".
std::string EnumName(std::string_view prefix, const std::string& value);

// Present fields of a checked body.
template <class Value>
std::optional<Value> Get(const Json& body, const char* name) {
  const auto found = body.find(name);
  if (found == body.end()) return std::nullopt;
  return found->get<Value>();
}

// "pageSize" and "pageToken" of a list.
Fields PageQuery();
template <class Message>
void SetPage(const Json& query, Message* request) {
  if (auto size = Get<int>(query, "pageSize")) request->set_page_size(*size);
  if (auto token = Get<std::string>(query, "pageToken")) request->set_page_token(*token);
}

}  // namespace callfleet::supervisor::rest
