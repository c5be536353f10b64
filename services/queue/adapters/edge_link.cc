#include "services/queue/adapters/edge_link.h"

#include <grpcpp/alarm.h>
#include <grpcpp/grpcpp.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <set>
#include <string>
#include <utility>

#include "callfleet/sip_edge/v1/sip_edge_service.grpc.pb.h"
#include "common/grpc_server/errors.h"
#include "services/queue/adapters/call_fact.h"

namespace callfleet::queue {
namespace {

namespace edge = callfleet::sip_edge::v1;
constexpr std::chrono::milliseconds kReconnect{200};
constexpr std::chrono::seconds kCommandDeadline{2};

}  // namespace

// Everything that callbacks of gRPC need; lives until the last of them.
class EdgeLink::Shared : public std::enable_shared_from_this<Shared> {
 public:
  Shared(EdgeLinkOptions options, logging::Logger log)
      : options_(std::move(options)),
        log_(std::move(log)),
        stub_(edge::SipEdgeService::NewStub(options_.channel)) {}

  void Start(CallFacts* facts) {
    facts_ = facts;
    OpenWatch();
  }
  void OpenWatch();

  void Stop() {
    std::unique_lock lock(mutex_);
    stopping_ = true;
    if (alarm_) alarm_->Cancel();
    for (auto* context : contexts_) context->TryCancel();
    idle_.wait(lock, [this] { return contexts_.empty() && !alarm_set_; });
  }

  // False once stopping: the call must not be started.
  bool Enter(grpc::ClientContext* context) {
    const std::lock_guard lock(mutex_);
    if (stopping_) return false;
    contexts_.insert(context);
    return true;
  }
  void Leave(grpc::ClientContext* context) {
    const std::lock_guard lock(mutex_);
    contexts_.erase(context);
    idle_.notify_all();
  }

  void WatchEnded(grpc::ClientContext* context, const grpc::Status& status) {
    const std::lock_guard lock(mutex_);
    if (std::exchange(connected_, false) && !stopping_) {
      log_.Warn("the edge's watch ended", {{"detail", status.error_message()}});
    }
    contexts_.erase(context);
    idle_.notify_all();
    if (stopping_) return;
    alarm_set_ = true;
    alarm_ = std::make_unique<grpc::Alarm>();  // A new one: the old one's callback may still run.
    alarm_->Set(std::chrono::system_clock::now() + kReconnect,
                [self = shared_from_this()](bool) { self->Reconnect(); });
  }

  void OnMessage(const edge::WatchCallsResponse& message);

  edge::CommandContext Context() {
    edge::CommandContext context;
    context.set_request_id(options_.ids->Next());
    auto* unit = context.mutable_unit();
    unit->mutable_unit()->set_kind(callfleet::common::v1::UNIT_KIND_ROUTING);
    unit->set_token(options_.unit.token);
    const std::lock_guard lock(mutex_);
    context.set_boot_id(boot_id_);
    return context;
  }

  // `start` begins the call on the stub.
  template <class Request, class Response>
  void Command(const CallId& call, Request request,
               void (*start)(edge::SipEdgeService::Stub::async_interface*, grpc::ClientContext*,
                             const Request*, Response*, std::function<void(grpc::Status)>)) {
    struct Call {
      grpc::ClientContext context;
      Request request;
      Response response;
    };
    auto state = std::make_shared<Call>();
    state->request = std::move(request);
    *state->request.mutable_context() = Context();
    state->context.set_deadline(std::chrono::system_clock::now() + kCommandDeadline);
    if (!Enter(&state->context)) return;
    start(stub_->async(), &state->context, &state->request, &state->response,
          [self = shared_from_this(), state, call](const grpc::Status& status) {
            self->CommandDone(call, status);
            self->Leave(&state->context);
          });
  }

  bool connected() const {
    const std::lock_guard lock(mutex_);
    return connected_;
  }
  pg::Intake* intake() const { return options_.intake; }

 private:
  void Reconnect() {
    OpenWatch();
    const std::lock_guard lock(mutex_);
    alarm_set_ = false;
    idle_.notify_all();
  }
  void CommandDone(const CallId& call, const grpc::Status& status) {
    if (status.ok()) return;  // What it did comes as a fact.
    const auto error = grpc_server::FromGrpcStatus(status).error();
    if (error.code == ErrorCode::kCancelled) return;
    log_.Info("the edge refused a command",
              {{"call_id", call}, {"reason", error.reason}, {"detail", error.message}});
    if (error.reason == "CALL_NOT_FOUND") return facts_->OnForgotten(call);
    facts_->OnCommandFailed(call);
  }

