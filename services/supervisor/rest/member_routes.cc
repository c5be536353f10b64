// /campaigns/:id/agents and agent-stats: C2, C3; /queues/:id/agents.
#include <array>
#include <cstdio>

#include "services/supervisor/rest/json_values.h"
#include "services/supervisor/rest/route_table.h"
#include "services/supervisor/rest/rpcs.h"
#include "services/supervisor/rest/view_reads.h"

namespace callfleet::supervisor::rest {
namespace {

namespace dialer = callfleet::dialer::v1;
namespace registry = callfleet::agent_registry::v1;

constexpr FieldSpec kAgentIds{.name = "agentIds",
                              .type = JsonType::kStringList,
                              .about = "Ids or names of agents.",
                              .required = true,
                              .min = 1,
                              .max = 10'000};
constexpr std::array<FieldSpec, 4> kMemberBody{{
    kAgentIds,
    {.name = "primaryAgentIds",
     .type = JsonType::kStringList,
     .about = "Those of agentIds that are preferred.",
     .max = 10'000},
    {.name = "isPrimary", .type = JsonType::kBoolean, .about = "All of them are preferred."},
    {.name = "replaceAll", .type = JsonType::kBoolean, .about = "Agents not named are taken out."},
}};
constexpr std::array<FieldSpec, 1> kTakeOutBody{{kAgentIds}};

using callfleet::common::v1::Unit;
using callfleet::common::v1::UNIT_KIND_CAMPAIGN;
using callfleet::common::v1::UNIT_KIND_QUEUE;
using callfleet::common::v1::UnitKind;

Unit UnitOf(UnitKind kind, const std::string& id) {
  Unit unit;
  unit.set_kind(kind);
  unit.set_id(id);
  return unit;
}

Result<dialer::CampaignState> StateOf(Context& context, const std::string& id) {
  dialer::GetCampaignRequest get;
  get.set_campaign_id(id);
  auto got = Call(context, kGetCampaign, get);
  if (!got) return Fail(std::move(got.error()));
  return got->campaign().state();
}

Status Known(Context& context, const Unit& unit) {
  if (unit.kind() == UNIT_KIND_CAMPAIGN) {
    auto state = StateOf(context, unit.id());
    return state ? Status{} : Status(Fail(std::move(state.error())));
  }
  callfleet::queue::v1::GetQueueRequest get;
  get.set_queue_id(unit.id());
  auto got = Call(context, kGetQueue, get);
  return got ? Status{} : Status(Fail(std::move(got.error())));
}

Result<std::vector<registry::Agent>> Members(Context& context, const Unit& unit) {
  std::vector<registry::Agent> members;
  registry::ListAgentsRequest list;
  list.set_page_size(1000);
  *list.mutable_member_of() = unit;
  do {
    auto page = Call(context, kListAgents, list);
    if (!page) return Fail(std::move(page.error()));
    for (auto& agent : *page->mutable_agents()) members.push_back(std::move(agent));
    list.set_page_token(page->next_page_token());
  } while (!list.page_token().empty());
  return members;
}

unsigned ActiveCalls(const registry::Agent& agent) {
  return static_cast<unsigned>(std::ranges::count_if(agent.slots(), [](const auto& slot) {
    return slot.state() != registry::SLOT_STATE_WRAP_UP;
  }));
}

bool IsPrimary(const registry::Agent& agent, const Unit& unit) {
  return std::ranges::any_of(agent.memberships(), [&](const registry::Membership& membership) {
    return membership.unit().kind() == unit.kind() && membership.unit().id() == unit.id() &&
           membership.primary();
  });
}

std::string Percent(unsigned part, unsigned whole) {
  char text[16];
  std::snprintf(text, sizeof text, "%.1f%%", whole == 0 ? 0.0 : 100.0 * part / whole);
  return text;
}

struct Member {
  const registry::Agent& agent;
  const Unit& unit;
};
struct MemberChange {
  const std::string& unit;
  const std::vector<std::string>& agents;
  std::uint64_t count;
};

constexpr auto kMemberRows = std::to_array<Row<Member>>({
    {"id", kText, "Agent.", [](const Member& m) { return Json(m.agent.agent_id()); }},
    {"name", kText, "Its name.", [](const Member& m) { return Json(m.agent.name()); }},
    {"isActive", kBoolean, "Takes offers.", [](const Member& m) { return Json(m.agent.active()); }},
    {"isPrimary", kBoolean, "Preferred here.",
     [](const Member& m) { return Json(IsPrimary(m.agent, m.unit)); }},
    {"activeCalls", kInteger, "Over all campaigns and queues.",
     [](const Member& m) { return Json(ActiveCalls(m.agent)); }},
    {"maxConcurrentCalls", kInteger, "Most calls at once.",
     [](const Member& m) { return Json(m.agent.max_concurrent_calls()); }},
});

const Table<Member>& MemberTable() {
  static const Table<Member> kTable("Member", kMemberRows);
  return kTable;
}

constexpr auto kAgentLoadRows = std::to_array<Row<registry::Agent>>({
    {"name", kText, "Name of the agent.", [](const registry::Agent& m) { return Json(m.name()); }},
    {"isActive", kBoolean, "Takes offers.",
     [](const registry::Agent& m) { return Json(m.active()); }},
    {"activeCalls", kInteger, "Over all campaigns and queues.",
     [](const registry::Agent& m) { return Json(ActiveCalls(m)); }},
    {"maxConcurrent", kInteger, "Most calls at once.",
     [](const registry::Agent& m) { return Json(m.max_concurrent_calls()); }},
    {"utilization", kText, "activeCalls / maxConcurrent, \"66.7%\".",
     [](const registry::Agent& m) {
       return Json(Percent(ActiveCalls(m), m.max_concurrent_calls()));
     }},
    {"available", kBoolean, "Active, ready and with a free slot.",
     [](const registry::Agent& m) {
       return Json(m.active() && m.activity() == registry::AGENT_ACTIVITY_AVAILABLE);
     }},
});

const Table<registry::Agent>& AgentLoadTable() {
  static const Table<registry::Agent> kTable("AgentLoad", kAgentLoadRows);
  return kTable;
}

constexpr Row<MemberChange> kChangedAgents{"agentIds", kText.List(), "Ids or names as given.",
                                           [](const MemberChange& m) { return Json(m.agents); }};
constexpr Row<MemberChange> kChangedCount{"memberCount", kInteger, "Agents of it now.",
                                          [](const MemberChange& m) { return Json(m.count); }};
constexpr auto kMemberChangeRows = std::to_array<Row<MemberChange>>({
    {"campaignId", kText, "Campaign.", [](const MemberChange& m) { return Json(m.unit); }},
    kChangedAgents,
    kChangedCount,
});
constexpr auto kQueueMemberChangeRows = std::to_array<Row<MemberChange>>({
    {"queueId", kText, "Queue.", [](const MemberChange& m) { return Json(m.unit); }},
    kChangedAgents,
    kChangedCount,
});

const Table<MemberChange>& MemberChangeTable() {
  static const Table<MemberChange> kTable("MemberChange", kMemberChangeRows);
  return kTable;
}

const Table<MemberChange>& QueueMemberChangeTable() {
  static const Table<MemberChange> kTable("QueueMemberChange", kQueueMemberChangeRows);
  return kTable;
}

Reply Changed(const Unit& unit, const std::vector<std::string>& agents, std::uint64_t count) {
  const auto& table =
      unit.kind() == UNIT_KIND_QUEUE ? QueueMemberChangeTable() : MemberChangeTable();
  return {.data = table({.unit = unit.id(), .agents = agents, .count = count})};
}

// The registry says which agent it does not know, but not where we got it from.
tl::unexpected<Error> OfAgentIds(Error error) {
  if (error.reason == "AGENT_NOT_FOUND" && error.fields.empty()) {
    error.fields.push_back({"agentIds", error.message});
  }
  return Fail(std::move(error));
}

template <UnitKind kKind>
Result<Reply> AddAgents(Context& context, const Request& request) {
  const Unit unit = UnitOf(kKind, request.Id());
  if (auto known = Known(context, unit); !known) return Fail(std::move(known.error()));
  const auto primaries = Get<std::vector<std::string>>(request.body, "primaryAgentIds")
                             .value_or(std::vector<std::string>{});
  const bool all_primary = Get<bool>(request.body, "isPrimary").value_or(false);
  registry::SetMembersRequest set;
  *set.mutable_unit() = unit;
  set.set_replace_all(Get<bool>(request.body, "replaceAll").value_or(false));
  for (const auto& id : request.body["agentIds"]) {
    auto* member = set.add_members();
    member->set_agent_id(id.get<std::string>());
    member->set_primary(all_primary ||
                        std::ranges::find(primaries, member->agent_id()) != primaries.end());
  }
  auto done = Call(context, kSetMembers, set);
  if (!done) return OfAgentIds(std::move(done.error()));
  return Changed(unit, request.body["agentIds"].get<std::vector<std::string>>(),
                 static_cast<std::uint64_t>(done->member_count()));
}

Result<Reply> Remove(Context& context, const Unit& unit, const std::vector<std::string>& agents) {
  registry::RemoveMembersRequest remove;
  *remove.mutable_unit() = unit;
  for (const auto& id : agents) remove.add_agent_ids(id);
  auto done = Call(context, kRemoveMembers, remove);
  if (!done) return Fail(std::move(done.error()));
  return Changed(unit, agents, static_cast<std::uint64_t>(done->member_count()));
}

template <UnitKind kKind>
Result<Reply> RemoveAgents(Context& context, const Request& request) {
  return Remove(context, UnitOf(kKind, request.Id()),
                request.body["agentIds"].get<std::vector<std::string>>());
}

template <UnitKind kKind>
Result<Reply> RemoveAgent(Context& context, const Request& request) {
  return Remove(context, UnitOf(kKind, request.Id()), {request.path.find("agentId")->second});
}

template <UnitKind kKind>
Result<Reply> ListMembers(Context& context, const Request& request) {
  const Unit unit = UnitOf(kKind, request.Id());
  if (auto known = Known(context, unit); !known) return Fail(std::move(known.error()));
  auto members = Members(context, unit);
  if (!members) return Fail(std::move(members.error()));
  Reply reply{.data = Json::array()};
  for (const auto& agent : *members) {
    reply.data.push_back(MemberTable()({.agent = agent, .unit = unit}));
  }
  return reply;
}

Result<Reply> AgentStats(Context& context, const Request& request) {
  auto state = StateOf(context, request.Id());
  if (!state) return Fail(std::move(state.error()));
  if (*state == dialer::CAMPAIGN_STATE_STOPPED || *state == dialer::CAMPAIGN_STATE_COMPLETED) {
    return NotFound("CAMPAIGN_NOT_ACTIVE", "The campaign is not active.");
  }
  auto members = Members(context, UnitOf(UNIT_KIND_CAMPAIGN, request.Id()));
  if (!members) return Fail(std::move(members.error()));
  return Reply{.data = AgentLoadTable().Each(*members)};
}

}  // namespace

std::span<const Route> MemberRoutes() {
  using enum Method;
  using auth::Role;
  static const std::array<Route, 9> kRoutes{{
      {{kPost, "/api/v1/campaigns/:id/agents", Role::kSupervisor, "Adds agents to the campaign."},
       {.handle = AddAgents<UNIT_KIND_CAMPAIGN>,
        .body = kMemberBody,
        .answer = kOne<MemberChangeTable>}},
      {{kGet, "/api/v1/campaigns/:id/agents", Role::kViewer, "Agents of the campaign."},
       {.handle = ListMembers<UNIT_KIND_CAMPAIGN>, .answer = kList<MemberTable>}},
      {{kDelete, "/api/v1/campaigns/:id/agents", Role::kSupervisor,
        "Takes agents out; their live calls go on."},
       {.handle = RemoveAgents<UNIT_KIND_CAMPAIGN>,
        .body = kTakeOutBody,
        .answer = kOne<MemberChangeTable>}},
      {{kDelete, "/api/v1/campaigns/:id/agents/:agentId", Role::kSupervisor,
        "Takes one agent out."},
       {.handle = RemoveAgent<UNIT_KIND_CAMPAIGN>, .answer = kOne<MemberChangeTable>}},
      {{kGet, "/api/v1/campaigns/:id/agent-stats", Role::kViewer,
        "Load of each agent of an active campaign."},
       {.handle = AgentStats, .answer = kList<AgentLoadTable>}},
      {{kPost, "/api/v1/queues/:id/agents", Role::kSupervisor, "Adds agents to the queue."},
       {.handle = AddAgents<UNIT_KIND_QUEUE>,
        .body = kMemberBody,
        .answer = kOne<QueueMemberChangeTable>}},
      {{kGet, "/api/v1/queues/:id/agents", Role::kViewer, "Agents of the queue."},
       {.handle = ListMembers<UNIT_KIND_QUEUE>, .answer = kList<MemberTable>}},
      {{kDelete, "/api/v1/queues/:id/agents", Role::kSupervisor,
        "Takes agents out of the queue; their live calls go on."},
       {.handle = RemoveAgents<UNIT_KIND_QUEUE>,
        .body = kTakeOutBody,
        .answer = kOne<QueueMemberChangeTable>}},
      {{kDelete, "/api/v1/queues/:id/agents/:agentId", Role::kSupervisor,
        "Takes one agent out of the queue."},
       {.handle = RemoveAgent<UNIT_KIND_QUEUE>, .answer = kOne<QueueMemberChangeTable>}},
  }};
  return kRoutes;
}

}  // namespace callfleet::supervisor::rest
