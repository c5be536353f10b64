#pragma once
// Whose fault it is that the edge refuses a command: that decides who waits, and who is done with.
#include <string_view>

#include "services/dialer/domain/events.h"

namespace callfleet::dialer {

enum class Blame {
  kPassing,   // Neither lead nor settings: tried again, later each time.
  kTrunk,     // The campaign waits for its trunk.
  kNumber,    // No number that can be dialled: the lead is final.
  kLead,      // What the lead's row brings cannot be sent: the lead is final.
  kAgent,     // The agent's phone or address: the registry decides about the agent.
  kSettings,  // The campaign's own: it waits until they are changed.
  kFenced,    // Another process owns the campaign.
};

// By the edge's reason, and by the field that an INVALID_ARGUMENT names.
Blame BlameFor(const CommandReply& refused);

}  // namespace callfleet::dialer
