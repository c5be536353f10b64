#include "services/supervisor/adapters/life_watch.h"

#include <grpcpp/generic/generic_stub.h>

#include <future>

namespace callfleet::supervisor {
namespace {

class HealthReader final : public grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  HealthReader(grpc::GenericStub* stub, grpc::ClientContext* context) {
    stub->PrepareBidiStreamingCall(context, "/grpc.health.v1.Health/Watch", {}, this);
    // HealthCheckRequest of the whole server has no field set: an empty message.
    StartWriteLast(&request_, grpc::WriteOptions());
    StartRead(&state_);
    StartCall();
  }
  grpc::Status Wait() { return done_.get_future().get(); }

 private:
  void OnReadDone(bool ok) override {
    if (ok) StartRead(&state_);
  }
  void OnDone(const grpc::Status& status) override { done_.set_value(status); }

  grpc::Slice empty_;
  grpc::ByteBuffer request_{&empty_, 1};
  grpc::ByteBuffer state_;
  std::promise<grpc::Status> done_;
};

}  // namespace

grpc::Status WaitWhileAlive(const std::shared_ptr<grpc::Channel>& channel,
                            grpc::ClientContext* context) {
  grpc::GenericStub stub(channel);
  HealthReader reader(&stub, context);
  return reader.Wait();
}

}  // namespace callfleet::supervisor
