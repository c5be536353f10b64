#include "services/supervisor/rest/http_error.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>
#include <utility>

namespace callfleet::supervisor::rest {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 16> kRenamed{{
    {"campaign.maxConcurrentCalls", "maxConcurrent"},
    {"campaign.trunkId", "sipTrunkId"},
    {"campaign.timeZone", "timezone"},
    {"trunkId", "sipTrunkId"},
    {"timeZone", "timezone"},
    {"active", "isActive"},
    {"trunk.trunkId", "id"},
    {"requestId", "Idempotency-Key"},
    {"members", "agentIds"},
    {"startTime", "start"},
    {"endTime", "end"},
    {"serviceLevelThreshold", "threshold"},
    {"subjects", "subject"},
    {"holdFor", "holdForSeconds"},
    {"window", "windowSeconds"},
    {"chunk", "file"},
}};

std::string Camel(const std::string& text) {
  std::string out;
  bool upper = false;
  for (const char c : text) {
    if (c == '_') {
      upper = true;
      continue;
    }
    out += upper ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    upper = false;
  }
  return out;
}

// Of a dialled number, after "route.", or of a queue, after "queue.": destinations and lengths of
// time have other names here.
std::string RoutingField(std::string field) {
  constexpr std::array<std::string_view, 15> kInSeconds{
      "maxWait",    "ringTimeout", "wrapUp",         "priorityBonus", "after",
      "retryAfter", "maxAge",      "stickyPatience", "stickyWindow",  "firstAnnouncement",
      "period",     "earlyMedia",  "noAgentsGrace",  "returnWindow",  "duration"};
  constexpr std::array<std::pair<std::string_view, std::string_view>, 2> kWords{{
      {".number.", ".dial."},
      {"].destination", "].to"},
  }};
  if (field == "serviceLevelThreshold") return "serviceLevelSeconds";
  if (field == "shortAbandonThreshold") return "shortAbandonSeconds";
  constexpr std::string_view kDestination = "destination";
  if (field.starts_with(kDestination)) field.replace(0, kDestination.size(), "to");
  for (const auto& [from, to] : kWords) {
    const auto at = field.find(from);
    if (at != std::string::npos) field.replace(at, from.size(), to);
  }
  const auto dot = field.rfind('.');
  const auto last = std::string_view(field).substr(dot == std::string::npos ? 0 : dot + 1);
  if (std::ranges::find(kInSeconds, last) != kInSeconds.end()) field += "Seconds";
  return field;
}

}  // namespace

int HttpCode(const Error& error) {
  if (error.reason == "BODY_TOO_LARGE") return 413;
  if (error.reason == "METHOD_NOT_ALLOWED") return 405;
  if (error.reason == "RANGE_NOT_SATISFIABLE") return 416;
  switch (error.code) {
    case ErrorCode::kInvalidArgument:
    case ErrorCode::kOutOfRange:
      return 400;
    case ErrorCode::kUnauthenticated:
      return 401;
    case ErrorCode::kPermissionDenied:
      return 403;
    case ErrorCode::kNotFound:
      return 404;
    case ErrorCode::kAlreadyExists:
    case ErrorCode::kFailedPrecondition:
    case ErrorCode::kAborted:
      return 409;
    case ErrorCode::kResourceExhausted:
      return 429;
    case ErrorCode::kUnimplemented:
      return 501;
    case ErrorCode::kUnavailable:
    case ErrorCode::kDeadlineExceeded:
    case ErrorCode::kCancelled:
      return 503;
    case ErrorCode::kUnknown:
    case ErrorCode::kInternal:
      return 500;
  }
  return 500;
}

std::string RestField(const std::string& field) {
  const std::string camel = Camel(field);
  for (const auto& [from, to] : kRenamed) {
    if (camel == from) return std::string(to);
  }
  for (const std::string_view prefix : {"route.", "queue."}) {
    if (camel.starts_with(prefix)) return RoutingField(camel.substr(prefix.size()));
  }
  for (const std::string_view prefix : {"campaign.", "agent.", "trunk.", "begin.",
                                        "action.transfer.target.", "action.consult.target."}) {
    if (camel.starts_with(prefix)) return camel.substr(prefix.size());
  }
  return camel;
}

long RetryAfterSeconds(const Error& error) {
  if (!error.retry_after) return 1;
  return std::max<long>(1, (error.retry_after->count() + 999) / 1000);
}

nlohmann::json ErrorBody(const Error& error) {
  nlohmann::json body{
      {"code", Name(error.code)}, {"reason", error.reason}, {"message", error.message}};
  if (!error.fields.empty()) {
    body["field"] = RestField(error.fields.front().field);
    for (const auto& field : error.fields) {
      body["fields"].push_back(
          {{"field", RestField(field.field)}, {"description", field.description}});
    }
  }
  if (!error.metadata.empty()) body["details"] = error.metadata;
  if (error.retry_after) body["retryAfterSeconds"] = RetryAfterSeconds(error);
  return {{"success", false}, {"error", std::move(body)}};
}

}  // namespace callfleet::supervisor::rest
