// /campaigns/:id/agents and agent-stats: C2, C3.
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

void SetUnit(const std::string& id, callfleet::common::v1::Unit* unit) {
  unit->set_kind(callfleet::common::v1::UNIT_KIND_CAMPAIGN);
  unit->set_id(id);
}

Result<dialer::CampaignState> StateOf(Context& context, const std::string& id) {
  dialer::GetCampaignRequest get;
  get.set_campaign_id(id);
  auto got = Call(context, kGetCampaign, get);
  if (!got) return Fail(std::move(got.error()));
  return got->campaign().state();
}

Result<std::vector<registry::Agent>> Members(Context& context, const std::string& campaign) {
  std::vector<registry::Agent> members;
  registry::ListAgentsRequest list;
  list.set_page_size(1000);
  SetUnit(campaign, list.mutable_member_of());
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

bool IsPrimary(const registry::Agent& agent, const std::string& campaign) {
  return std::ranges::any_of(agent.memberships(), [&](const registry::Membership& membership) {
    return membership.unit().kind() == callfleet::common::v1::UNIT_KIND_CAMPAIGN &&
           membership.unit().id() == campaign && membership.primary();
  });
}

std::string Percent(unsigned part, unsigned whole) {
  char text[16];
  std::snprintf(text, sizeof text, "%.1f%%", whole == 0 ? 0.0 : 100.0 * part / whole);
  return text;
}

struct Member {
  const registry::Agent& agent;
  const std::string& campaign;
};
struct MemberChange {
  const std::string& campaign;
  const std::vector<std::string>& agents;
  std::uint64_t count;
};

constexpr auto kMemberRows = std::to_array<Row<Member>>({
    {"id", kText, "Agent.", [](const Member& m) { return Json(m.agent.agent_id()); }},
    {"name", kText, "Its name.", [](const Member& m) { return Json(m.agent.name()); }},
    {"isActive", kBoolean, "Takes offers.", [](const Member& m) { return Json(m.agent.active()); }},
    {"isPrimary", kBoolean, "Preferred here.",
     [](const Member& m) { return Json(IsPrimary(m.agent, m.campaign)); }},
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

constexpr auto kMemberChangeRows = std::to_array<Row<MemberChange>>({
    {"campaignId", kText, "Campaign.", [](const MemberChange& m) { return Json(m.campaign); }},
    {"agentIds", kText.List(), "Ids or names as given.",
     [](const MemberChange& m) { return Json(m.agents); }},
    {"memberCount", kInteger, "Agents of the campaign now.",
     [](const MemberChange& m) { return Json(m.count); }},
});

const Table<MemberChange>& MemberChangeTable() {
  static const Table<MemberChange> kTable("MemberChange", kMemberChangeRows);
  return kTable;
}

Result<Reply> AddAgents(Context& context, const Request& request) {
  if (auto state = StateOf(context, request.Id()); !state) return Fail(std::move(state.error()));
  const auto primaries = Get<std::vector<std::string>>(request.body, "primaryAgentIds")
                             .value_or(std::vector<std::string>{});
  const bool all_primary = Get<bool>(request.body, "isPrimary").value_or(false);
  registry::SetMembersRequest set;
  SetUnit(request.Id(), set.mutable_unit());
  set.set_replace_all(Get<bool>(request.body, "replaceAll").value_or(false));
  for (const auto& id : request.body["agentIds"]) {
    auto* member = set.add_members();
    member->set_agent_id(id.get<std::string>());
    member->set_primary(all_primary ||
                        std::ranges::find(primaries, member->agent_id()) != primaries.end());
  }
  auto done = Call(context, kSetMembers, set);
  if (!done) return Fail(std::move(done.error()));
  const auto agents = request.body["agentIds"].get<std::vector<std::string>>();
  return Reply{
      .data = MemberChangeTable()({.campaign = request.Id(),
                                   .agents = agents,
                                   .count = static_cast<std::uint64_t>(done->member_count())})};
}

Result<Reply> Remove(Context& context, const Request& request,
                     const std::vector<std::string>& agents) {
  registry::RemoveMembersRequest remove;
  SetUnit(request.Id(), remove.mutable_unit());
  for (const auto& id : agents) remove.add_agent_ids(id);
  auto done = Call(context, kRemoveMembers, remove);
  if (!done) return Fail(std::move(done.error()));
  return Reply{
      .data = MemberChangeTable()({.campaign = request.Id(),
                                   .agents = agents,
                                   .count = static_cast<std::uint64_t>(done->member_count())})};
}

Result<Reply> RemoveAgents(Context& context, const Request& request) {
  return Remove(context, request, request.body["agentIds"].get<std::vector<std::string>>());
}

Result<Reply> RemoveAgent(Context& context, const Request& request) {
  return Remove(context, request, {request.path.find("agentId")->second});
}

Result<Reply> ListMembers(Context& context, const Request& request) {
  if (auto state = StateOf(context, request.Id()); !state) return Fail(std::move(state.error()));
  auto members = Members(context, request.Id());
  if (!members) return Fail(std::move(members.error()));
  Reply reply{.data = Json::array()};
  for (const auto& agent : *members) {
    reply.data.push_back(MemberTable()({.agent = agent, .campaign = request.Id()}));
  }
  return reply;
}

Result<Reply> AgentStats(Context& context, const Request& request) {
  auto state = StateOf(context, request.Id());
  if (!state) return Fail(std::move(state.error()));
  if (*state == dialer::CAMPAIGN_STATE_STOPPED || *state == dialer::CAMPAIGN_STATE_COMPLETED) {
    return NotFound("CAMPAIGN_NOT_ACTIVE", "The campaign is not active.");
  }
  auto members = Members(context, request.Id());
  if (!members) return Fail(std::move(members.error()));
  return Reply{.data = AgentLoadTable().Each(*members)};
}

}  // namespace

std::span<const Route> MemberRoutes() {
  using enum Method;
  using auth::Role;
  static const std::array<Route, 5> kRoutes{{
      {{kPost, "/api/v1/campaigns/:id/agents", Role::kSupervisor, "Adds agents to the campaign."},
       {.handle = AddAgents, .body = kMemberBody, .answer = kOne<MemberChangeTable>}},
      {{kGet, "/api/v1/campaigns/:id/agents", Role::kViewer, "Agents of the campaign."},
       {.handle = ListMembers, .answer = kList<MemberTable>}},
      {{kDelete, "/api/v1/campaigns/:id/agents", Role::kSupervisor,
        "Takes agents out; their live calls go on."},
       {.handle = RemoveAgents, .body = kTakeOutBody, .answer = kOne<MemberChangeTable>}},
      {{kDelete, "/api/v1/campaigns/:id/agents/:agentId", Role::kSupervisor,
        "Takes one agent out."},
       {.handle = RemoveAgent, .answer = kOne<MemberChangeTable>}},
      {{kGet, "/api/v1/campaigns/:id/agent-stats", Role::kViewer,
        "Load of each agent of an active campaign."},
       {.handle = AgentStats, .answer = kList<AgentLoadTable>}},
  }};
  return kRoutes;
}

}  // namespace callfleet::supervisor::rest
