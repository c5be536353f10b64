#include "services/supervisor/rpc/history_rpc.h"

#include "services/supervisor/rpc/history_convert.h"
#include "services/supervisor/rpc/later.h"
#include "services/supervisor/rpc/paging.h"
#include "services/supervisor/rpc/view_watch.h"

namespace callfleet::supervisor {
namespace {

using Unary = grpc::ServerUnaryReactor;

template <class Response>
Response WithRule(const AlertRule& rule) {
  Response response;
  *response.mutable_alert_rule() = ToProto(rule);
  return response;
}

template <class Item>
Result<IdPage> Page(const std::vector<Item>& items, int size, const std::string& token) {
  std::vector<std::string> ids;
  for (const auto& item : items) ids.push_back(item.id);
  return CutPage(ids, size, token);
}

}  // namespace

Unary* HistoryRpc::GetPerformance(grpc::CallbackServerContext* context,
                                  const v1::GetPerformanceRequest* request,
                                  v1::GetPerformanceResponse* response) {
  return Later<Report, v1::GetPerformanceResponse>(
      context, *tokens_, auth::Role::kViewer, response,
      [&](std::function<void(Result<Report>)> reply) {
        if (!request->has_start_time() || !request->has_end_time()) {
          reply(InvalidField(request->has_start_time() ? "end_time" : "start_time", "is required"));
          return;
        }
        reports_->Performance(ToQuery(*request), std::move(reply));
      },
      [](const Report& report) { return ToProto(report); });
}

Unary* HistoryRpc::CreateAlertRule(grpc::CallbackServerContext* context,
                                   const v1::CreateAlertRuleRequest* request,
                                   v1::CreateAlertRuleResponse* response) {
  return Later<AlertRule, v1::CreateAlertRuleResponse>(
      context, *tokens_, auth::Role::kSupervisor, response,
      [&](Alerts::Reply reply) {
        alerts_->Create(ToRule(request->alert_rule()), std::move(reply));
      },
      WithRule<v1::CreateAlertRuleResponse>);
}

Unary* HistoryRpc::UpdateAlertRule(grpc::CallbackServerContext* context,
                                   const v1::UpdateAlertRuleRequest* request,
                                   v1::UpdateAlertRuleResponse* response) {
  return Later<AlertRule, v1::UpdateAlertRuleResponse>(
      context, *tokens_, auth::Role::kSupervisor, response,
      [&](Alerts::Reply reply) {
        alerts_->Update(ToRule(request->alert_rule()), std::move(reply));
      },
      WithRule<v1::UpdateAlertRuleResponse>);
}

Unary* HistoryRpc::DeleteAlertRule(grpc::CallbackServerContext* context,
                                   const v1::DeleteAlertRuleRequest* request,
                                   v1::DeleteAlertRuleResponse* response) {
  return Later<AlertRule, v1::DeleteAlertRuleResponse>(
      context, *tokens_, auth::Role::kSupervisor, response,
      [&](Alerts::Reply reply) { alerts_->Delete(request->alert_rule_id(), std::move(reply)); },
      [](const AlertRule& /*rule*/) { return v1::DeleteAlertRuleResponse(); });
}

Unary* HistoryRpc::ListAlertRules(grpc::CallbackServerContext* context,
                                  const v1::ListAlertRulesRequest* request,
                                  v1::ListAlertRulesResponse* response) {
  const auto rules = alerts_->Rules();
  return Later<IdPage, v1::ListAlertRulesResponse>(
      context, *tokens_, auth::Role::kViewer, response,
      [&](const std::function<void(Result<IdPage>)>& reply) {
        reply(Page(rules, request->page_size(), request->page_token()));
      },
      [rules](const IdPage& page) {
        v1::ListAlertRulesResponse out;
        for (const auto& id : page.ids) {
          *out.add_alert_rules() = ToProto(*std::ranges::find(rules, id, &AlertRule::id));
        }
        out.set_next_page_token(page.next_token);
        return out;
      });
}

Unary* HistoryRpc::ListAlerts(grpc::CallbackServerContext* context,
                              const v1::ListAlertsRequest* request,
                              v1::ListAlertsResponse* response) {
  auto alerts = alerts_->List(request->include_ended());
  std::erase_if(alerts, [&](const Alert& alert) {
    return !request->alert_rule_id().empty() && alert.rule_id != request->alert_rule_id();
  });
  return Later<IdPage, v1::ListAlertsResponse>(
      context, *tokens_, auth::Role::kViewer, response,
      [&](const std::function<void(Result<IdPage>)>& reply) {
        reply(Page(alerts, request->page_size(), request->page_token()));
      },
      [alerts](const IdPage& page) {
        v1::ListAlertsResponse out;
        for (const auto& id : page.ids) {
          *out.add_alerts() = ToProto(*std::ranges::find(alerts, id, &Alert::id));
        }
        out.set_next_page_token(page.next_token);
        return out;
      });
}

namespace {

// A snapshot is told alert by alert, and then that it was all.
class AlertWatcher final : public Watcher {
 public:
  explicit AlertWatcher(std::shared_ptr<grpc_server::OutStream<v1::WatchAlertsResponse>> stream)
      : stream_(std::move(stream)) {}

  bool OnUpdate(const std::shared_ptr<const ViewUpdate>& update) override {
    if (stream_->waiting() >= kWatchBacklog) return false;
    for (const auto& alert : update->alerts) {
      v1::WatchAlertsResponse response;
      response.set_seq(update->seq);
      *response.mutable_alert() = ToProto(alert);
      stream_->PushKept(std::move(response));
    }
    if (update->snapshot) {
      v1::WatchAlertsResponse end;
      end.set_seq(update->seq);
      end.set_snapshot_end(true);
      stream_->PushKept(std::move(end));
    }
    return true;
  }

 private:
  std::shared_ptr<grpc_server::OutStream<v1::WatchAlertsResponse>> stream_;
};

}  // namespace

grpc::ServerWriteReactor<v1::WatchAlertsResponse>* HistoryRpc::WatchAlerts(
    grpc::CallbackServerContext* context, const v1::WatchAlertsRequest* request) {
  using Stream = grpc_server::OutStream<v1::WatchAlertsResponse>;
  if (auto caller = grpc_server::Authorize(*context, *tokens_, auth::Role::kViewer); !caller) {
    return grpc_server::Refuse<grpc::ServerWriteReactor<v1::WatchAlertsResponse>>(caller.error());
  }
  auto slot = std::make_shared<std::shared_ptr<Watcher>>();
  std::shared_ptr<Stream> stream;
  auto* reactor = grpc_server::OpenWatch<v1::WatchAlertsResponse>(
      streams_,
      {.capacity = kWatchBacklog,
       .on_closed = [alerts = alerts_, slot] { alerts->Unwatch(std::exchange(*slot, nullptr)); }},
      &stream);
  *slot = std::make_shared<AlertWatcher>(stream);
  alerts_->Watch({TopicKind::kAlerts, request->alert_rule_id()}, *slot);
  return reactor;
}

}  // namespace callfleet::supervisor
