#pragma once
// A unary call whose answer comes later, from another thread: finished exactly once on every path.
// Forgotten (its actor died with the message in its mailbox): UNAVAILABLE OWNER_GONE.
#include <grpcpp/grpcpp.h>

#include <atomic>
#include <functional>
#include <memory>
#include <utility>

#include "common/grpc_server/errors.h"

namespace callfleet::grpc_server {

// Copies are shared_ptr; any thread. The response is written by whoever finishes first only.
template <class Response>
class Pending {
 public:
  // `on_cancel` runs on a gRPC thread when the client cancels or its deadline passes; the call is
  // then already finished as CANCELLED and the late answer goes nowhere.
  static std::shared_ptr<Pending> Open(Response* response, grpc::ServerUnaryReactor** reactor,
                                       std::function<void()> on_cancel = {}) {
    auto call = std::make_shared<Call>();
    call->response = response;
    *reactor = new Reactor(call, std::move(on_cancel));
    call->reactor = *reactor;
    return std::shared_ptr<Pending>(new Pending(std::move(call)));
  }
  ~Pending() {
    Fail({.code = ErrorCode::kUnavailable,
          .reason = "OWNER_GONE",
          .message = "What should have answered this call has ended."});
  }
  Pending(const Pending&) = delete;
  Pending& operator=(const Pending&) = delete;

  // Each returns false when the call was finished before; it then changes nothing.
  bool Finish(Response response) {
    if (call_->done.exchange(true)) return false;
    *call_->response = std::move(response);
    call_->reactor->Finish(grpc::Status::OK);
    return true;
  }
  bool Fail(const Error& error) { return call_->FinishWith(ToGrpcStatus(error)); }
  bool done() const { return call_->done.load(); }

 private:
  struct Call {
    std::atomic<bool> done{false};
    grpc::ServerUnaryReactor* reactor = nullptr;
    Response* response = nullptr;

    bool FinishWith(const grpc::Status& status) {
      if (done.exchange(true)) return false;
      reactor->Finish(status);
      return true;
    }
  };

  class Reactor final : public grpc::ServerUnaryReactor {
   public:
    Reactor(std::shared_ptr<Call> call, std::function<void()> on_cancel)
        : call_(std::move(call)), on_cancel_(std::move(on_cancel)) {}
    void OnCancel() override {
      if (call_->FinishWith(grpc::Status::CANCELLED) && on_cancel_) on_cancel_();
    }
    void OnDone() override { delete this; }
    // Our reactions are short: gRPC need not wake a thread of its executor for each call's OnDone,
    // as it need not for its own default reactor.
    bool InternalInlineable() override { return on_cancel_ == nullptr; }

   private:
    std::shared_ptr<Call> call_;
    std::function<void()> on_cancel_;
  };

  explicit Pending(std::shared_ptr<Call> call) : call_(std::move(call)) {}

  std::shared_ptr<Call> call_;
};

// Answers at once, from inside the handler.
inline grpc::ServerUnaryReactor* FinishNow(grpc::CallbackServerContext* context,
                                           const grpc::Status& status = grpc::Status::OK) {
  auto* reactor = context->DefaultReactor();
  reactor->Finish(status);
  return reactor;
}
inline grpc::ServerUnaryReactor* FinishNow(grpc::CallbackServerContext* context,
                                           const Error& error) {
  return FinishNow(context, ToGrpcStatus(error));
}

}  // namespace callfleet::grpc_server
