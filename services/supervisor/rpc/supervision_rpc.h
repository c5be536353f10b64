#pragma once
// Commands on calls and agents over gRPC (S10, S12, S13, SteerCall): role supervisor, an audit
// entry each.
#include <functional>

#include "callfleet/supervisor/v1/supervisor_service.grpc.pb.h"
#include "common/auth/tokens.h"
#include "common/clock/clock.h"
#include "common/grpc_server/command_worker.h"
#include "common/ids/id_source.h"
#include "services/supervisor/ports/audit_log.h"
#include "services/supervisor/ports/call_desk.h"
#include "services/supervisor/ports/supervision.h"

namespace callfleet::supervisor {

class SupervisionRpc : public v1::SupervisorService::CallbackService {
 public:
  using Unary = grpc::ServerUnaryReactor;
  struct Parts {  // All outlive it.
    Supervision* supervision;
    CallDesk* calls;
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
  Unary* AssignCall(grpc::CallbackServerContext*, const v1::AssignCallRequest*,
                    v1::AssignCallResponse*) override;
  Unary* SteerCall(grpc::CallbackServerContext*, const v1::SteerCallRequest*,
                   v1::SteerCallResponse*) override;

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
  grpc_server::CommandWorker worker_;
};

}  // namespace callfleet::supervisor
