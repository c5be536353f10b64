#include <utility>

#include "common/grpc_server/authorize.h"
#include "services/sip_edge/rpc/convert.h"
#include "services/sip_edge/rpc/sip_edge_service.h"

namespace callfleet::sip_edge {

using grpc_server::Authorize;
using grpc_server::FinishNow;

// Convert, run on the sofia thread, answer with the record.
template <class Command, class Request, class Response, class Step, class Fill>
grpc::ServerUnaryReactor* SipEdgeRpc::Run(Context* context, const Request& request,
                                          Response* response, Step step, Fill fill) {
  if (auto caller = Authorize(*context, parts_.tokens, auth::Role::kService); !caller) {
    return FinishNow(context, caller.error());
  }
  Result<Command> command = FromProto(request);
  if (!command) return FinishNow(context, command.error());
  return OnLoop(
      context, response,
      [step, fill, command = *std::move(command)](EdgeLoop& loop, Instant now, auto pending) {
        // Who asked has given up: over a way that was cut, or while this process stood still, a
        // command comes long after it was meant.
        if (pending->done()) return;
        auto record = step(loop.calls(), command, now);
        if (!record) {
          pending->Fail(record.error());
          return;
        }
        Response answer;
        fill(**record, &answer);
        pending->Finish(std::move(answer));
      });
}

namespace {

// Fills `call` of a response.
auto WithRecord(const EdgeName& edge) {
  return [edge](const CallRecord& record, auto* answer) {
    ToProto(record, edge, answer->mutable_call());
  };
}

constexpr auto kNothing = [](const CallRecord&, auto*) {};

}  // namespace

grpc::ServerUnaryReactor* SipEdgeRpc::Originate(Context* context, const v1::OriginateRequest* in,
                                                v1::OriginateResponse* out) {
  return Run<OriginateCommand>(
      context, *in, out,
      [](CallSwitch& calls, const OriginateCommand& c, Instant now) {
        return calls.Originate(c, now);
      },
      WithRecord(parts_.hub.edge()));
}

grpc::ServerUnaryReactor* SipEdgeRpc::Ring(Context* context, const v1::RingRequest* in,
                                           v1::RingResponse* out) {
  const bool dedicated = in->call_id().empty();
  return Run<RingCommand>(
      context, *in, out,
      [](CallSwitch& calls, const RingCommand& c, Instant now) { return calls.Ring(c, now); },
      [edge = parts_.hub.edge(), dedicated](const CallRecord& record, v1::RingResponse* answer) {
        if (!dedicated) ToProto(record, edge, answer->mutable_call());
      });
}

grpc::ServerUnaryReactor* SipEdgeRpc::Answer(Context* context, const v1::AnswerRequest* in,
                                             v1::AnswerResponse* out) {
  return Run<AnswerCommand>(
      context, *in, out,
      [](CallSwitch& calls, const AnswerCommand& c, Instant now) { return calls.Answer(c, now); },
      WithRecord(parts_.hub.edge()));
}

grpc::ServerUnaryReactor* SipEdgeRpc::Bridge(Context* context, const v1::BridgeRequest* in,
                                             v1::BridgeResponse* out) {
  return Run<BridgeCommand>(
      context, *in, out,
      [](CallSwitch& calls, const BridgeCommand& c, Instant now) { return calls.Bridge(c, now); },
      WithRecord(parts_.hub.edge()));
}

grpc::ServerUnaryReactor* SipEdgeRpc::HangUp(Context* context, const v1::HangUpRequest* in,
                                             v1::HangUpResponse* out) {
  return Run<HangUpCommand>(
      context, *in, out,
      [](CallSwitch& calls, const HangUpCommand& c, Instant now) { return calls.HangUp(c, now); },
      kNothing);
}

grpc::ServerUnaryReactor* SipEdgeRpc::SteerTransfer(Context* context,
                                                    const v1::SteerTransferRequest* in,
                                                    v1::SteerTransferResponse* out) {
  return Run<SteerTransferCommand>(
      context, *in, out,
      [](CallSwitch& calls, const SteerTransferCommand& c, Instant now) {
        return calls.SteerTransfer(c, now);
      },
      WithRecord(parts_.hub.edge()));
}

grpc::ServerUnaryReactor* SipEdgeRpc::SetHold(Context* context, const v1::SetHoldRequest* in,
                                              v1::SetHoldResponse* out) {
  return Run<HoldCommand>(
      context, *in, out,
      [](CallSwitch& calls, const HoldCommand& c, Instant now) { return calls.SetHold(c, now); },
      WithRecord(parts_.hub.edge()));
}

grpc::ServerUnaryReactor* SipEdgeRpc::Play(Context* context, const v1::PlayRequest* in,
                                           v1::PlayResponse* out) {
  return Run<PlayCommand>(
      context, *in, out,
      [](CallSwitch& calls, const PlayCommand& c, Instant now) { return calls.Play(c, now); },
      kNothing);
}

grpc::ServerUnaryReactor* SipEdgeRpc::Record(Context* context, const v1::RecordRequest* in,
                                             v1::RecordResponse* out) {
  return Run<RecordCommand>(
      context, *in, out,
      [](CallSwitch& calls, const RecordCommand& c, Instant now) { return calls.Record(c, now); },
      WithRecord(parts_.hub.edge()));
}

grpc::ServerUnaryReactor* SipEdgeRpc::SendDigits(Context* context, const v1::SendDigitsRequest* in,
                                                 v1::SendDigitsResponse* out) {
  return Run<DigitsCommand>(
      context, *in, out,
      [](CallSwitch& calls, const DigitsCommand& c, Instant now) {
        return calls.SendDigits(c, now);
      },
      kNothing);
}

grpc::ServerUnaryReactor* SipEdgeRpc::Claim(Context* context, const v1::ClaimRequest* in,
                                            v1::ClaimResponse* out) {
  return Run<ClaimCommand>(
      context, *in, out,
      [](CallSwitch& calls, const ClaimCommand& c, Instant now) { return calls.Claim(c, now); },
      WithRecord(parts_.hub.edge()));
}

grpc::ServerUnaryReactor* SipEdgeRpc::Handover(Context* context, const v1::HandoverRequest* in,
                                               v1::HandoverResponse* out) {
  return Run<HandoverCommand>(
      context, *in, out,
      [](CallSwitch& calls, const HandoverCommand& c, Instant now) {
        return calls.Handover(c, now);
      },
      WithRecord(parts_.hub.edge()));
}

grpc::ServerUnaryReactor* SipEdgeRpc::Decline(Context* context, const v1::DeclineRequest* in,
                                              v1::DeclineResponse* out) {
  return Run<DeclineCommand>(
      context, *in, out,
      [](CallSwitch& calls, const DeclineCommand& c, Instant now) { return calls.Decline(c, now); },
      WithRecord(parts_.hub.edge()));
}

grpc::ServerUnaryReactor* SipEdgeRpc::Acknowledge(Context* context,
                                                  const v1::AcknowledgeRequest* in,
                                                  v1::AcknowledgeResponse* out) {
  if (auto caller = Authorize(*context, parts_.tokens, auth::Role::kService); !caller) {
    return FinishNow(context, caller.error());
  }
  auto command = FromProto(*in);
  if (!command) return FinishNow(context, command.error());
  return OnLoop(context, out,
                [command = *std::move(command)](EdgeLoop& loop, Instant now, auto pending) {
                  if (auto ok = loop.calls().Acknowledge(command, now); !ok) {
                    pending->Fail(ok.error());
                    return;
                  }
                  pending->Finish({});
                });
}

grpc::ServerUnaryReactor* SipEdgeRpc::GetCall(Context* context, const v1::GetCallRequest* in,
                                              v1::GetCallResponse* out) {
  if (auto caller = Authorize(*context, parts_.tokens, auth::Role::kService); !caller) {
    return FinishNow(context, caller.error());
  }
  return OnLoop(context, out,
                [id = CallId(in->call_id()), edge = parts_.hub.edge()](EdgeLoop& loop, Instant,
                                                                       auto pending) {
                  auto record = loop.calls().Get(id);
                  if (!record) {
                    pending->Fail(record.error());
                    return;
                  }
                  v1::GetCallResponse answer;
                  ToProto(**record, edge, answer.mutable_call());
                  pending->Finish(std::move(answer));
                });
}

grpc::ServerUnaryReactor* SipEdgeRpc::SendMessage(Context* context,
                                                  const v1::SendMessageRequest* in,
                                                  v1::SendMessageResponse* out) {
  if (auto caller = Authorize(*context, parts_.tokens, auth::Role::kService); !caller) {
    return FinishNow(context, caller.error());
  }
  auto admitted = FromProto(in->context());
  if (!admitted) return FinishNow(context, admitted.error());
  if (in->text().empty() || in->text().size() > 1000) {
    return FinishNow(context, InvalidField("text", "1 to 1,000 bytes").value());
  }
  return OnLoop(context, out,
                [admitted = *std::move(admitted), user = in->sip_user(), text = in->text()](
                    EdgeLoop& loop, Instant, auto pending) {
                  if (auto ok = loop.calls().AdmitRequest(admitted); !ok) {
                    pending->Fail(ok.error());
                    return;
                  }
                  loop.SendText(user, text, [pending](int code, const std::string& phrase) {
                    v1::SendMessageResponse answer;
                    answer.set_sip_code(code);
                    answer.set_text(phrase);
                    pending->Finish(std::move(answer));
                  });
                });
}

grpc::ServerUnaryReactor* SipEdgeRpc::Supervise(Context* context, const v1::SuperviseRequest* in,
                                                v1::SuperviseResponse* out) {
  return Run<SuperviseCommand>(
      context, *in, out,
      [](CallSwitch& calls, const SuperviseCommand& c, Instant now) {
        return calls.Supervise(c, now);
      },
      WithRecord(parts_.hub.edge()));
}

grpc::ServerUnaryReactor* SipEdgeRpc::SuperviseAgent(Context* context,
                                                     const v1::SuperviseAgentRequest* in,
                                                     v1::SuperviseAgentResponse* out) {
  return Run<SuperviseCommand>(
      context, *in, out,
      [](CallSwitch& calls, const SuperviseCommand& c, Instant now) {
        return calls.SuperviseAgent(c, now);
      },
      WithRecord(parts_.hub.edge()));
}

grpc::ServerUnaryReactor* SipEdgeRpc::StopSupervision(Context* context,
                                                      const v1::StopSupervisionRequest* in,
                                                      v1::StopSupervisionResponse* out) {
  return Run<StopSupervisionCommand>(
      context, *in, out,
      [](CallSwitch& calls, const StopSupervisionCommand& c, Instant now) {
        return calls.StopSupervision(c, now);
      },
      kNothing);
}

}  // namespace callfleet::sip_edge
