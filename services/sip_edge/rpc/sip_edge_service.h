#pragma once
// The gRPC face: converts, posts to the sofia thread, answers from there. Thread safe.
#include <memory>
#include <string>

#include "callfleet/sip_edge/v1/sip_edge_service.grpc.pb.h"
#include "common/auth/tokens.h"
#include "common/grpc_server/command_worker.h"
#include "common/grpc_server/event_feed.h"
#include "common/grpc_server/pending.h"
#include "common/grpc_server/streams.h"
#include "common/ids/id_source.h"
#include "services/sip_edge/loop/edge_loop.h"
#include "services/sip_edge/ports/prompt_book.h"
#include "services/sip_edge/ports/recordings.h"
#include "services/sip_edge/ports/trunk_store.h"
#include "services/sip_edge/rpc/fact_hub.h"
#include "services/sip_edge/rpc/file_answers.h"

namespace callfleet::sip_edge {

struct ServiceParts {
  EdgeLoop& loop;
  FactHub& hub;
  TrunkStore& store;
  PromptBook& prompts;
  RecordingShelf& recordings;
  grpc_server::EventFeed* events;  // Null: no database.
  IdSource& ids;
  const auth::Tokens& tokens;
  grpc_server::Streams& streams;
  WallTime started;
};

class SipEdgeRpc final : public v1::SipEdgeService::CallbackService {
 public:
  explicit SipEdgeRpc(ServiceParts parts) : parts_(parts) {}

  using Context = grpc::CallbackServerContext;
  using Unary = grpc::ServerUnaryReactor;

  // --- Commands (commands.cc)
  Unary* Originate(Context*, const v1::OriginateRequest*, v1::OriginateResponse*) override;
  Unary* Ring(Context*, const v1::RingRequest*, v1::RingResponse*) override;
  Unary* Answer(Context*, const v1::AnswerRequest*, v1::AnswerResponse*) override;
  Unary* Bridge(Context*, const v1::BridgeRequest*, v1::BridgeResponse*) override;
  Unary* HangUp(Context*, const v1::HangUpRequest*, v1::HangUpResponse*) override;
  Unary* SteerTransfer(Context*, const v1::SteerTransferRequest*,
                       v1::SteerTransferResponse*) override;
  Unary* SetHold(Context*, const v1::SetHoldRequest*, v1::SetHoldResponse*) override;
  Unary* Play(Context*, const v1::PlayRequest*, v1::PlayResponse*) override;
  Unary* Record(Context*, const v1::RecordRequest*, v1::RecordResponse*) override;
  Unary* SendDigits(Context*, const v1::SendDigitsRequest*, v1::SendDigitsResponse*) override;
  Unary* SendMessage(Context*, const v1::SendMessageRequest*, v1::SendMessageResponse*) override;
  Unary* Supervise(Context*, const v1::SuperviseRequest*, v1::SuperviseResponse*) override;
  Unary* SuperviseAgent(Context*, const v1::SuperviseAgentRequest*,
                        v1::SuperviseAgentResponse*) override;
  Unary* StopSupervision(Context*, const v1::StopSupervisionRequest*,
                         v1::StopSupervisionResponse*) override;
  Unary* Claim(Context*, const v1::ClaimRequest*, v1::ClaimResponse*) override;
  Unary* Handover(Context*, const v1::HandoverRequest*, v1::HandoverResponse*) override;
  Unary* Decline(Context*, const v1::DeclineRequest*, v1::DeclineResponse*) override;
  Unary* Acknowledge(Context*, const v1::AcknowledgeRequest*, v1::AcknowledgeResponse*) override;
  Unary* GetCall(Context*, const v1::GetCallRequest*, v1::GetCallResponse*) override;

  // --- Facts and the edge itself (watches.cc)
  grpc::ServerWriteReactor<v1::WatchCallsResponse>* WatchCalls(
      Context*, const v1::WatchCallsRequest*) override;
  grpc::ServerWriteReactor<v1::WatchRegistrationsResponse>* WatchRegistrations(
      Context*, const v1::WatchRegistrationsRequest*) override;
  grpc::ServerWriteReactor<v1::WatchTrunksResponse>* WatchTrunks(
      Context*, const v1::WatchTrunksRequest*) override;
  grpc::ServerReadReactor<v1::PushAccountsRequest>* PushAccounts(
      Context*, v1::PushAccountsResponse*) override;
  Unary* GetEdge(Context*, const v1::GetEdgeRequest*, v1::GetEdgeResponse*) override;

