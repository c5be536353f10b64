// Leads, attempts, suppressions: C6, C10.
#include <array>

#include "services/supervisor/rest/campaign_json.h"
#include "services/supervisor/rest/json_values.h"
#include "services/supervisor/rest/route_table.h"
#include "services/supervisor/rest/rpcs.h"
#include "services/supervisor/rest/upload_reply.h"

namespace callfleet::supervisor::rest {
namespace {

namespace dialer_pb = callfleet::dialer::v1;

constexpr std::array<std::string_view, 3> kLeadStates{"queued", "dialing", "final"};
constexpr FieldSpec kPageSize{.name = "pageSize",
                              .type = JsonType::kInteger,
                              .about = "Items a page; 100 unless given.",
                              .min = 1,
                              .max = 1000};
constexpr FieldSpec kPageToken{
    .name = "pageToken", .about = "nextPageToken of the answer before.", .max = 512};
constexpr FieldSpec kCampaignId{.name = "campaignId",
                                .about = "The campaign's own list; the global one unless given.",
                                .max = 64};

constexpr std::array<FieldSpec, 3> kLeadQuery{
    {kPageSize,
     kPageToken,
     {.name = "state", .about = "Only leads in this state.", .one_of = kLeadStates}}};
constexpr std::array<FieldSpec, 3> kSuppressionQuery{{kPageSize, kPageToken, kCampaignId}};
constexpr std::array<FieldSpec, 2> kUploadQuery{
    {kCampaignId,
     {.name = "defaultRegion",
      .about = "ISO 3166 region for numbers without +; US unless given.",
      .min = 2,
      .max = 2}}};
constexpr std::array<FieldSpec, 1> kCampaignQuery{{kCampaignId}};
constexpr FieldSpec kNumbers{.name = "numbers",
                             .type = JsonType::kStringList,
                             .about = "Numbers in E.164.",
                             .required = true,
                             .min = 1,
                             .max = 1000};
constexpr std::array<FieldSpec, 3> kAddBody{
    {kNumbers, kCampaignId, {.name = "reason", .about = "Why, for people.", .max = 256}}};
constexpr std::array<FieldSpec, 2> kRemoveBody{{kNumbers, kCampaignId}};

template <class Item, class List>
Reply Page(const Table<Item>& table, const List& items, const std::string& next) {
  Reply reply{.data = table.Each(items)};
  reply.beside["nextPageToken"] = next;
  return reply;
}

constexpr auto kAddedRows = std::to_array<Row<std::uint32_t>>({
    {"added", kInteger, "New on the list.", [](const std::uint32_t& n) { return Json(n); }},
});
const Table<std::uint32_t>& AddedTable() {
  static const Table<std::uint32_t> kTable("Added", kAddedRows);
  return kTable;
}

constexpr auto kRemovedRows = std::to_array<Row<std::uint32_t>>({
    {"removed", kInteger, "Taken off the list.", [](const std::uint32_t& n) { return Json(n); }},
});
const Table<std::uint32_t>& RemovedTable() {
  static const Table<std::uint32_t> kTable("Removed", kRemovedRows);
  return kTable;
}

Result<Reply> UploadLeads(Context& context, const Request& request, UploadBody& file) {
  dialer_pb::UploadLeadsRequest begin;
  begin.mutable_begin()->set_campaign_id(request.Id());
  begin.mutable_begin()->set_file_name(file.file_name());
  return PassOn<dialer_pb::UploadLeadsRequest, dialer_pb::UploadLeadsResponse>(
      context, kUploadLeads, begin, file);
}

Result<Reply> ListLeads(Context& context, const Request& request) {
  dialer_pb::ListLeadsRequest list;
  list.set_campaign_id(request.Id());
  SetPage(request.query, &list);
  if (auto state = Get<std::string>(request.query, "state")) {
    dialer_pb::LeadState wanted = dialer_pb::LEAD_STATE_UNSPECIFIED;
    dialer_pb::LeadState_Parse(EnumName("LEAD_STATE_", *state), &wanted);
    list.set_state(wanted);
  }
  auto page = Call(context, kListLeads, list);
  if (!page) return Fail(std::move(page.error()));
  return Page(LeadTable(), page->leads(), page->next_page_token());
}

Result<Reply> GetLead(Context& context, const Request& request) {
  dialer_pb::GetLeadRequest get;
  get.set_lead_id(request.Id());
  auto got = Call(context, kGetLead, get);
  if (!got) return Fail(std::move(got.error()));
  Reply reply{.data = LeadTable()(got->lead())};
  reply.data["attemptLog"] = AttemptTable().Each(got->attempts());
  return reply;
}

Result<Reply> ListAttempts(Context& context, const Request& request) {
  dialer_pb::ListAttemptsRequest list;
  list.set_campaign_id(request.Id());
  SetPage(request.query, &list);
  auto page = Call(context, kListAttempts, list);
  if (!page) return Fail(std::move(page.error()));
  return Page(AttemptTable(), page->attempts(), page->next_page_token());
}

Result<Reply> ListSuppressions(Context& context, const Request& request) {
  dialer_pb::ListSuppressionsRequest list;
  list.set_campaign_id(Get<std::string>(request.query, "campaignId").value_or(""));
  SetPage(request.query, &list);
  auto page = Call(context, kListSuppressions, list);
  if (!page) return Fail(std::move(page.error()));
  return Page(SuppressionTable(), page->suppressions(), page->next_page_token());
}

Result<Reply> AddSuppressions(Context& context, const Request& request) {
  dialer_pb::AddSuppressionsRequest add;
  for (const auto& number : request.body["numbers"]) {
    auto* item = add.add_suppressions();
    item->set_number(number.get<std::string>());
    item->set_campaign_id(Get<std::string>(request.body, "campaignId").value_or(""));
    item->set_reason(Get<std::string>(request.body, "reason").value_or(""));
  }
  auto done = Call(context, kAddSuppressions, add);
  if (!done) return Fail(std::move(done.error()));
  return Reply{.data = AddedTable()(done->added())};
}

Result<Reply> Remove(Context& context, const std::vector<std::string>& numbers,
                     const std::string& campaign) {
  dialer_pb::RemoveSuppressionsRequest remove;
  for (const auto& number : numbers) remove.add_numbers(number);
  remove.set_campaign_id(campaign);
  auto done = Call(context, kRemoveSuppressions, remove);
  if (!done) return Fail(std::move(done.error()));
  return Reply{.data = RemovedTable()(done->removed())};
}

Result<Reply> RemoveSuppressions(Context& context, const Request& request) {
  return Remove(context, request.body["numbers"].get<std::vector<std::string>>(),
                Get<std::string>(request.body, "campaignId").value_or(""));
}

Result<Reply> RemoveSuppression(Context& context, const Request& request) {
  return Remove(context, {request.Id()},
                Get<std::string>(request.query, "campaignId").value_or(""));
}

Result<Reply> UploadSuppressions(Context& context, const Request& request, UploadBody& file) {
  dialer_pb::UploadSuppressionsRequest begin;
  auto* head = begin.mutable_begin();
  head->set_campaign_id(Get<std::string>(request.query, "campaignId").value_or(""));
  head->set_default_region(Get<std::string>(request.query, "defaultRegion").value_or(""));
  return PassOn<dialer_pb::UploadSuppressionsRequest, dialer_pb::UploadSuppressionsResponse>(
      context, kUploadSuppressions, begin, file);
}

}  // namespace

std::span<const Route> LeadRoutes() {
  using enum Method;
  using auth::Role;
  static const std::array<Route, 9> kRoutes{{
      {{kPost, "/api/v1/campaigns/:id/leads/upload", Role::kSupervisor,
        "Adds leads from a CSV file (form field file, or the body itself)."},
       {.upload = UploadLeads, .answer = kOne<UploadTable>}},
      {{kGet, "/api/v1/campaigns/:id/leads", Role::kViewer, "Leads in dialling order."},
       {.handle = ListLeads, .query = kLeadQuery, .answer = kList<LeadTable>}},
      {{kGet, "/api/v1/campaigns/:id/attempts", Role::kViewer, "Call log, newest first."},
       {.handle = ListAttempts, .query = PageQuery(), .answer = kList<AttemptTable>}},
      {{kGet, "/api/v1/leads/:id", Role::kViewer, "One lead with its attempts."},
       {.handle = GetLead, .answer = kOne<LeadTable>}},
      {{kGet, "/api/v1/suppressions", Role::kViewer, "Numbers that may not be called."},
       {.handle = ListSuppressions, .query = kSuppressionQuery, .answer = kList<SuppressionTable>}},
      {{kPost, "/api/v1/suppressions", Role::kSupervisor, "Adds numbers that may not be called."},
       {.handle = AddSuppressions, .body = kAddBody, .success = 201, .answer = kOne<AddedTable>}},
      {{kDelete, "/api/v1/suppressions", Role::kSupervisor, "Takes numbers off the list."},
       {.handle = RemoveSuppressions, .body = kRemoveBody, .answer = kOne<RemovedTable>}},
      {{kDelete, "/api/v1/suppressions/:id", Role::kSupervisor, "Takes one number off the list."},
       {.handle = RemoveSuppression, .query = kCampaignQuery, .answer = kOne<RemovedTable>}},
      {{kPost, "/api/v1/suppressions/upload", Role::kSupervisor,
        "Adds numbers from a CSV file (form field file, or the body itself)."},
       {.upload = UploadSuppressions, .query = kUploadQuery, .answer = kOne<UploadTable>}},
  }};
  return kRoutes;
}

}  // namespace callfleet::supervisor::rest
