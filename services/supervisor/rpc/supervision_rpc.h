#pragma once
// S12, S13 over gRPC: role supervisor, an audit entry each.
#include <functional>

#include "common/auth/tokens.h"
#include "common/clock/clock.h"
#include "common/ids/id_source.h"
#include "services/supervisor/ports/audit_log.h"
#include "services/supervisor/ports/supervision.h"
#include "services/supervisor/rpc/command_worker.h"
#include "services/supervisor/rpc/not_yet.h"

namespace callfleet::supervisor {

class SupervisionRpc : public NotYet {
 public:
  using Unary = grpc::ServerUnaryReactor;
  struct Parts {  // All outlive it.
    Supervision* supervision;
    AuditLog* audit;
    const Clock* clock;
    IdSource* ids;
    const auth::Tokens* tokens;
  };
  explicit SupervisionRpc(const Parts& parts) : parts_(parts) {}

  Unary* SuperviseCall(grpc::CallbackServerContext*, const v1::SuperviseCallRequest*,
                       v1::SuperviseCallResponse*) override;
  Unary* SuperviseAgent(grpc::CallbackServerContext*, const v1::SuperviseAgentRequest*,
                        v1::SuperviseAgentResponse*) override;
  Unary* StopSupervision(grpc::CallbackServerContext*, const v1::StopSupervisionRequest*,
                         v1::StopSupervisionResponse*) override;
  Unary* CoachAgent(grpc::CallbackServerContext*, const v1::CoachAgentRequest*,
                    v1::CoachAgentResponse*) override;

 private:
  struct Trail {  // What the audit log keeps of a command.
    std::string what;
    std::string target;
    std::string request_id;
  };
  template <class Response>
  Unary* Command(grpc::CallbackServerContext* context, Response* response, Trail trail,
                 std::function<Result<Response>(const auth::Caller&)> run);

  Parts parts_;
  CommandWorker worker_;
};

}  // namespace callfleet::supervisor
