// Supervision and coaching: S12, S13.
#include <array>

#include "services/supervisor/ports/supervision.h"
#include "services/supervisor/rest/json_values.h"
#include "services/supervisor/rest/route_table.h"

namespace callfleet::supervisor::rest {
namespace {

constexpr std::array<std::string_view, 4> kModes{"listen", "whisper", "barge", "take_over"};

constexpr std::array<FieldSpec, 4> kSuperviseBody{{
    {.name = "mode", .about = "How the supervisor takes part.", .required = true, .one_of = kModes},
    {.name = "phone",
     .about = "SIP user or sip: URI of the supervisor's phone; required for a new supervision.",
     .min = 1,
     .max = 512},
    {.name = "supervisionId",
     .about = "A supervision whose mode is changed; absent: a new one.",
     .min = 1,
     .max = 64},
    {.name = "includePrivate",
     .type = JsonType::kBoolean,
     .about = "Hears held parties, consultations and parts whose recording is paused, too; role "
              "admin only."},
}};

constexpr std::array<FieldSpec, 1> kCoachBody{{
    {.name = "text", .about = "What the agent is told.", .required = true, .min = 1, .max = 1000},
}};
constexpr std::size_t kMaxTextBytes = 1000;  // Of a MESSAGE that fits a datagram (RFC 3428 8).

struct Supervision {
  std::string id;
  std::string mode;
};

constexpr auto kSupervisionRows = std::to_array<Row<Supervision>>(
    {{"id", kText, "Of the supervision.", [](const Supervision& s) { return Json(s.id); }},
     {"supervisionId", kText, "The same, as the body takes it.",
      [](const Supervision& s) { return Json(s.id); }},
     {"mode",
      {.choices = Words<kModes>},
      "How the supervisor takes part.",
      [](const Supervision& s) { return Json(s.mode); }}});

const Table<Supervision>& SupervisionTable() {
  static const Table<Supervision> kTable("Supervision", kSupervisionRows);
  return kTable;
}

constexpr std::array<std::string_view, 3> kOutcomes{"delivered", "failed", "no_device"};
constexpr auto kCoachedRows = std::to_array<Row<CoachResult>>(
    {{"delivered", kBoolean, "The phone took it.",
      [](const CoachResult& r) { return Json(r.outcome == CoachingOutcome::kDelivered); }},
     {"outcome",
      {.choices = Words<kOutcomes>},
      "What became of it at the phone.",
      [](const CoachResult& r) { return Json(Name(r.outcome)); }},
     {"sipCode", kInteger.OrNull(), "Final SIP status; null: none came.",
      [](const CoachResult& r) { return r.sip_code == 0 ? Json() : Json(r.sip_code); }},
     {"detail", kText.OrNull(), "The status in words.",
      [](const CoachResult& r) { return TextOrNull(r.detail); }}});

const Table<CoachResult>& CoachedTable() {
  static const Table<CoachResult> kTable("Coached", kCoachedRows);
  return kTable;
}

Result<SuperviseOrder> ToOrder(const Request& request) {
  SuperviseOrder order{.request_id = request.request_id};
  order.supervision_id = Get<std::string>(request.body, "supervisionId").value_or("");
  order.phone = Get<std::string>(request.body, "phone").value_or("");
  order.include_private = Get<bool>(request.body, "includePrivate").value_or(false);
  if (order.include_private && request.caller.role < auth::Role::kAdmin) {
    return Fail(Error{.code = ErrorCode::kPermissionDenied,
                      .reason = "ROLE_TOO_LOW",
                      .message = "includePrivate needs role admin."});
  }
  const auto mode = request.body["mode"].get<std::string>();
  for (std::size_t i = 0; i < kModes.size(); ++i) {
    if (kModes[i] == mode) order.mode = static_cast<SupervisionMode>(i);
  }
  return order;
}

Result<Reply> Run(Context& context, const Request& request, const SuperviseOrder& order) {
  const auto id = context.supervision->Supervise(order);
  if (!id) return Fail(id.error());
  return Reply{.data = SupervisionTable()({*id, request.body["mode"].get<std::string>()})};
}

Result<Reply> SuperviseCall(Context& context, const Request& request) {
  auto order = ToOrder(request);
  if (!order) return Fail(order.error());
  order->call_id = request.Id();
  return Run(context, request, *order);
}

Result<Reply> SuperviseAgent(Context& context, const Request& request) {
  auto order = ToOrder(request);
  if (!order) return Fail(order.error());
  order->agent = request.Id();
  return Run(context, request, *order);
}

Result<Reply> Stop(Context& context, const StopOrder& order) {
  if (auto done = context.supervision->Stop(order); !done) return Fail(done.error());
  return Reply{.data = GoneTable()(order.supervision_id)};
}

Result<Reply> StopOfCall(Context& context, const Request& request) {
  return Stop(context, {.supervision_id = request.path.find("supervisionId")->second,
                        .call_id = request.Id()});
}

Result<Reply> StopOfAgent(Context& context, const Request& request) {
  return Stop(context, {.supervision_id = request.path.find("supervisionId")->second,
                        .agent = request.Id()});
}

Result<Reply> CoachAgent(Context& context, const Request& request) {
  CoachOrder order{.request_id = request.request_id,
                   .agent = request.Id(),
                   .text = request.body["text"].get<std::string>()};
  if (order.text.size() > kMaxTextBytes) return InvalidField("text", "at most 1,000 bytes");
  order.author =
      request.caller.name.empty() ? auth::Name(request.caller.role) : request.caller.name;
  const auto done = context.supervision->Coach(order);
  if (!done) return Fail(done.error());
  return Reply{.data = CoachedTable()(*done)};
}

}  // namespace

std::span<const Route> SupervisionRoutes() {
  using enum Method;
  using auth::Role;
  static const std::array<Route, 5> kRoutes{{
      {{kPost, "/api/v1/calls/:id/supervise", Role::kSupervisor,
        "Rings a phone into a call to listen, whisper, barge or take over; or changes the mode."},
       {.handle = SuperviseCall,
        .body = kSuperviseBody,
        .audit_field = "mode",
        .audit_answer = "supervisionId",
        .answer = kOne<SupervisionTable>}},
      {{kDelete, "/api/v1/calls/:id/supervise/:supervisionId", Role::kSupervisor,
        "Ends a supervision; the call goes on."},
       {.handle = StopOfCall, .answer = kOne<GoneTable>}},
      {{kPost, "/api/v1/agents/:id/supervise", Role::kSupervisor,
        "Rings a phone once and follows the agent over its calls; or changes the mode."},
       {.handle = SuperviseAgent,
        .body = kSuperviseBody,
        .audit_field = "mode",
        .audit_answer = "supervisionId",
        .answer = kOne<SupervisionTable>}},
      {{kDelete, "/api/v1/agents/:id/supervise/:supervisionId", Role::kSupervisor,
        "Ends a supervision that follows an agent."},
       {.handle = StopOfAgent, .answer = kOne<GoneTable>}},
      {{kPost, "/api/v1/agents/:id/coach", Role::kSupervisor,
        "Text to the agent's phone and page during a call; the answer says what became of it."},
       {.handle = CoachAgent, .body = kCoachBody, .answer = kOne<CoachedTable>}},
  }};
  return kRoutes;
}

}  // namespace callfleet::supervisor::rest
