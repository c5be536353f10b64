#include <algorithm>
#include <utility>

#include "common/grpc_server/authorize.h"
#include "services/sip_edge/rpc/sip_edge_service.h"

namespace callfleet::sip_edge {

using grpc_server::Authorize;
using grpc_server::FinishNow;

namespace {

template <class Response, class PendingPtr>
void AnswerTrunk(EdgeLoop& loop, const TrunkId& id, Instant now, const PendingPtr& pending) {
  const auto view = loop.trunks().View(id, now);
  if (!view) {
    pending->Fail(TrunkUnknown(id));
    return;
  }
  Response answer;
  ToProto(*view, answer.mutable_trunk());
  pending->Finish(std::move(answer));
}

// On disk first, then in use, then the answer.
template <class Response, class PendingPtr>
TrunkStore::Kept UseAndAnswer(EdgeLoop& loop, const PendingPtr& pending) {
  return [&loop, pending](Result<TrunkSettings> kept) {
    loop.Post([kept = std::move(kept), pending](EdgeLoop& self, Instant now) {
      if (!kept) {
        pending->Fail(kept.error());
        return;
      }
      self.trunks().Put(*kept);
      AnswerTrunk<Response>(self, kept->id, now, pending);
    });
  };
}

// A route that this edge could never take is refused at once.
Status CheckTls(const EdgeLoop& loop, const TrunkSettings& settings) {
  const bool wants = std::ranges::any_of(
      settings.routes, [](const auto& route) { return route.transport == Transport::kTls; });
  if (!wants || loop.speaks_tls()) return {};
  return Fail(Error{.code = ErrorCode::kFailedPrecondition,
                    .reason = "TLS_OFF",
                    .message = "this edge has no sip_tls_port",
                    .fields = {{"trunk.routes.transport", "TLS is off at this edge"}}});
}

}  // namespace

grpc::ServerUnaryReactor* SipEdgeRpc::CreateTrunk(Context* context,
                                                  const v1::CreateTrunkRequest* in,
                                                  v1::CreateTrunkResponse* out) {
  if (auto caller = Authorize(*context, parts_.tokens, auth::Role::kAdmin); !caller) {
    return FinishNow(context, caller.error());
  }
  if (in->request_id().empty() || in->request_id().size() > 64) {
    return FinishNow(context, InvalidField("request_id", "1 to 64 characters").value());
  }
  v1::Trunk wanted = in->trunk();
  if (wanted.trunk_id().empty()) wanted.set_trunk_id(parts_.ids.Next());
  auto settings = FromProto(wanted);
  if (!settings) return FinishNow(context, settings.error());
  return OnLoop(context, out,
                [&store = parts_.store, request = in->request_id(),
                 settings = *std::move(settings)](EdgeLoop& loop, Instant, auto pending) {
                  if (auto ok = CheckTls(loop, settings); !ok) {
                    pending->Fail(ok.error());
                    return;
                  }
                  store.Create(settings, request,
                               UseAndAnswer<v1::CreateTrunkResponse>(loop, pending));
                });
}

grpc::ServerUnaryReactor* SipEdgeRpc::UpdateTrunk(Context* context,
                                                  const v1::UpdateTrunkRequest* in,
                                                  v1::UpdateTrunkResponse* out) {
  if (auto caller = Authorize(*context, parts_.tokens, auth::Role::kAdmin); !caller) {
    return FinishNow(context, caller.error());
  }
  auto settings = FromProto(in->trunk());
  if (!settings) return FinishNow(context, settings.error());
  return OnLoop(context, out,
                [&store = parts_.store, settings = *std::move(settings)](EdgeLoop& loop, Instant,
                                                                         auto pending) {
                  if (auto ok = CheckTls(loop, settings); !ok) {
                    pending->Fail(ok.error());
                    return;
                  }
                  store.Replace(settings, UseAndAnswer<v1::UpdateTrunkResponse>(loop, pending));
                });
}

grpc::ServerUnaryReactor* SipEdgeRpc::DeleteTrunk(Context* context,
                                                  const v1::DeleteTrunkRequest* in,
                                                  v1::DeleteTrunkResponse* out) {
  if (auto caller = Authorize(*context, parts_.tokens, auth::Role::kAdmin); !caller) {
    return FinishNow(context, caller.error());
  }
  return OnLoop(context, out,
                [&store = parts_.store, &hub = parts_.hub, id = TrunkId(in->trunk_id())](
                    EdgeLoop& loop, Instant, auto pending) {
                  store.Remove(id, [&loop, &hub, id, pending](Status removed) {
                    loop.Post([&hub, id, removed, pending](EdgeLoop& self, Instant) {
                      if (!removed) {
                        pending->Fail(removed.error());
                        return;
                      }
                      self.trunks().Remove(id);
                      hub.OnTrunkGone(id);
                      pending->Finish({});
                    });
                  });
                });
}

grpc::ServerUnaryReactor* SipEdgeRpc::GetTrunk(Context* context, const v1::GetTrunkRequest* in,
                                               v1::GetTrunkResponse* out) {
  if (auto caller = Authorize(*context, parts_.tokens, auth::Role::kViewer); !caller) {
    return FinishNow(context, caller.error());
  }
  return OnLoop(context, out,
                [id = TrunkId(in->trunk_id())](EdgeLoop& loop, Instant now, auto pending) {
                  AnswerTrunk<v1::GetTrunkResponse>(loop, id, now, pending);
                });
}

grpc::ServerUnaryReactor* SipEdgeRpc::ListTrunks(Context* context, const v1::ListTrunksRequest* in,
                                                 v1::ListTrunksResponse* out) {
  if (auto caller = Authorize(*context, parts_.tokens, auth::Role::kViewer); !caller) {
    return FinishNow(context, caller.error());
  }
  if (in->page_size() < 0 || in->page_size() > 1000) {
    return FinishNow(context, InvalidField("page_size", "0 to 1,000").value());
  }
  const std::size_t size = in->page_size() == 0 ? 100 : static_cast<std::size_t>(in->page_size());
  return OnLoop(
      context, out,
      [size, after = TrunkId(in->page_token())](EdgeLoop& loop, Instant now, auto pending) {
        v1::ListTrunksResponse answer;
        const auto ids = loop.trunks().Ids();
        auto it = after.empty() ? ids.begin() : std::upper_bound(ids.begin(), ids.end(), after);
        for (std::size_t n = 0; n < size && it != ids.end(); ++n, ++it) {
          if (auto view = loop.trunks().View(*it, now)) {
            ToProto(*view, answer.add_trunks());
          }
        }
        if (it != ids.end()) answer.set_next_page_token(std::prev(it)->str());
        pending->Finish(std::move(answer));
      });
}

}  // namespace callfleet::sip_edge
