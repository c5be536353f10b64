#include "tests/integration/supervisor/fake_dialer.h"

namespace callfleet::supervisor::test {

FakeDialer::FakeDialer() {
  dialer_pb::WatchCampaignResponse alive;
  alive.mutable_alive();
  feed_.Tell(alive);
}

std::string FakeDialer::last_head() {
  const std::lock_guard lock(mutex_);
  return head_;
}

grpc::Status FakeDialer::Change(const std::string& id, dialer_pb::Campaign* answer,
                                const std::function<grpc::Status(dialer_pb::Campaign*)>& change) {
  const std::lock_guard lock(mutex_);
  const auto found = campaigns_.find(id);
  if (found == campaigns_.end()) return Refuse(ErrorCode::kNotFound, "CAMPAIGN_NOT_FOUND");
  if (auto status = change(&found->second); !status.ok()) return status;
  if (answer != nullptr) *answer = found->second;
  return grpc::Status::OK;
}

grpc::Status FakeDialer::CreateCampaign(grpc::ServerContext*,
                                        const dialer_pb::CreateCampaignRequest* in,
                                        dialer_pb::CreateCampaignResponse* out) {
  const std::lock_guard lock(mutex_);
  auto campaign = in->campaign();
  campaign.set_campaign_id("campaign-" + std::to_string(campaigns_.size() + 1));
  campaign.set_state(dialer_pb::CAMPAIGN_STATE_STOPPED);
  *out->mutable_campaign() = campaigns_[campaign.campaign_id()] = campaign;
  return grpc::Status::OK;
}

grpc::Status FakeDialer::GetCampaign(grpc::ServerContext*, const dialer_pb::GetCampaignRequest* in,
                                     dialer_pb::GetCampaignResponse* out) {
  return Change(in->campaign_id(), out->mutable_campaign(),
                [](dialer_pb::Campaign*) { return grpc::Status::OK; });
}

grpc::Status FakeDialer::ListCampaigns(grpc::ServerContext*, const dialer_pb::ListCampaignsRequest*,
                                       dialer_pb::ListCampaignsResponse* out) {
  const std::lock_guard lock(mutex_);
  for (const auto& [id, campaign] : campaigns_) *out->add_campaigns() = campaign;
  return grpc::Status::OK;
}

grpc::Status FakeDialer::UpdateCampaign(grpc::ServerContext*,
                                        const dialer_pb::UpdateCampaignRequest* in,
                                        dialer_pb::UpdateCampaignResponse* out) {
  return Change(in->campaign().campaign_id(), out->mutable_campaign(),
                [in](dialer_pb::Campaign* campaign) {
                  *campaign = in->campaign();
                  return grpc::Status::OK;
                });
}

grpc::Status FakeDialer::DeleteCampaign(grpc::ServerContext*,
                                        const dialer_pb::DeleteCampaignRequest* in,
                                        dialer_pb::DeleteCampaignResponse*) {
  const std::lock_guard lock(mutex_);
  return campaigns_.erase(in->campaign_id()) == 1
             ? grpc::Status::OK
             : Refuse(ErrorCode::kNotFound, "CAMPAIGN_NOT_FOUND");
}

grpc::Status FakeDialer::StartCampaign(grpc::ServerContext*,
                                       const dialer_pb::StartCampaignRequest* in,
                                       dialer_pb::StartCampaignResponse* out) {
  return Change(in->campaign_id(), out->mutable_campaign(), [&](dialer_pb::Campaign* campaign) {
    if (leads_[in->campaign_id()] == 0) {
      return Refuse(ErrorCode::kFailedPrecondition, "NO_LEADS");
    }
    campaign->set_state(dialer_pb::CAMPAIGN_STATE_RUNNING);
    return grpc::Status::OK;
  });
}

grpc::Status FakeDialer::PauseCampaign(grpc::ServerContext*,
                                       const dialer_pb::PauseCampaignRequest* in,
                                       dialer_pb::PauseCampaignResponse* out) {
  return Change(in->campaign_id(), out->mutable_campaign(), [](dialer_pb::Campaign* campaign) {
    if (campaign->state() != dialer_pb::CAMPAIGN_STATE_RUNNING) {
      return Refuse(ErrorCode::kFailedPrecondition, "WRONG_STATE");
    }
    campaign->set_state(dialer_pb::CAMPAIGN_STATE_PAUSED);
    return grpc::Status::OK;
  });
}

grpc::Status FakeDialer::GetCampaignStats(grpc::ServerContext*,
                                          const dialer_pb::GetCampaignStatsRequest* in,
                                          dialer_pb::GetCampaignStatsResponse* out) {
  return Change(in->campaign_id(), nullptr, [&](dialer_pb::Campaign* campaign) {
    auto* stats = out->mutable_stats();
    stats->set_campaign_id(campaign->campaign_id());
    stats->set_state(campaign->state());
    stats->set_leads_total(leads_[campaign->campaign_id()]);
    stats->set_wait_reason(dialer_pb::WAIT_REASON_AGENTS);
    auto* call = stats->add_live_calls();
    call->set_call_id("call-1");
    call->set_agent_name("Ann");
    call->set_phase("connected");
    return grpc::Status::OK;
  });
}

grpc::Status FakeDialer::UploadLeads(grpc::ServerContext* context,
                                     grpc::ServerReader<dialer_pb::UploadLeadsRequest>* reader,
                                     dialer_pb::UploadLeadsResponse* out) {
  dialer_pb::UploadLeadsRequest message;
  if (!reader->Read(&message) || !message.has_begin()) {
    return Refuse(ErrorCode::kInvalidArgument, "NO_BEGIN");
  }
  const std::string id = message.begin().campaign_id();
  if (auto known = Change(id, nullptr, [](auto*) { return grpc::Status::OK; }); !known.ok()) {
    return known;
  }
  std::string head;
  std::uint64_t lines = 0;
  while (reader->Read(&message)) {
    uploaded_bytes_ += message.chunk().size();
    if (head.size() < 64) head += message.chunk().substr(0, 64);
    lines += static_cast<std::uint64_t>(std::ranges::count(message.chunk(), '\n'));
  }
  if (context->IsCancelled()) {
    ++uploads_broken_;
    return grpc::Status::CANCELLED;
  }
  const std::lock_guard lock(mutex_);
  head_ = head;
  leads_[id] += lines;
  out->set_accepted(static_cast<std::uint32_t>(lines - 1));
  out->set_duplicates(1);
  auto* row = out->add_rejected();
  row->set_line(3);
  row->set_reason("number: is none");
  out->set_rejected_count(1);
  return grpc::Status::OK;
}

void FakeDialer::TellAttempt(const std::string& id, std::int64_t created, int up, int bridged,
                             int over) {
  dialer_pb::AttemptChanged change;
  change.set_change(dialer_pb::ATTEMPT_CHANGE_ENDED);
  auto* attempt = change.mutable_attempt();
  attempt->set_attempt_id(id);
  attempt->set_call_id("call-" + id);
  attempt->set_campaign_id(campaign);
  attempt->set_outcome(bridged >= 0 ? dialer_pb::OUTCOME_COMPLETED : dialer_pb::OUTCOME_NO_ANSWER);
  attempt->mutable_create_time()->set_seconds(created);
  attempt->mutable_place_time()->set_seconds(created);
  if (up >= 0) attempt->mutable_answer_time()->set_seconds(created + up);
  if (bridged >= 0) attempt->mutable_bridge_time()->set_seconds(created + bridged);
  attempt->mutable_end_time()->set_seconds(created + over);
  TellEvent("ended-" + id, created + over, change);
}

void FakeDialer::TellRepair(const std::string& id, std::int64_t time, const std::string& reason) {
  dialer_pb::Repair repair;
  repair.set_kind(dialer_pb::REPAIR_KIND_INTERRUPTED);
  repair.set_reason(reason);
  repair.set_attempt_id("call-of-" + id);
  repair.set_lead_id("lead-of-" + id);
  TellEvent(id, time, repair);
}

void FakeDialer::TellEvent(const std::string& id, std::int64_t time,
                           const google::protobuf::Message& payload) {
  dialer_pb::WatchEventsResponse message;
  message.set_token(std::to_string(++told_));
  auto* event = message.mutable_event();
  event->set_id(id);
  event->set_source("callfleet/dialer");
  event->set_stream("campaign:" + campaign);
  event->set_type(payload.GetTypeName());
  event->mutable_time()->set_seconds(time);
  event->mutable_payload()->set_value(payload.SerializeAsString());
  events_.Tell(message);
}

// A token of an earlier dialer, whose outbox is gone, means nothing to this one.
grpc::Status FakeDialer::WatchEvents(grpc::ServerContext* context,
                                     const dialer_pb::WatchEventsRequest* in,
                                     grpc::ServerWriter<dialer_pb::WatchEventsResponse>* writer) {
  if (!in->after().empty()) return Refuse(ErrorCode::kOutOfRange, "EVENTS_GONE");
  return events_.Serve(context, writer);
}

}  // namespace callfleet::supervisor::test
