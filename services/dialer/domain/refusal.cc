#include "services/dialer/domain/refusal.h"

#include <algorithm>
#include <span>

namespace callfleet::dialer {

namespace {

bool IsOneOf(std::string_view text, std::span<const std::string_view> known) {
  return std::find(known.begin(), known.end(), text) != known.end();
}

constexpr std::string_view kTrunkReasons[] = {"TRUNK_UNKNOWN", "TRUNK_DOWN",     "TRUNK_LIMIT",
                                              "BREAKER_OPEN",  "TRUNK_DISABLED", "TRUNK_NOT_FOUND"};
// Of both commands: made from the lead's row.
constexpr std::string_view kLeadFields[] = {"caller_name", "headers", "labels"};
constexpr std::string_view kAgentFields[] = {"agent_id", "target",      "sip_user",
                                             "sip_uri",  "contact_uri", "dedicated_leg_id"};

Blame OfRing(std::string_view field) {
  // The agent sees the lead's number.
  if (field == "caller_id" || IsOneOf(field, kLeadFields)) return Blame::kLead;
  return IsOneOf(field, kAgentFields) ? Blame::kAgent : Blame::kSettings;
}

Blame OfDial(std::string_view field) {
  if (field == "trunk_number.number") return Blame::kNumber;
  return IsOneOf(field, kLeadFields) ? Blame::kLead : Blame::kSettings;
}

}  // namespace

Blame BlameFor(const CommandReply& refused) {
  if (refused.refused == "FENCED") return Blame::kFenced;
  if (refused.refused == "INVALID_ARGUMENT") {
    return refused.verb == CommandVerb::kRing ? OfRing(refused.fault) : OfDial(refused.fault);
  }
  if (IsOneOf(refused.refused, kTrunkReasons)) return Blame::kTrunk;
  // The phone cannot be reached, in contrast to an edge that has no room.
  if (refused.refused == "NOT_REGISTERED") return Blame::kAgent;
  return Blame::kPassing;
}

}  // namespace callfleet::dialer