  // --- Trunks (trunks.cc)
  Unary* CreateTrunk(Context*, const v1::CreateTrunkRequest*, v1::CreateTrunkResponse*) override;
  Unary* GetTrunk(Context*, const v1::GetTrunkRequest*, v1::GetTrunkResponse*) override;
  Unary* ListTrunks(Context*, const v1::ListTrunksRequest*, v1::ListTrunksResponse*) override;
  Unary* UpdateTrunk(Context*, const v1::UpdateTrunkRequest*, v1::UpdateTrunkResponse*) override;
  Unary* DeleteTrunk(Context*, const v1::DeleteTrunkRequest*, v1::DeleteTrunkResponse*) override;

  // --- Prompts (prompts.cc)
  grpc::ServerReadReactor<v1::UploadPromptRequest>* UploadPrompt(
      Context*, v1::UploadPromptResponse*) override;
  Unary* ListPrompts(Context*, const v1::ListPromptsRequest*, v1::ListPromptsResponse*) override;
  Unary* DeletePrompt(Context*, const v1::DeletePromptRequest*, v1::DeletePromptResponse*) override;
  Unary* ReadPrompt(Context*, const v1::ReadPromptRequest*, v1::ReadPromptResponse*) override;

  // --- Recordings (recordings.cc)
  Unary* ListRecordings(Context*, const v1::ListRecordingsRequest*,
                        v1::ListRecordingsResponse*) override;
  Unary* ReadRecording(Context*, const v1::ReadRecordingRequest*,
                       v1::ReadRecordingResponse*) override;
  Unary* DeleteRecording(Context*, const v1::DeleteRecordingRequest*,
                         v1::DeleteRecordingResponse*) override;
  grpc::ServerWriteReactor<v1::WatchEventsResponse>* WatchEvents(
      Context*, const v1::WatchEventsRequest*) override;
  Unary* AcknowledgeEvents(Context*, const v1::AcknowledgeEventsRequest*,
                           v1::AcknowledgeEventsResponse*) override;

 private:
  template <class Command, class Request, class Response, class Step, class Fill>
  Unary* Run(Context* context, const Request& request, Response* response, Step step, Fill fill);
  // Runs `step` on the sofia thread with the call's Pending; UNAVAILABLE when it has stopped.
  template <class Response, class Step>
  Unary* OnLoop(Context* context, Response* response, Step step);
  // Runs `work`, which gives a Result<Response>, where files may be read and audio converted.
  template <class Response, class Work>
  Unary* OfFile(Response* response, Work work);

  ServiceParts parts_;
  grpc_server::CommandWorker files_;  // Ends before what it uses.
};

// Runs on the sofia thread, or answers UNAVAILABLE when that has stopped.
template <class Response, class Step>
grpc::ServerUnaryReactor* SipEdgeRpc::OnLoop(Context*, Response* response, Step step) {
  grpc::ServerUnaryReactor* reactor = nullptr;
  auto pending = grpc_server::Pending<Response>::Open(response, &reactor);
  // A post that is refused drops the last reference: the call ends as OWNER_GONE.
  parts_.loop.Post(
      [pending, step = std::move(step)](EdgeLoop& loop, Instant now) { step(loop, now, pending); });
  return reactor;
}

template <class Response, class Work>
grpc::ServerUnaryReactor* SipEdgeRpc::OfFile(Response* response, Work work) {
  grpc::ServerUnaryReactor* reactor = nullptr;
  auto pending = grpc_server::Pending<Response>::Open(response, &reactor);
  const bool taken = files_.Post([pending, work = std::move(work)] {
    Result<Response> answer = work();
    if (answer) {
      pending->Finish(*std::move(answer));
    } else {
      pending->Fail(answer.error());
    }
  });
  if (!taken) pending->Fail(TooManyFiles());
  return reactor;
}

}  // namespace callfleet::sip_edge
