#include <utility>

#include "services/dialer/rpc/convert.h"
#include "services/dialer/rpc/dialer_service.h"
#include "services/dialer/rpc/serve.h"

namespace callfleet::dialer {

namespace {
constexpr int kMostNumbers = 1000;

std::optional<LeadState> StateOf(v1::LeadState state) {
  switch (state) {
    case v1::LEAD_STATE_QUEUED:
      return LeadState::kQueued;
    case v1::LEAD_STATE_DIALING:
      return LeadState::kDialing;
    case v1::LEAD_STATE_FINAL:
      return LeadState::kCompleted;
    default:
      return std::nullopt;  // Unspecified: all.
  }
}
}  // namespace

DialerRpc::Reactor DialerRpc::ListLeads(Context context, const v1::ListLeadsRequest* request,
                                        v1::ListLeadsResponse* response) {
  return Serve(context, *parts_.tokens, response, [&](auto pending) {
    const auto size = PageSize(request->page_size());
    if (!size) {
      pending->Fail(size.error());
      return;
    }
    parts_.book->ListLeads(
        CampaignId(request->campaign_id()), StateOf(request->state()), request->page_token(), *size,
        Into<v1::ListLeadsResponse>(std::move(pending),
                                    [](Page<LeadRecord> page, v1::ListLeadsResponse* answer) {
                                      for (const auto& item : page.items)
                                        *answer->add_leads() = ToProto(item);
                                      answer->set_next_page_token(page.next_token);
                                    }));
  });
}

DialerRpc::Reactor DialerRpc::GetLead(Context context, const v1::GetLeadRequest* request,
                                      v1::GetLeadResponse* response) {
  const LeadId id(request->lead_id());
  return Serve(context, *parts_.tokens, response, [&](auto pending) {
    parts_.book->GetLead(id, [book = parts_.book, id, pending](Result<LeadRecord> lead) {
      if (!lead) {
        pending->Fail(lead.error());
        return;
      }
      book->AttemptsOf(
          id, Into<v1::GetLeadResponse>(pending, [lead = *lead](std::vector<AttemptRecord> attempts,
                                                                v1::GetLeadResponse* answer) {
            *answer->mutable_lead() = ToProto(lead);
            for (const auto& one : attempts) *answer->add_attempts() = ToProto(one);
          }));
    });
  });
}

DialerRpc::Reactor DialerRpc::ListAttempts(Context context, const v1::ListAttemptsRequest* request,
                                           v1::ListAttemptsResponse* response) {
  return Serve(context, *parts_.tokens, response, [&](auto pending) {
    const auto size = PageSize(request->page_size());
    if (!size) {
      pending->Fail(size.error());
      return;
    }
    parts_.book->ListAttempts(
        CampaignId(request->campaign_id()), request->page_token(), *size,
        Into<v1::ListAttemptsResponse>(
            std::move(pending), [](Page<AttemptRecord> page, v1::ListAttemptsResponse* answer) {
              for (const auto& item : page.items) *answer->add_attempts() = ToProto(item);
              answer->set_next_page_token(page.next_token);
            }));
  });
}

DialerRpc::Reactor DialerRpc::GetCampaignStats(Context context,
                                               const v1::GetCampaignStatsRequest* request,
                                               v1::GetCampaignStatsResponse* response) {
  return Serve(context, *parts_.tokens, response, [&](auto pending) {
    parts_.desk->View(
        CampaignId(request->campaign_id()),
        Into<v1::GetCampaignStatsResponse>(
            std::move(pending), [](CampaignView view, v1::GetCampaignStatsResponse* answer) {
              *answer->mutable_stats() = ToProto(view);
            }));
  });
}

DialerRpc::Reactor DialerRpc::AddSuppressions(Context context,
                                              const v1::AddSuppressionsRequest* request,
                                              v1::AddSuppressionsResponse* response) {
  return Serve(context, *parts_.tokens, response, [&](auto pending) {
    if (request->suppressions().empty() || request->suppressions_size() > kMostNumbers) {
      pending->Fail(InvalidField("suppressions", "1 to 1000").value());
      return;
    }
    std::vector<SuppressionRecord> records;
    for (const auto& one : request->suppressions()) {
      const auto number = parts_.dictionary->NormalNumber(one.number(), "ZZ");  // E.164 only.
      if (!number || one.reason().size() > 256) {
        pending->Fail(InvalidField("suppressions[" + std::to_string(records.size()) + "]",
                                   "a number in E.164 and at most 256 characters of reason")
                          .value());
        return;
      }
      records.push_back({.campaign = CampaignId(one.campaign_id()),
                         .number = *number,
                         .reason = one.reason(),
                         .created = {}});
    }
    parts_.book->AddSuppressions(
        std::move(records),
        Into<v1::AddSuppressionsResponse>(std::move(pending), [](int added, auto* answer) {
          answer->set_added(static_cast<std::uint32_t>(added));
        }));
  });
}

DialerRpc::Reactor DialerRpc::RemoveSuppressions(Context context,
                                                 const v1::RemoveSuppressionsRequest* request,
                                                 v1::RemoveSuppressionsResponse* response) {
  return Serve(context, *parts_.tokens, response, [&](auto pending) {
    if (request->numbers().empty() || request->numbers_size() > kMostNumbers) {
      pending->Fail(InvalidField("numbers", "1 to 1000").value());
      return;
    }
    parts_.book->RemoveSuppressions(
        CampaignId(request->campaign_id()), {request->numbers().begin(), request->numbers().end()},
        Into<v1::RemoveSuppressionsResponse>(std::move(pending), [](int removed, auto* answer) {
          answer->set_removed(static_cast<std::uint32_t>(removed));
        }));
  });
}

DialerRpc::Reactor DialerRpc::ListSuppressions(Context context,
                                               const v1::ListSuppressionsRequest* request,
                                               v1::ListSuppressionsResponse* response) {
  return Serve(context, *parts_.tokens, response, [&](auto pending) {
    const auto size = PageSize(request->page_size());
    if (!size) {
      pending->Fail(size.error());
      return;
    }
    parts_.book->ListSuppressions(CampaignId(request->campaign_id()), request->page_token(), *size,
                                  Into<v1::ListSuppressionsResponse>(
                                      std::move(pending), [](Page<SuppressionRecord> page,
                                                             v1::ListSuppressionsResponse* answer) {
                                        for (const auto& item : page.items)
                                          *answer->add_suppressions() = ToProto(item);
                                        answer->set_next_page_token(page.next_token);
                                      }));
  });
}

}  // namespace callfleet::dialer
