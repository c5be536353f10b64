#include <utility>

#include "services/dialer/rpc/convert.h"
#include "services/dialer/rpc/dialer_service.h"
#include "services/dialer/rpc/serve.h"
#include "services/dialer/rpc/settings_convert.h"

namespace callfleet::dialer {

namespace {

using grpc_server::Pending;

constexpr std::size_t kMaxId = 64;

Status CheckRequestId(const std::string& id) {
  if (id.empty() || id.size() > kMaxId) return InvalidField("request_id", "1 to 64 characters");
  return {};
}

// The campaign as it is after a verb.
template <class Response>
void AnswerWithCampaign(CampaignBook* book, const CampaignId& id,
                        std::shared_ptr<Pending<Response>> pending) {
  book->Get(id, Into<Response>(std::move(pending), [](CampaignRecord record, Response* answer) {
              *answer->mutable_campaign() = ToProto(record);
            }));
}

}  // namespace

DialerRpc::Reactor DialerRpc::CreateCampaign(Context context,
                                             const v1::CreateCampaignRequest* request,
                                             v1::CreateCampaignResponse* response) {
  return Serve(context, *parts_.tokens, response, [&](auto pending) {
    if (auto good = CheckRequestId(request->request_id()); !good) {
      pending->Fail(good.error());
      return;
    }
    const auto settings = ToSettings(request->campaign(), *parts_.dictionary);
    if (!settings) {
      pending->Fail(settings.error());
      return;
    }
    parts_.book->Create(
        RequestId(request->request_id()), *settings,
        Into<v1::CreateCampaignResponse>(
            std::move(pending),
            [desk = parts_.desk](CampaignRecord record, v1::CreateCampaignResponse* answer) {
              desk->OpenNew(record.id);
              *answer->mutable_campaign() = ToProto(record);
            }));
  });
}

DialerRpc::Reactor DialerRpc::GetCampaign(Context context, const v1::GetCampaignRequest* request,
                                          v1::GetCampaignResponse* response) {
  return Serve(context, *parts_.tokens, response, [&](auto pending) {
    AnswerWithCampaign(parts_.book, CampaignId(request->campaign_id()), std::move(pending));
  });
}

DialerRpc::Reactor DialerRpc::ListCampaigns(Context context,
                                            const v1::ListCampaignsRequest* request,
                                            v1::ListCampaignsResponse* response) {
  return Serve(context, *parts_.tokens, response, [&](auto pending) {
    const auto size = PageSize(request->page_size());
    if (!size) {
      pending->Fail(size.error());
      return;
    }
    parts_.book->List(
        request->page_token(), *size,
        Into<v1::ListCampaignsResponse>(
            std::move(pending), [](Page<CampaignRecord> page, v1::ListCampaignsResponse* answer) {
              for (const auto& item : page.items) *answer->add_campaigns() = ToProto(item);
              answer->set_next_page_token(page.next_token);
            }));
  });
}

DialerRpc::Reactor DialerRpc::UpdateCampaign(Context context,
                                             const v1::UpdateCampaignRequest* request,
                                             v1::UpdateCampaignResponse* response) {
  return Serve(context, *parts_.tokens, response, [&](auto pending) {
    const auto settings = ToSettings(request->campaign(), *parts_.dictionary);
    if (!settings) {
      pending->Fail(settings.error());
      return;
    }
    parts_.book->Update(
        CampaignId(request->campaign().campaign_id()), *settings,
        Into<v1::UpdateCampaignResponse>(
            std::move(pending),
            [desk = parts_.desk](CampaignRecord record, v1::UpdateCampaignResponse* answer) {
              desk->Change(record.id, record.settings, record.revision);
              *answer->mutable_campaign() = ToProto(record);
            }));
  });
}

DialerRpc::Reactor DialerRpc::DeleteCampaign(Context context,
                                             const v1::DeleteCampaignRequest* request,
                                             v1::DeleteCampaignResponse* response) {
  const CampaignId id(request->campaign_id());
  return Serve(context, *parts_.tokens, response, [&](auto pending) {
    parts_.desk->Turn(
        id, CampaignEvent::kDelete, [parts = parts_, id, pending](Result<CampaignView> view) {
          if (!view) {
            pending->Fail(view.error());
            return;
          }
          parts.desk->Close(id);
          parts.book->Delete(id, Into<v1::DeleteCampaignResponse>(pending, [](bool, auto*) {}));
        });
  });
}

template <class Response>
DialerRpc::Reactor DialerRpc::Turn(Context context, const std::string& campaign, CampaignEvent verb,
                                   Response* response) {
  const CampaignId id(campaign);
  return Serve(context, *parts_.tokens, response, [&](auto pending) {
    parts_.desk->Turn(id, verb, [book = parts_.book, id, pending](Result<CampaignView> view) {
      if (!view) {
        pending->Fail(view.error());
        return;
      }
      AnswerWithCampaign(book, id, pending);
    });
  });
}

namespace {

// Start asks the floors below first: the trunk, then the agents; the campaign itself looks at its
// leads.
class Start : public std::enable_shared_from_this<Start> {
 public:
  Start(RpcParts parts, std::shared_ptr<Pending<v1::StartCampaignResponse>> pending)
      : parts_(parts), pending_(std::move(pending)) {}

