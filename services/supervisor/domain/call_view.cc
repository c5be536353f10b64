#include "services/supervisor/domain/call_view.h"

#include <algorithm>
#include <charconv>
#include <set>

namespace callfleet::supervisor {
namespace {

using std::chrono::microseconds;

microseconds Span(WallTime from, WallTime to) { return std::max(to - from, microseconds{0}); }

CallViewState StateOf(const CallHistory& history) {
  switch (history.fact.state) {
    case EdgeCallState::kArrived:
      return CallViewState::kArrived;
    case EdgeCallState::kSetup:
      return CallViewState::kSetup;
    case EdgeCallState::kWaiting:
      return CallViewState::kWaiting;
    case EdgeCallState::kBridged:
      return history.hold_start ? CallViewState::kHeld : CallViewState::kConnected;
    case EdgeCallState::kEnded:
      return CallViewState::kEnded;
  }
  return CallViewState::kEnded;
}

int ToInt(const std::string& text) {
  int value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

unsigned CountTransfers(const CallFact& call) {
  std::set<LegId> agents;
  for (const auto& bridge : call.bridges) {
    for (const auto& id : bridge.legs) {
      const LegFact* leg = FindLeg(call, id);
      if (leg != nullptr && PartOf(*leg) == LegRole::kAgent) agents.insert(id);
    }
  }
  return agents.empty() ? 0U : static_cast<unsigned>(agents.size() - 1);
}

void FillOwner(const CallFact& call, CallView* view) {
  for (const auto* unit : {&call.controller, &call.offered}) {
    if (!*unit) continue;
    // A talk that is only offered to a queue is still the campaign's.
    const bool talk = unit == &call.offered && !view->campaign.empty();
    if ((*unit)->kind == UnitKind::kQueue && !talk) view->queue = QueueId((*unit)->id);
    if ((*unit)->kind == UnitKind::kCampaign) view->campaign = CampaignId((*unit)->id);
  }
  if (view->campaign.empty()) view->campaign = CampaignId(Label(call, "campaign_id"));
  if (view->queue.empty()) view->queue = QueueId(Label(call, "queue_id"));
  view->lead = Label(call, "lead_id");
  view->dispatch = Label(call, "dispatch_id");
  view->priority = ToInt(Label(call, "priority"));
  view->customer_type = Label(call, "customer_type");
  view->required_skills = ParseSkills(Label(call, "skills"));
}

void FillTimes(const CallHistory& history, WallTime now, CallView* view) {
  const CallFact& call = history.fact;
  const WallTime end = call.ended.value_or(now);
  view->created = call.created;
  view->queued = WaitStart(call);
  view->answered = call.answered;
  view->connected = FirstConnected(call);
  view->ended = call.ended;
  if (call.created) view->duration = Span(*call.created, end);
  if (view->queued) view->wait = Span(*view->queued, view->connected.value_or(end));
  for (const auto& bridge : call.bridges) {
    view->talk += Span(bridge.start, bridge.end.value_or(end));
  }
  view->hold = history.held;
  if (history.hold_start) view->hold += Span(*history.hold_start, end);
  view->talk = std::max(view->talk - view->hold, microseconds{0});
}

std::string ModeOf(const LegFact& leg) {
  if (leg.role == LegRole::kSupervisor) return leg.supervises;
  return leg.held ? "hold" : "talk";
}

}  // namespace

const char* Name(CallViewState state) {
  switch (state) {
    case CallViewState::kArrived:
      return "arrived";
    case CallViewState::kSetup:
      return "setup";
    case CallViewState::kWaiting:
      return "waiting";
    case CallViewState::kConnected:
      return "connected";
    case CallViewState::kHeld:
      return "held";
    case CallViewState::kEnded:
      return "ended";
  }
  return "";
}

const char* Name(CallDirection direction) {
  return direction == CallDirection::kInbound ? "inbound" : "outbound";
}

CallView ViewCall(const CallHistory& history, WallTime now) {
  const CallFact& call = history.fact;
  CallView view{.id = call.id, .version = call.version, .edge = call.edge};
  view.caller = CallerOf(call);
  view.called = CalledOf(call);
  view.direction = call.direction;
  view.state = StateOf(history);
  if (const LegFact* leg = CurrentAgentLeg(call)) view.agent = leg->agent;
  if (const BridgeFact* bridge = LastBridge(call)) view.bridge = bridge->id;
  FillOwner(call, &view);
  FillTimes(history, now, &view);
  view.transfers = CountTransfers(call);
  view.holds = history.holds;
  view.recordings = call.recordings;
  view.steps = RoutingSteps(history);
  view.legs = ViewLegs(call);
  view.end_reason = call.end_reason;
  view.sip_code = call.sip_code;
  view.q850_cause = call.q850_cause;
  return view;
}

std::optional<BridgeView> ViewBridge(const CallHistory& history, WallTime now) {
  const CallFact& call = history.fact;
  const BridgeFact* bridge = LastBridge(call);
  if (bridge == nullptr || bridge->end) return std::nullopt;
  BridgeView view{.id = bridge->id, .call = call.id, .edge = call.edge, .since = bridge->start};
  view.duration = Span(bridge->start, now);
  const auto add = [&view](const LegFact& leg) {
    view.participants.push_back({.leg = leg.id,
                                 .role = PartOf(leg),
                                 .mode = ModeOf(leg),
                                 .agent = leg.agent,
                                 .remote = leg.remote});
  };
  for (const auto& id : bridge->legs) {
    const LegFact* leg = FindLeg(call, id);
    if (leg != nullptr && leg->state != LegState::kEnded) add(*leg);
  }
  // Supervisors take part beside the bridge, but for one who took over.
  for (const auto& leg : call.legs) {
    const bool in_bridge = std::ranges::find(bridge->legs, leg.id) != bridge->legs.end();
    if (leg.role == LegRole::kSupervisor && leg.state == LegState::kAnswered && !in_bridge)
      add(leg);
  }
  return view;
}

std::vector<SkillLevel> ParseSkills(const std::string& text) {
  std::vector<SkillLevel> skills;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find(',', at), text.size());
    const std::string item = text.substr(at, end - at);
    const auto colon = item.find(':');
    SkillLevel skill{.name = item.substr(0, colon)};
    if (colon != std::string::npos) {
      skill.level = static_cast<unsigned>(std::clamp(ToInt(item.substr(colon + 1)), 1, 10));
    }
    if (!skill.name.empty()) skills.push_back(std::move(skill));
    at = end + 1;
  }
  return skills;
}

}  // namespace callfleet::supervisor
