// /campaigns: C2, C5.
#include <algorithm>
#include <array>
#include <cstdio>

#include "services/supervisor/rest/campaign_json.h"
#include "services/supervisor/rest/json_values.h"
#include "services/supervisor/rest/route_table.h"
#include "services/supervisor/rest/rpcs.h"
#include "services/supervisor/rest/view_json.h"

namespace callfleet::supervisor::rest {
namespace {

namespace dialer = callfleet::dialer::v1;

Result<dialer::Campaign> Fetch(Context& context, const std::string& id) {
  dialer::GetCampaignRequest get;
  get.set_campaign_id(id);
  auto got = Call(context, kGetCampaign, get);
  if (!got) return Fail(std::move(got.error()));
  return std::move(*got->mutable_campaign());
}

// Named in the table by what it asks and answers.
template <class In, class Out>
Result<Reply> OnCampaign(Context& context, const Request& request, const Rpc<In, Out>& rpc) {
  In message;
  message.set_campaign_id(request.Id());
  auto done = Call(context, rpc, message);
  if (!done) return Fail(std::move(done.error()));
  return Reply{.data = CampaignTable()(done->campaign())};
}

Result<Reply> ListCampaigns(Context& context, const Request& request) {
  dialer::ListCampaignsRequest list;
  SetPage(request.query, &list);
  auto page = Call(context, kListCampaigns, list);
  if (!page) return Fail(std::move(page.error()));
  Reply reply{.data = Json::array()};
  for (const auto& campaign : page->campaigns()) reply.data.push_back(CampaignTable()(campaign));
  reply.beside["nextPageToken"] = page->next_page_token();
  return reply;
}

Result<Reply> CreateCampaign(Context& context, const Request& request) {
  dialer::CreateCampaignRequest create;
  create.set_request_id(request.request_id);
  if (auto applied = ApplyCampaign(request.body, create.mutable_campaign()); !applied) {
    return Fail(std::move(applied.error()));
  }
  auto created = Call(context, kCreateCampaign, create);
  if (!created) return Fail(std::move(created.error()));
  return Reply{.data = CampaignTable()(created->campaign())};
}

Result<Reply> ShowCampaign(Context& context, const Request& request) {
  auto campaign = Fetch(context, request.Id());
  if (!campaign) return Fail(std::move(campaign.error()));
  return Reply{.data = CampaignTable()(*campaign)};
}

Result<Reply> SendUpdate(Context& context, const Request& request, dialer::Campaign campaign) {
  dialer::UpdateCampaignRequest update;
  if (auto applied = ApplyCampaign(request.body, &campaign); !applied) {
    return Fail(std::move(applied.error()));
  }
  *update.mutable_campaign() = std::move(campaign);
  auto updated = Call(context, kUpdateCampaign, update);
  if (!updated) return Fail(std::move(updated.error()));
  return Reply{.data = CampaignTable()(updated->campaign())};
}

Result<Reply> Replace(Context& context, const Request& request) {
  dialer::Campaign campaign;
  campaign.set_campaign_id(request.Id());
  return SendUpdate(context, request, std::move(campaign));
}

Result<Reply> Change(Context& context, const Request& request) {
  auto campaign = Fetch(context, request.Id());
  if (!campaign) return Fail(std::move(campaign.error()));
  return SendUpdate(context, request, std::move(*campaign));
}

void SetUnit(const std::string& id, callfleet::common::v1::Unit* unit) {
  unit->set_kind(callfleet::common::v1::UNIT_KIND_CAMPAIGN);
  unit->set_id(id);
}

Result<Reply> DeleteCampaign(Context& context, const Request& request) {
  dialer::DeleteCampaignRequest remove;
  remove.set_campaign_id(request.Id());
  auto done = Call(context, kDeleteCampaign, remove);
  if (!done) return Fail(std::move(done.error()));
  callfleet::agent_registry::v1::RemoveMembersRequest members;
  SetUnit(request.Id(), members.mutable_unit());
  // Members of a campaign that is gone harm nobody: the answer does not depend on it.
  static_cast<void>(Call(context, kRemoveMembers, members));
  return Reply{.data = GoneTable()(request.Id())};
}

Result<Reply> Start(Context& c, const Request& r) { return OnCampaign(c, r, kStartCampaign); }
Result<Reply> Pause(Context& c, const Request& r) { return OnCampaign(c, r, kPauseCampaign); }
Result<Reply> Resume(Context& c, const Request& r) { return OnCampaign(c, r, kResumeCampaign); }
Result<Reply> Stop(Context& c, const Request& r) { return OnCampaign(c, r, kStopCampaign); }
Result<Reply> Drain(Context& c, const Request& r) { return OnCampaign(c, r, kDrainCampaign); }

Result<Reply> GetCampaignStats(Context& context, const Request& request) {
  dialer::GetCampaignStatsRequest get;
  get.set_campaign_id(request.Id());
  auto got = Call(context, kGetCampaignStats, get);
  if (!got) return Fail(std::move(got.error()));
  return Reply{.data = CampaignStatsTable()(got->stats())};
}

Result<Topic> Watch(Context& /*context*/, const Request& /*request*/) {
  return Topic{TopicKind::kCampaigns};
}

Result<Topic> WatchOne(Context& context, const Request& request) {
  auto campaign = Fetch(context, request.Id());
  if (!campaign) return Fail(std::move(campaign.error()));
  return Topic{TopicKind::kCampaigns, campaign->campaign_id()};
}

}  // namespace

std::span<const Route> CampaignRoutes() {
  using enum Method;
  using auth::Role;
  static const std::array<Route, 14> kRoutes{{
      {{kGet, "/api/v1/campaigns", Role::kViewer, "Campaigns by name."},
       {.handle = ListCampaigns, .query = PageQuery(), .answer = kList<CampaignTable>}},
      {{kPost, "/api/v1/campaigns", Role::kSupervisor, "Creates a campaign, stopped."},
       {.handle = CreateCampaign,
        .body = NewCampaignFields(),
        .success = 201,
        .answer = kOne<CampaignTable>}},
      {{kGet, "/api/v1/campaigns/watch", Role::kViewer,
        "Campaigns and their figures as they change."},
       {.events = Watch, .answer = kList<CampaignFiguresTable>}},
      {{kGet, "/api/v1/campaigns/:id", Role::kViewer, "One campaign."},
       {.handle = ShowCampaign, .answer = kOne<CampaignTable>}},
      {{kPut, "/api/v1/campaigns/:id", Role::kSupervisor, "Replaces the settings."},
       {.handle = Replace, .body = NewCampaignFields(), .answer = kOne<CampaignTable>}},
      {{kPatch, "/api/v1/campaigns/:id", Role::kSupervisor, "Changes the given settings."},
       {.handle = Change, .body = CampaignFields(), .answer = kOne<CampaignTable>}},
      {{kDelete, "/api/v1/campaigns/:id", Role::kAdmin,
        "Removes a stopped campaign with its leads."},
       {.handle = DeleteCampaign, .answer = kOne<GoneTable>}},
      {{kPost, "/api/v1/campaigns/:id/start", Role::kSupervisor, "Starts to dial."},
       {.handle = Start, .answer = kOne<CampaignTable>}},
      {{kPost, "/api/v1/campaigns/:id/pause", Role::kSupervisor,
        "Places nothing new; live calls go on."},
       {.handle = Pause, .answer = kOne<CampaignTable>}},
      {{kPost, "/api/v1/campaigns/:id/resume", Role::kSupervisor, "Goes on where it was paused."},
       {.handle = Resume, .answer = kOne<CampaignTable>}},
      {{kPost, "/api/v1/campaigns/:id/stop", Role::kSupervisor,
        "Unanswered calls end, talks go on, nothing new."},
       {.handle = Stop, .answer = kOne<CampaignTable>}},
      {{kPost, "/api/v1/campaigns/:id/drain", Role::kSupervisor,
        "Nothing new; stopped after the last live call."},
       {.handle = Drain, .answer = kOne<CampaignTable>}},
      {{kGet, "/api/v1/campaigns/:id/stats", Role::kViewer,
        "Figures now, with the agent of each call and why it waits."},
       {.handle = GetCampaignStats, .answer = kOne<CampaignStatsTable>}},
      {{kGet, "/api/v1/campaigns/:id/stats/watch", Role::kViewer,
        "The campaign's main figures as they change."},
       {.events = WatchOne, .answer = kList<CampaignFiguresTable>}},
  }};
  return kRoutes;
}

}  // namespace callfleet::supervisor::rest