  EdgeLinkOptions options_;
  logging::Logger log_;
  std::unique_ptr<edge::SipEdgeService::Stub> stub_;
  CallFacts* facts_ = nullptr;
  mutable std::mutex mutex_;
  std::condition_variable idle_;
  std::set<grpc::ClientContext*> contexts_;
  std::unique_ptr<grpc::Alarm> alarm_;
  bool alarm_set_ = false;
  bool stopping_ = false;
  bool connected_ = false;
  std::string boot_id_;
};

// One attempt at the watch; deletes itself.
class EdgeLink::Watch final : public grpc::ClientReadReactor<edge::WatchCallsResponse> {
 public:
  explicit Watch(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) {
    request_.add_unit_kinds(callfleet::common::v1::UNIT_KIND_ROUTING);
    request_.set_unclaimed(true);
  }
  void Open(edge::SipEdgeService::Stub* stub) {
    if (!shared_->Enter(&context_)) {
      delete this;
      return;
    }
    stub->async()->WatchCalls(&context_, &request_, this);
    StartRead(&message_);
    StartCall();
  }
  void OnReadDone(bool ok) override {
    if (!ok) return;
    shared_->OnMessage(message_);
    auto* intake = shared_->intake();
    if (intake == nullptr || !intake->stopped()) return StartRead(&message_);
    AddHold();  // Without a read under way it could end, and be deleted, while it waits.
    intake->Later([this] {
      StartRead(&message_);
      RemoveHold();
    });
  }
  void OnDone(const grpc::Status& status) override {
    shared_->WatchEnded(&context_, status);
    delete this;
  }

 private:
  std::shared_ptr<Shared> shared_;
  grpc::ClientContext context_;
  edge::WatchCallsRequest request_;
  edge::WatchCallsResponse message_;
};

void EdgeLink::Shared::OpenWatch() { (new Watch(shared_from_this()))->Open(stub_.get()); }

void EdgeLink::Shared::OnMessage(const edge::WatchCallsResponse& message) {
  switch (message.message_case()) {
    case edge::WatchCallsResponse::kSnapshotBegin: {
      const std::lock_guard lock(mutex_);
      boot_id_ = message.snapshot_begin().boot_id();
      facts_->OnSnapshot();
      break;
    }
    case edge::WatchCallsResponse::kRecord:
      facts_->OnFact(ToCallFact(message.record()));
      break;
    case edge::WatchCallsResponse::kSnapshotEnd: {
      const std::lock_guard lock(mutex_);
      connected_ = true;
      log_.Info("watching the edge", {{"boot_id", boot_id_}});
      break;
    }
    case edge::WatchCallsResponse::kDelta:
      if (message.delta().forgotten()) {
        facts_->OnForgotten(CallId(message.delta().record().call_id()));
      } else {
        facts_->OnFact(ToCallFact(message.delta().record()));
      }
      break;
    case edge::WatchCallsResponse::kAlive:
      break;
    case edge::WatchCallsResponse::MESSAGE_NOT_SET:
      break;  // Of a newer edge.
  }
}

EdgeLink::EdgeLink(EdgeLinkOptions options, logging::Logger log)
    : shared_(std::make_shared<Shared>(std::move(options), std::move(log))) {}
EdgeLink::~EdgeLink() { Stop(); }
void EdgeLink::Start(CallFacts* facts) { shared_->Start(facts); }
void EdgeLink::Stop() { shared_->Stop(); }
bool EdgeLink::connected() const { return shared_->connected(); }

void EdgeLink::Claim(const CallId& call) {
  edge::ClaimRequest request;
  request.set_call_id(call.str());
  shared_->Command<edge::ClaimRequest, edge::ClaimResponse>(
      call, std::move(request),
      [](auto* stub, auto* context, auto* asked, auto* answer, auto done) {
        stub->Claim(context, asked, answer, std::move(done));
      });
}

void EdgeLink::Refuse(const CallId& call, int sip_code) {
  edge::HangUpRequest request;
  request.set_call_id(call.str());
  request.set_sip_code(sip_code);
  request.set_q850_cause(1);  // ITU-T Q.850 2.2.7.1.1: unallocated number.
  shared_->Command<edge::HangUpRequest, edge::HangUpResponse>(
      call, std::move(request),
      [](auto* stub, auto* context, auto* asked, auto* answer, auto done) {
        stub->HangUp(context, asked, answer, std::move(done));
      });
}

void EdgeLink::Acknowledge(const CallId& call) {
  edge::AcknowledgeRequest request;
  request.add_call_ids(call.str());
  shared_->Command<edge::AcknowledgeRequest, edge::AcknowledgeResponse>(
      call, std::move(request),
      [](auto* stub, auto* context, auto* asked, auto* answer, auto done) {
        stub->Acknowledge(context, asked, answer, std::move(done));
      });
}

}  // namespace callfleet::queue
