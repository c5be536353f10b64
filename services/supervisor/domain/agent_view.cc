#include "services/supervisor/domain/agent_view.h"

#include <algorithm>

namespace callfleet::supervisor {
namespace {

const std::string& OtherSide(const CallFact& call) {
  return call.direction == CallDirection::kInbound ? CallerOf(call) : CalledOf(call);
}

AgentCallView ViewSlot(const SlotFact& slot, const FindCall& find, WallTime now) {
  AgentCallView view{.call = slot.call, .state = slot.state};
  if (slot.unit) view.unit = ToString(*slot.unit);
  std::optional<WallTime> start = slot.since;
  if (const CallHistory* call = slot.call.empty() ? nullptr : find(slot.call)) {
    view.number = OtherSide(call->fact);
    if (call->fact.created) start = call->fact.created;
  }
  if (start) view.duration = std::max(now - *start, std::chrono::microseconds{0});
  return view;
}

}  // namespace

const char* Name(AgentKind kind) { return kind == AgentKind::kAi ? "ai" : "human"; }

const char* Name(Presence presence) {
  switch (presence) {
    case Presence::kLoggedOut:
      return "logged_out";
    case Presence::kNotReady:
      return "not_ready";
    case Presence::kReady:
      return "ready";
  }
  return "";
}

const char* Name(SlotState state) {
  switch (state) {
    case SlotState::kReserved:
      return "reserved";
    case SlotState::kRinging:
      return "ringing";
    case SlotState::kConnected:
      return "connected";
    case SlotState::kHeld:
      return "held";
    case SlotState::kWrapUp:
      return "wrap_up";
    case SlotState::kOrphaned:
      return "orphaned";
  }
  return "";
}

const char* Name(AgentActivity activity) {
  switch (activity) {
    case AgentActivity::kOffline:
      return "offline";
    case AgentActivity::kNotReady:
      return "not_ready";
    case AgentActivity::kAvailable:
      return "available";
    case AgentActivity::kBusy:
      return "busy";
    case AgentActivity::kWrapUp:
      return "wrap_up";
  }
  return "";
}

const char* Name(CoachingOutcome outcome) {
  switch (outcome) {
    case CoachingOutcome::kDelivered:
      return "delivered";
    case CoachingOutcome::kFailed:
      return "failed";
    case CoachingOutcome::kNoDevice:
      return "no_device";
  }
  return "";
}

AgentView ViewAgent(const AgentFact& agent, const std::string& sip_domain, const FindCall& find,
                    WallTime now) {
  AgentView view{.fact = agent};
  if (!agent.contact_uri.empty()) {
    view.sip_uri = agent.contact_uri;
  } else if (!agent.sip_user.empty()) {
    view.sip_uri = "sip:" + agent.sip_user + "@" + sip_domain;
  }
  for (const auto& slot : agent.slots) {
    if (slot.state != SlotState::kWrapUp) view.calls.push_back(ViewSlot(slot, find, now));
  }
  view.samples = agent.offers_answered + agent.offers_missed;
  if (view.samples > 0) {
    view.answer_rate =
        static_cast<double>(agent.offers_answered) / static_cast<double>(view.samples);
  }
  // Handle time and wrap-up adherence join the mean once there is a history to measure them by.
  if (view.samples >= kScoreSamples) view.score = view.answer_rate;
  return view;
}

unsigned ActiveCalls(const AgentFact& agent) {
  return static_cast<unsigned>(std::ranges::count_if(
      agent.slots, [](const SlotFact& slot) { return slot.state != SlotState::kWrapUp; }));
}

}  // namespace callfleet::supervisor
