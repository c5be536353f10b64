#include "services/supervisor/rest/json_values.h"

#include <google/protobuf/util/time_util.h>

#include <array>
#include <cctype>
#include <cmath>
#include <cstdio>
#include <ctime>

namespace callfleet::supervisor::rest {

using google::protobuf::util::TimeUtil;

Json TimeJson(const std::optional<WallTime>& time) {
  if (!time) return nullptr;
  const auto ms = std::chrono::floor<std::chrono::milliseconds>(time->time_since_epoch()).count();
  const std::time_t seconds = ms / 1000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 40> text{};
  const auto length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  std::snprintf(text.data() + length, text.size() - length, ".%03dZ", static_cast<int>(ms % 1000));
  return std::string(text.data());
}

Json TimeJson(const google::protobuf::Timestamp& time) {
  if (time.seconds() == 0 && time.nanos() == 0) return nullptr;
  const std::chrono::microseconds since(TimeUtil::TimestampToMicroseconds(time));
  return TimeJson(std::optional(WallTime(since)));
}

Json Seconds(std::chrono::microseconds time) {
  return std::round(static_cast<double>(time.count()) / 1000.0) / 1000.0;
}

Json Seconds(const google::protobuf::Duration& time) {
  return Seconds(std::chrono::microseconds(TimeUtil::DurationToMicroseconds(time)));
}

void SetSeconds(double seconds, google::protobuf::Duration* to) {
  *to = TimeUtil::MillisecondsToDuration(std::llround(seconds * 1000.0));
}

Json EnumJson(const std::string& name, std::string_view prefix) {
  std::string out = name.starts_with(prefix) ? name.substr(prefix.size()) : name;
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (out == "unspecified") return nullptr;
  return out;
}

std::string EnumName(std::string_view prefix, const std::string& value) {
  std::string out(prefix);
  for (const char c : value) {
    out += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return out;
}

Fields PageQuery() {
  static constexpr std::array<FieldSpec, 2> kFields{{
      {.name = "pageSize",
       .type = JsonType::kInteger,
       .about = "Items a page; 100 unless given.",
       .min = 1,
       .max = 1000},
      {.name = "pageToken", .about = "nextPageToken of the answer before.", .max = 512},
  }};
  return kFields;
}

}  // namespace callfleet::supervisor::rest
