// Commands that place legs: Originate, Ring.
#include <algorithm>

#include "common/text/sip_uri.h"
#include "services/sip_edge/domain/call_switch.h"

namespace callfleet::sip_edge {

namespace {

constexpr std::size_t kMaxLabelBytes = 1024;
constexpr std::size_t kMaxIdLength = 64;

std::size_t Bytes(const std::map<std::string, std::string>& map) {
  std::size_t bytes = 0;
  for (const auto& [name, value] : map) bytes += name.size() + value.size();
  return bytes;
}

bool IsId(const std::string& text) { return !text.empty() && text.size() <= kMaxIdLength; }

bool IsHeaderToken(const std::string& text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  });
}

// Nothing that could end a header line or a quoted string.
bool IsPlainText(const std::string& text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) >= ' ' && c != 0x7f; });
}

bool IsNumber(const std::string& text) {
  if (text.size() < 2 || text.size() > 33 || text[0] != '+') return false;
  return std::all_of(text.begin() + 1, text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

Status CheckFollows(const WhatFollows& follows) {
  using namespace std::chrono_literals;
  if (follows.ring_timeout < 5s || follows.ring_timeout > 180s) {
    return InvalidField("what_follows.ring_timeout", "5 s to 180 s");
  }
  if (follows.setup_timeout < 1s || follows.setup_timeout > 60s) {
    return InvalidField("what_follows.setup_timeout", "1 s to 60 s");
  }
  const auto within = follows.not_bridged_within;
  if (within && (*within < 100ms || *within > 60s)) {
    return InvalidField("what_follows.not_bridged_within", "100 ms to 60 s");
  }
  return {};
}

// Whoever asks again at once would do so thousands of times a second.
tl::unexpected<Error> Draining() {
  return Fail(Error{.code = ErrorCode::kUnavailable,
                    .reason = "DRAINING",
                    .message = "this edge takes no new calls",
                    .retry_after = std::chrono::seconds(1)});
}

}  // namespace

Status CallSwitch::CheckTarget(const LegTarget& target) {
  if (const auto* trunk = std::get_if<LegTarget::TrunkNumber>(&target.to)) {
    if (trunk->trunk.empty()) return InvalidField("trunk_number.trunk_id", "required");
    if (!IsNumber(trunk->number)) {
      return InvalidField("trunk_number.number", "E.164: + and 1 to 32 digits");
    }
  }
  if (const auto* uri = std::get_if<LegTarget::Uri>(&target.to);
      uri != nullptr && !(uri->text.starts_with("sip:") && IsSipUri(uri->text))) {
    return InvalidField("sip_uri", "a sip: URI of 5 to 512 characters");
  }
  if (const auto* user = std::get_if<LegTarget::SipUser>(&target.to); user && !IsId(user->name)) {
    return InvalidField("sip_user", "1 to 64 characters");
  }
  if (target.caller_id.size() > 64 || !IsPlainText(target.caller_id)) {
    return InvalidField("caller_id", "at most 64 characters");
  }
  if (target.caller_name.size() > 64 || !IsPlainText(target.caller_name)) {
    return InvalidField("caller_name", "at most 64 characters");
  }
  if (Bytes(target.headers) > kMaxLabelBytes) return InvalidField("headers", "at most 1 KiB");
  for (const auto& [name, value] : target.headers) {
    if (!IsHeaderToken(name) || !IsPlainText(value)) {
      return InvalidField("headers", "names of A-Z a-z 0-9 - _, values without control characters");
    }
  }
  return {};
}

Status CallSwitch::MayAddLeg(const Call* call, const LegId& leg, const WhatFollows& follows) {
  if (!IsId(leg.str())) return InvalidField("leg_id", "1 to 64 characters");
  if (leg_ids_.count(leg) != 0) {
    return Fail(Error{.code = ErrorCode::kAlreadyExists,
                      .reason = "LEG_EXISTS",
                      .message = "this leg id was used"});
  }
  if (auto ok = CheckFollows(follows); !ok) return ok;
  if (auto ok = CheckPrompt(follows.safe_message, "what_follows.safe_message"); !ok) return ok;
  if (auto ok = CheckPrompt(follows.hold_music, "what_follows.hold_music"); !ok) return ok;
  if (follows.recording) {
    const std::string field = "what_follows.recording.consent_prompt";
    if (auto ok = CheckPrompt(follows.recording->consent_prompt, field); !ok) return ok;
  }
  if (call != nullptr && IsFull(*call)) {
    return Fail(Error{.code = ErrorCode::kResourceExhausted,
                      .reason = "LEG_LIMIT",
                      .message = "too many legs in this call"});
  }
  if (follows.transfer) return MayTransfer(call, *follows.transfer);
  if (follows.bridge_with.empty()) return {};
  Leg* with = FindLeg(follows.bridge_with);
  if (with == nullptr || with->call != call) {
    return NotFound("LEG_NOT_FOUND", "bridge_with_leg_id is no leg of this call");
  }
  if (!IsLive(*with)) return FailedPrecondition("TOO_LATE", "the leg to bridge with has ended");
  if (TakesNoAgent(*with)) return FailedPrecondition("TOO_LATE", "a machine answered");
  return {};
}

// The named call if the unit controls it, or a new one.
Result<CallSwitch::Call*> CallSwitch::CallFor(const CommandContext& context, const CallId& id,
                                              const std::map<std::string, std::string>& labels,
                                              Instant now) {
  if (!IsId(id.str())) return InvalidField("call_id", "1 to 64 characters");
  if (FindCall(id) != nullptr) return Controlled(context, id);
  if (Bytes(labels) > kMaxLabelBytes) return InvalidField("labels", "at most 1 KiB in all");
  if (draining_) return Draining();
  if (counts_.active_calls >= config_.max_calls ||
      counts_.unacknowledged >= config_.max_unacknowledged) {
    return Fail(Error{.code = ErrorCode::kResourceExhausted,
                      .reason = "CALL_LIMIT",
                      .message = "no room for another call",
                      .retry_after = std::chrono::seconds(1)});
  }
  auto call = std::make_unique<Call>();
  call->record.id = id;
  call->record.direction = CallDirection::kOutbound;
  call->record.controller = context.unit;
  call->record.labels = labels;
  call->record.created = now.wall;
  Call* raw = call.get();
  calls_.emplace(id, std::move(call));
  ++counts_.active_calls;
  ++counts_.total_calls;
  Touch(*raw, CallChange::kCreated);
  return raw;
}

bool CallSwitch::IsFull(const Call& call) const {
  const auto live = std::count_if(call.record.legs.begin(), call.record.legs.end(),
                                  [](const LegRecord& l) { return l.phase != LegPhase::kEnded; });
  return static_cast<std::size_t>(live) >= config_.max_legs_per_call;
}

// Who waits for long is offered to one phone after the other. Whoever follows the call has long
// been told how the oldest of them ended.
void CallSwitch::ForgetOldTry(Call& call) {
  if (call.legs.size() < config_.kept_legs_per_call) return;
  const auto old = std::find_if(call.legs.begin(), call.legs.end(), [this](LegHandle handle) {
    Leg& leg = *FindLeg(handle);
    const bool in_use = leg.was_bridged || leg.figures_due || leg.line != 0 || leg.view != 0;
    return !in_use && !IsLive(leg) && RecordOf(leg).role == LegRole::kAgent;
  });
  if (old == call.legs.end()) return;
  const std::size_t index = FindLeg(*old)->index;
  auto& records = call.record.legs;
  leg_ids_.erase(records[index].id);
  records.erase(records.begin() + static_cast<std::ptrdiff_t>(index));
  legs_.erase(*old);
  call.legs.erase(old);
  for (LegHandle handle : call.legs) {
    if (Leg& leg = *FindLeg(handle); leg.index > index) --leg.index;
  }
}

CallSwitch::Leg& CallSwitch::AddLeg(Call& call, LegRecord record, const WhatFollows& follows,
                                    Instant now) {
  ForgetOldTry(call);
  Leg leg;
  leg.handle = next_handle_++;
  leg.call = &call;
  leg.index = call.record.legs.size();
  leg.follows = follows;
  record.created = now.wall;
  leg_ids_.emplace(record.id, leg.handle);
  call.record.legs.push_back(std::move(record));
  call.legs.push_back(leg.handle);
  return legs_.emplace(leg.handle, std::move(leg)).first->second;
}

void CallSwitch::PlaceLeg(Leg& leg, const LegTarget& target, Instant now) {
  if (leg.follows.transfer) BindTransfer(leg, *leg.follows.transfer, now);
  Leg* with = FindLeg(leg.follows.bridge_with);
  if (IsTarget(leg)) with = FindLeg(leg.call->transfer->customer);
  acts_.push_back(act::PlaceLeg{.leg = leg.handle,
                                .target = target,
                                .codecs_of = with != nullptr ? MediaOf(*with) : 0,
                                .max_forwards = leg.call->max_forwards - 1});
  BeginAmd(leg);
  RefreshRows(*leg.call);
  ArmLeg(leg, SwitchTimer::kSetup, leg.follows.setup_timeout);
}

// All that can refuse a new leg before anything is taken.
Status CallSwitch::MayPlace(const CommandContext& context, const LegTarget& target,
                            const CallId& call, const LegId& leg, const WhatFollows& follows) {
  if (auto ok = Admit(context); !ok) return ok;
  if (auto ok = CheckTarget(target); !ok) return ok;
  for (const std::string& name : {call.str(), leg.str()}) {
    if (over_.contains(RequestId("hung-up:" + name))) {
      return FailedPrecondition("TOO_LATE", "it was hung up before it was placed");
    }
  }
  Call* existing = FindCall(call);
  if (existing != nullptr) {
    if (auto mine = Controlled(context, call); !mine) return Fail(mine.error());
  }
  const auto* trunk = std::get_if<LegTarget::TrunkNumber>(&target.to);
  const bool by_person = follows.transfer && follows.transfer->by_person;
  if (trunk != nullptr && by_person && !AgentMayDial(trunk->number)) {
    return InvalidField("trunk_number.number", "one that agents may dial", "NUMBER_NOT_ALLOWED");
  }
  return MayAddLeg(existing, leg, follows);
}

CallSwitch::RecordResult CallSwitch::Originate(const OriginateCommand& command, Instant now) {
  if (auto known = Repeated(command.context.request)) return Replay(command.call, *known);
  auto may = MayPlace(command.context, command.target, command.call, command.leg, command.follows);
  if (!may) return Fail(may.error());
  if (auto ok = CheckAmd(command); !ok) return Fail(ok.error());
  Call* existing = FindCall(command.call);
  LegRecord record{
      .id = command.leg, .role = LegRole::kCustomer, .caller_id = command.target.caller_id};
  const auto* trunk = std::get_if<LegTarget::TrunkNumber>(&command.target.to);
  if (trunk != nullptr) {
    record.trunk = trunk->trunk;
    record.remote = trunk->number;
    const TrunkSettings* settings = trunks_.Find(trunk->trunk);
    if (settings != nullptr && record.caller_id.empty()) record.caller_id = settings->caller_id;
  } else if (const auto* uri = std::get_if<LegTarget::Uri>(&command.target.to)) {
    record.remote = uri->text;
  }
  if (existing == nullptr && draining_) return Draining();
  if (trunk != nullptr) {
    if (auto ok = trunks_.Admit(trunk->trunk, now.mono); !ok) return Fail(ok.error());
  }
  auto call = CallFor(command.context, command.call, command.labels, now);
  if (!call) {
    if (trunk != nullptr) trunks_.Release(trunk->trunk, std::nullopt, now.mono);
    return Fail(call.error());
  }
  if (existing == nullptr) {
    (*call)->record.caller = record.caller_id;
    (*call)->record.called = record.remote;
  }
  LegTarget target = command.target;
  target.caller_id = record.caller_id;
  Leg& leg = AddLeg(**call, std::move(record), command.follows, now);
  leg.on_trunk = trunk != nullptr;
  if (!command.follows.transfer) DialledFor(leg);
  PlaceLeg(leg, target, now);
  Recompute(**call, now);
  return Done(**call, command.context.request);
}

CallSwitch::RecordResult CallSwitch::Ring(const RingCommand& command, Instant now) {
  if (auto known = Repeated(command.context.request)) return Replay(command.call, *known);
  const bool dedicated = command.call.empty();
  const CallId id = dedicated ? CallId(command.leg.str()) : command.call;
  auto may = MayPlace(command.context, command.target, id, command.leg, command.follows);
  if (!may) return Fail(may.error());
  if (std::holds_alternative<LegTarget::DedicatedLeg>(command.target.to)) {
    return AttachDedicated(command, now);
  }
  const auto* user = std::get_if<LegTarget::SipUser>(&command.target.to);
  if (user != nullptr && locations_.Reachable(user->name, now.wall).empty()) {
    return Fail(Error{.code = ErrorCode::kFailedPrecondition,
                      .reason = "NOT_REGISTERED",
                      .message = "no phone is registered for this user",
                      .metadata = {{"sip_user", user->name}}});
  }
  auto call = CallFor(command.context, id, command.labels, now);
  if (!call) return Fail(call.error());
  const auto* uri = std::get_if<LegTarget::Uri>(&command.target.to);
  Leg& leg = AddLeg(**call,
                    {.id = command.leg,
                     .role = LegRole::kAgent,
                     .agent = command.agent,
                     .reservation = command.reservation,
                     .remote = uri != nullptr ? uri->text : "sip:" + user->name,
                     .caller_id = command.target.caller_id,
                     .line_mode = command.target.line_mode,
                     .dedicated = dedicated},
                    command.follows, now);
  PlaceLeg(leg, command.target, now);
  Recompute(**call, now);
  return Done(**call, command.context.request);
}

// Work reaches a dedicated line by a row of the matrix, after a zip tone: a view on that leg joins
// the call; the line itself outlives it.
CallSwitch::RecordResult CallSwitch::AttachDedicated(const RingCommand& command, Instant now) {
  const LegId& line_id = std::get<LegTarget::DedicatedLeg>(command.target.to).leg;
  Leg* line = FindLeg(line_id);
  if (line == nullptr || !RecordOf(*line).dedicated || line->line != 0 ||
      RecordOf(*line).role != LegRole::kAgent) {
    return NotFound("LEG_NOT_FOUND", "no such dedicated leg");
  }
  if (!IsAnswered(*line)) return FailedPrecondition("TOO_LATE", "the line is not up");
  if (line->view != 0) return FailedPrecondition("LINE_BUSY", "the line serves another call");
  auto call = CallFor(command.context, command.call, command.labels, now);
  if (!call) return Fail(call.error());
  Leg& view = AddLeg(**call,
                     {.id = command.leg,
                      .role = LegRole::kAgent,
                      .agent = command.agent,
                      .reservation = command.reservation,
                      .remote = RecordOf(*line).remote,
                      .line_mode = LineMode::kDedicated,
                      .sip_call_id = RecordOf(*line).sip_call_id,
                      .placed = now.wall,
                      .held_by_far_end = RecordOf(*line).held_by_far_end,
                      .dedicated = true,
                      .codec = RecordOf(*line).codec},
                     command.follows, now);
  view.line = line->handle;
  line->view = view.handle;
  acts_.push_back(act::Play{.leg = line->handle, .sound = Sound::Of(Tone::kZip), .over_row = true});
  if (command.follows.transfer) BindTransfer(view, *command.follows.transfer, now);
  Apply(view, LegEvent::kAnswered, now);
  return Done(**call, command.context.request);
}

}  // namespace callfleet::sip_edge
