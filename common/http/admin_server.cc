#include "common/http/admin_server.h"

#include <optional>

#include "common/auth/listen_address.h"
#include "common/http/gated_server.h"
#include "common/http/listener.h"

namespace callfleet::http {

class AdminServer::Impl {
 public:
  Impl(AdminCallbacks callbacks, const auth::Tokens& tokens)
      : callbacks_(std::move(callbacks)), tokens_(tokens) {
    server_.Get("/healthz", [](const httplib::Request&, httplib::Response& response) {
      response.set_content("ok\n", "text/plain");
    });
    server_.Get("/readyz",
                [this](const httplib::Request&, httplib::Response& response) { Ready(&response); });
    server_.Get("/metrics", [this](const httplib::Request& request, httplib::Response& response) {
      Metrics(request, &response);
    });
  }

  Status Start(const std::string& listen) {
    if (auto checked = auth::CheckListen(listen, tokens_); !checked) return checked;
    return listener_.Start({.listen = listen, .workers = {.threads = 2}});
  }
  int port() const { return listener_.port(); }
  void Stop() { listener_.Stop(); }

 private:
  void Ready(httplib::Response* response) const {
    const auto reasons = callbacks_.unready_reasons();
    std::string text = reasons.empty() ? "ok\n" : "";
    for (const auto& reason : reasons) text += reason + "\n";
    response->status = reasons.empty() ? 200 : 503;
    response->set_content(text, "text/plain");
  }

  void Metrics(const httplib::Request& request, httplib::Response* response) const {
    const std::string header = request.get_header_value("Authorization");
    const auto given = header.empty() ? std::nullopt : std::optional<std::string_view>(header);
    const auto caller = tokens_.Check(given, auth::Role::kViewer);
    if (!caller) {
      response->status = caller.error().code == ErrorCode::kUnauthenticated ? 401 : 403;
      response->set_content(caller.error().message + "\n", "text/plain");
      return;
    }
    response->set_content(callbacks_.metrics(), "text/plain; version=0.0.4");
  }

  AdminCallbacks callbacks_;
  const auth::Tokens& tokens_;
  GatedServer server_{[](const Refusal& refusal) { return std::string(refusal.message) + "\n"; }};
  Listener listener_{&server_};
};

AdminServer::AdminServer(AdminCallbacks callbacks, const auth::Tokens& tokens)
    : impl_(std::make_unique<Impl>(std::move(callbacks), tokens)) {}
AdminServer::~AdminServer() = default;
Status AdminServer::Start(const std::string& listen) { return impl_->Start(listen); }
int AdminServer::port() const { return impl_->port(); }
void AdminServer::Stop() { impl_->Stop(); }

}  // namespace callfleet::http