  void Run(const CampaignId& id) {
    parts_.book->Get(id, [self = shared_from_this()](Result<CampaignRecord> record) {
      if (!record) return self->Refuse(record.error());
      self->record_ = std::move(*record);
      self->AskTrunk();
    });
  }

 private:
  void Refuse(const Error& error) { pending_->Fail(error); }

  void AskTrunk() {
    const TrunkId trunk = record_.settings.trunk;
    if (trunk.empty()) return Refuse(UnknownTrunk(trunk));
    parts_.calls->FindTrunk(trunk, [self = shared_from_this(), trunk](Status found) {
      if (!found && found.error().code == ErrorCode::kNotFound) {
        return self->Refuse(UnknownTrunk(trunk));
      }
      if (!found) return self->Refuse(found.error());
      self->AskAgents();
    });
  }
  void AskAgents() {
    parts_.agents->Members(record_.id, [self = shared_from_this()](Result<Audience> members) {
      if (!members) return self->Refuse(members.error());
      if (members->members == 0) {
        return self->Refuse(
            FailedPrecondition("NO_AGENTS", "No active agent is assigned to the campaign.")
                .value());
      }
      if (self->record_.settings.pacing == PacingMode::kRatio && members->instant == 0) {
        return self->Refuse(FailedPrecondition("NO_INSTANT_AGENTS",
                                               "Ratio mode needs agents whose legs answer at once "
                                               "(dedicated, auto or ai).")
                                .value());
      }
      self->Turn();
    });
  }
  void Turn() {
    parts_.desk->Turn(record_.id, CampaignEvent::kStart,
                      [self = shared_from_this()](Result<CampaignView> view) {
                        if (!view) return self->Refuse(view.error());
                        AnswerWithCampaign(self->parts_.book, self->record_.id, self->pending_);
                      });
  }
  static Error UnknownTrunk(const TrunkId& trunk) {
    return {.code = ErrorCode::kFailedPrecondition,
            .reason = "TRUNK_UNKNOWN",
            .message = "The campaign's trunk is not known.",
            .metadata = {{"trunk_id", trunk.str()}},
            .fields = {},
            .retry_after = {}};
  }

  RpcParts parts_;
  std::shared_ptr<Pending<v1::StartCampaignResponse>> pending_;
  CampaignRecord record_;
};

}  // namespace

DialerRpc::Reactor DialerRpc::StartCampaign(Context context,
                                            const v1::StartCampaignRequest* request,
                                            v1::StartCampaignResponse* response) {
  return Serve(context, *parts_.tokens, response, [&](auto pending) {
    std::make_shared<Start>(parts_, std::move(pending))->Run(CampaignId(request->campaign_id()));
  });
}

DialerRpc::Reactor DialerRpc::PauseCampaign(Context context,
                                            const v1::PauseCampaignRequest* request,
                                            v1::PauseCampaignResponse* response) {
  return Turn(context, request->campaign_id(), CampaignEvent::kPause, response);
}

DialerRpc::Reactor DialerRpc::ResumeCampaign(Context context,
                                             const v1::ResumeCampaignRequest* request,
                                             v1::ResumeCampaignResponse* response) {
  return Turn(context, request->campaign_id(), CampaignEvent::kResume, response);
}

DialerRpc::Reactor DialerRpc::StopCampaign(Context context, const v1::StopCampaignRequest* request,
                                           v1::StopCampaignResponse* response) {
  return Turn(context, request->campaign_id(), CampaignEvent::kStop, response);
}

DialerRpc::Reactor DialerRpc::DrainCampaign(Context context,
                                            const v1::DrainCampaignRequest* request,
                                            v1::DrainCampaignResponse* response) {
  return Turn(context, request->campaign_id(), CampaignEvent::kDrain, response);
}

}  // namespace callfleet::dialer
