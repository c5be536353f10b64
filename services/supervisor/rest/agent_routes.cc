// /agents: C1, S2, S3, S6.
#include <array>

#include "services/supervisor/rest/agent_words.h"
#include "services/supervisor/rest/json_values.h"
#include "services/supervisor/rest/route_table.h"
#include "services/supervisor/rest/rpcs.h"
#include "services/supervisor/rest/view_json.h"
#include "services/supervisor/rest/view_reads.h"

namespace callfleet::supervisor::rest {
namespace {

namespace registry_pb = callfleet::agent_registry::v1;

constexpr std::array<FieldSpec, 2> kSkill{{
    {.name = "name", .about = "Name of the skill.", .required = true, .min = 1, .max = 64},
    {.name = "level",
     .type = JsonType::kInteger,
     .about = "1 to 10; 1 unless given.",
     .min = 1,
     .max = 10},
}};

constexpr FieldSpec kName{
    .name = "name", .about = "Unique name.", .required = true, .min = 1, .max = 64};
constexpr FieldSpec kNewName{.name = "name", .about = "Unique name.", .min = 1, .max = 64};
constexpr FieldSpec kDescription{.name = "description", .about = "For people.", .max = 1000};
constexpr FieldSpec kIsActive{.name = "isActive",
                              .type = JsonType::kBoolean,
                              .about = "Inactive agents get no offer; true unless given."};
constexpr FieldSpec kMaxCalls{.name = "maxConcurrentCalls",
                              .type = JsonType::kInteger,
                              .about = "Most calls at once; 3 for ai, 1 for human unless given.",
                              .min = 1,
                              .max = 100};
constexpr FieldSpec kLineMode{
    .name = "lineMode", .about = "How work reaches the phone.", .one_of = kLineModes};
constexpr FieldSpec kSrtp{.name = "mediaSecurity",
                          .about =
                              "SRTP with the phone (SDES): off, offered (else RTP) or "
                              "required (else no call); off unless given.",
                          .one_of = kMediaSecurities};
constexpr FieldSpec kSkills{.name = "skills",
                            .type = JsonType::kObjectList,
                            .about = "Skills with levels.",
                            .max = 64,
                            .fields = kSkill};
constexpr FieldSpec kAutoReady{
    .name = "autoReady",
    .type = JsonType::kBoolean,
    .about = "A reachable phone makes the agent ready; true unless given."};
constexpr FieldSpec kWrapUp{.name = "wrapUpSeconds",
                            .type = JsonType::kNumber,
                            .about = "Time for after-work.",
                            .max = 3600};
constexpr FieldSpec kTier{.name = "tier",
                          .type = JsonType::kInteger,
                          .about = "Order in sequential tiers, lower first.",
                          .max = 1000};
constexpr FieldSpec kSipSecret{.name = "sipSecret",
                               .about = "Secret of the SIP account; generated unless given.",
                               .min = 8,
                               .max = 128};
constexpr FieldSpec kContactUri{
    .name = "contactUri", .about = "A fixed sip: URI instead of an account.", .min = 1, .max = 512};

constexpr std::array<FieldSpec, 15> kCreateBody{{
    kName,
    kDescription,
    kIsActive,
    kMaxCalls,
    kLineMode,
    kSrtp,
    kSkills,
    kAutoReady,
    kWrapUp,
    kTier,
    kSipSecret,
    kContactUri,
    {.name = "kind",
     .about = "ai for a contactUri or more than one call, else human, unless given.",
     .one_of = kKinds},
    {.name = "poolId", .about = "Pool; default unless given.", .min = 1, .max = 64},
    {.name = "sipUser",
     .about = "SIP user [A-Za-z0-9._-]; the name if it is such a word, else generated.",
     .min = 1,
     .max = 64},
}};
constexpr std::array<FieldSpec, 12> kUpdateBody{{
    kNewName,
    kDescription,
    kIsActive,
    kMaxCalls,
    kLineMode,
    kSrtp,
    kSkills,
    kAutoReady,
    kWrapUp,
    kTier,
    kSipSecret,
    kContactUri,
}};
constexpr std::array<FieldSpec, 2> kPresenceBody{{
    {.name = "presence", .about = "Presence wished for.", .required = true, .one_of = kPresences},
    {.name = "reason", .about = "Why not ready.", .max = 64},
}};

registry_pb::AgentLineMode LineModeOf(const Json& body) {
  registry_pb::AgentLineMode mode = registry_pb::AGENT_LINE_MODE_UNSPECIFIED;
  if (auto name = Get<std::string>(body, "lineMode")) {
    registry_pb::AgentLineMode_Parse(EnumName("AGENT_LINE_MODE_", *name), &mode);
  }
  return mode;
}

registry_pb::AgentMediaSecurity SecurityOf(const Json& body) {
  auto security = registry_pb::AGENT_MEDIA_SECURITY_UNSPECIFIED;
  if (auto name = Get<std::string>(body, "mediaSecurity")) {
    registry_pb::AgentMediaSecurity_Parse(EnumName("AGENT_MEDIA_SECURITY_", *name), &security);
  }
  return security;
}

template <class Message>
void AddSkills(const Json& body, Message* message) {
  const auto skills = body.find("skills");
  if (skills == body.end()) return;
  for (const auto& item : *skills) {
    auto* skill = message->add_skills();
    skill->set_name(item["name"].get<std::string>());
    skill->set_level(Get<unsigned>(item, "level").value_or(1));
  }
}

// What creation and update have in common.
template <class Message>
void SetCommon(const Json& body, Message* message) {
  if (auto v = Get<std::string>(body, "name")) message->set_name(*v);
  if (auto v = Get<std::string>(body, "description")) message->set_description(*v);
  if (auto v = Get<int>(body, "maxConcurrentCalls")) message->set_max_concurrent_calls(*v);
  if (auto v = Get<bool>(body, "autoReady")) message->set_auto_ready(*v);
  if (auto v = Get<double>(body, "wrapUpSeconds")) SetSeconds(*v, message->mutable_wrap_up());
  if (auto v = Get<unsigned>(body, "tier")) message->set_tier(*v);
  if (auto v = Get<std::string>(body, "sipSecret")) message->set_sip_secret(*v);
  if (auto v = Get<std::string>(body, "contactUri")) message->set_contact_uri(*v);
  message->set_line_mode(LineModeOf(body));
  message->set_media_security(SecurityOf(body));
  AddSkills(body, message);
}

Result<Reply> AgentReply(Context& context, const std::string& id) {
  return ReadView(context, {}, [id, now = context.clock->Now().wall](const World& world) {
    const AgentFact* agent = world.FindAgent(id);
    if (agent == nullptr) return Result<Reply>(AgentNotFound(id));
    return Result<Reply>(Reply{.data = ToJson(world.View(*agent, now))});
  });
}

Result<Reply> CreateAgent(Context& context, const Request& request) {
  registry_pb::CreateAgentRequest create;
  create.set_request_id(request.request_id);
  SetCommon(request.body, &create);
  if (auto v = Get<bool>(request.body, "isActive")) create.set_active(*v);
  if (auto v = Get<std::string>(request.body, "poolId")) create.set_pool_id(*v);
  if (auto v = Get<std::string>(request.body, "sipUser")) create.set_sip_user(*v);
  if (auto v = Get<std::string>(request.body, "kind")) {
    create.set_kind(*v == "ai" ? registry_pb::AGENT_KIND_AI : registry_pb::AGENT_KIND_HUMAN);
  }
  const auto created = Call(context, kCreateAgent, create);
  if (!created) return Fail(created.error());
  auto reply = AgentReply(context, created->agent().agent_id());
  if (!reply) return reply;
  if (!created->sip_secret().empty()) reply->data["sipSecret"] = created->sip_secret();
  return reply;
}

template <class Message, class In, class Out>
Result<Reply> OnAgent(Context& context, const Request& request, const Rpc<In, Out>& rpc,
                      Message message) {
  auto id = ResolveAgent(context, request.Id());
  if (!id) return Fail(std::move(id.error()));
  message.set_agent_id(*id);
  const auto done = Call(context, rpc, message);
  if (!done) return Fail(done.error());
  return AgentReply(context, *id);
}

Result<Reply> ActivateAgent(Context& context, const Request& request) {
  return OnAgent(context, request, kActivateAgent, registry_pb::ActivateAgentRequest());
}

Result<Reply> DeactivateAgent(Context& context, const Request& request) {
  return OnAgent(context, request, kDeactivateAgent, registry_pb::DeactivateAgentRequest());
}

Result<Reply> UpdateAgent(Context& context, const Request& request) {
  registry_pb::UpdateAgentRequest update;
  SetCommon(request.body, &update);
  update.set_replace_skills(request.body.contains("skills"));
  auto reply = OnAgent(context, request, kUpdateAgent, update);
  const auto active = Get<bool>(request.body, "isActive");
  if (!reply || !active || reply->data["isActive"] == *active) return reply;
  return *active ? ActivateAgent(context, request) : DeactivateAgent(context, request);
}

Result<Reply> SetPresence(Context& context, const Request& request) {
  registry_pb::SetPresenceRequest set;
  registry_pb::Presence presence = registry_pb::PRESENCE_UNSPECIFIED;
  registry_pb::Presence_Parse(EnumName("PRESENCE_", request.body["presence"].get<std::string>()),
                              &presence);
  set.set_presence(presence);
  set.set_reason(Get<std::string>(request.body, "reason").value_or(""));
  return OnAgent(context, request, kSetPresence, set);
}

Result<Reply> DeleteAgent(Context& context, const Request& request) {
  auto id = ResolveAgent(context, request.Id());
  if (!id) return Fail(std::move(id.error()));
  registry_pb::DeleteAgentRequest remove;
  remove.set_agent_id(*id);
  const auto done = Call(context, kDeleteAgent, remove);
  if (!done) return Fail(done.error());
  return Reply{.data = GoneTable()(*id)};
}

Result<Reply> ListAgents(Context& context, const Request& request) {
  return ReadView(context, {SourceKind::kAgents},
                  [query = request.query, now = context.clock->Now().wall](const World& world) {
                    std::vector<std::string> ids;
                    for (const AgentFact* agent : AgentsByName(world))
                      ids.push_back(agent->id.str());
                    return Result<Reply>(PageOf(ids, query, [&](const std::string& id) {
                      return ToJson(world.View(*world.FindAgent(id), now));
                    }));
                  });
}

Result<Reply> GetAgent(Context& context, const Request& request) {
  return ReadView(context, {SourceKind::kAgents},
                  [id = request.Id(), now = context.clock->Now().wall](const World& world) {
                    const AgentFact* agent = world.FindAgent(id);
                    if (agent == nullptr) return Result<Reply>(AgentNotFound(id));
                    return Result<Reply>(Reply{.data = ToJson(world.View(*agent, now))});
                  });
}

Result<Reply> ListAgentCalls(Context& context, const Request& request) {
  return ReadView(context, {SourceKind::kAgents, SourceKind::kCalls},
                  [id = request.Id(), now = context.clock->Now().wall](const World& world) {
                    const AgentFact* agent = world.FindAgent(id);
                    if (agent == nullptr) return Result<Reply>(AgentNotFound(id));
                    Reply reply{.data = Json::array()};
                    for (const auto& call : LiveCallsInOrder(world, agent->id)) {
                      reply.data.push_back(ToJson(world.View(*world.FindCall(call), now)));
                    }
                    return Result<Reply>(std::move(reply));
                  });
}

Result<Topic> AllAgents(Context& /*context*/, const Request& /*request*/) {
  return Topic{TopicKind::kAgents};
}

Result<Topic> OneAgent(Context& context, const Request& request) {
  auto id = ResolveAgent(context, request.Id());
  if (!id) return Fail(std::move(id.error()));
  return Topic{TopicKind::kAgents, *id};
}

Result<Topic> CallsOfAgent(Context& context, const Request& request) {
  auto id = ResolveAgent(context, request.Id());
  if (!id) return Fail(std::move(id.error()));
  return Topic{TopicKind::kAgentCalls, *id};
}

}  // namespace

std::span<const Route> AgentRoutes() {
  using enum Method;
  using auth::Role;
  static const std::array<Route, 13> kRoutes{{
      {{kGet, "/api/v1/agents", Role::kViewer, "Agents by name."},
       {.handle = ListAgents, .query = PageQuery(), .answer = kList<AgentTable>}},
      {{kPost, "/api/v1/agents", Role::kSupervisor,
        "Creates an agent and its SIP account; the answer alone tells the secret."},
       {.handle = CreateAgent, .body = kCreateBody, .success = 201, .answer = kOne<AgentTable>}},
      {{kGet, "/api/v1/agents/watch", Role::kViewer, "Agents as they change."},
       {.events = AllAgents, .answer = kList<AgentTable>}},
      {{kGet, "/api/v1/agents/:id", Role::kViewer, "One agent, by id or name."},
       {.handle = GetAgent, .answer = kOne<AgentTable>}},
      {{kPut, "/api/v1/agents/:id", Role::kSupervisor, "Changes the given fields."},
       {.handle = UpdateAgent, .body = kUpdateBody, .answer = kOne<AgentTable>}},
      {{kPatch, "/api/v1/agents/:id", Role::kSupervisor, "Changes the given fields."},
       {.handle = UpdateAgent, .body = kUpdateBody, .answer = kOne<AgentTable>}},
      {{kDelete, "/api/v1/agents/:id", Role::kAdmin, "Removes an agent without a call."},
       {.handle = DeleteAgent, .answer = kOne<GoneTable>}},
      {{kGet, "/api/v1/agents/:id/watch", Role::kViewer, "One agent as it changes."},
       {.events = OneAgent, .answer = kList<AgentTable>}},
      {{kPost, "/api/v1/agents/:id/activate", Role::kSupervisor, "The agent takes offers again."},
       {.handle = ActivateAgent, .answer = kOne<AgentTable>}},
      {{kPost, "/api/v1/agents/:id/deactivate", Role::kSupervisor,
        "No more offers from now on; a live call goes on."},
       {.handle = DeactivateAgent, .answer = kOne<AgentTable>}},
      {{kPost, "/api/v1/agents/:id/presence", Role::kSupervisor,
        "Signs in, ready, not ready, signs out."},
       {.handle = SetPresence, .body = kPresenceBody, .answer = kOne<AgentTable>}},
      {{kGet, "/api/v1/agents/:id/calls", Role::kViewer, "Live calls of one agent."},
       {.handle = ListAgentCalls, .answer = kList<CallTable>}},
      {{kGet, "/api/v1/agents/:id/calls/watch", Role::kViewer,
        "Calls of one agent as they change."},
       {.events = CallsOfAgent, .answer = kList<CallTable>}},
  }};
  return kRoutes;
}

}  // namespace callfleet::supervisor::rest
