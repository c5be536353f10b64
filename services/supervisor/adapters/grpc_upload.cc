#include "services/supervisor/adapters/grpc_upload.h"

#include <grpcpp/grpcpp.h>

#include <condition_variable>
#include <mutex>
#include <vector>

#include "services/supervisor/adapters/grpc_backend.h"

namespace callfleet::supervisor {
namespace {

// One write in flight: the caller waits, so gRPC's flow control reaches back to the HTTP client.
class GrpcUpload final : public UploadStream,
                         public grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  GrpcUpload(grpc::GenericStub* stub, Service service, const std::string& method)
      : service_(service) {
    stub->PrepareBidiStreamingCall(&context_, method, {}, this);
    StartRead(&answer_);
    StartCall();
  }
  ~GrpcUpload() override {
    context_.TryCancel();
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return done_; });
  }

  bool Write(const std::string& request) override {
    std::unique_lock lock(mutex_);
    if (done_ || broken_) return false;
    outgoing_ = ToBuffer(request);
    writing_ = true;
    StartWrite(&outgoing_);
    if (!Wait(&lock, [&] { return !writing_; })) return false;
    return !broken_;
  }

  Result<std::string> Finish() override {
    StartWritesDone();
    std::unique_lock lock(mutex_);
    Wait(&lock, [&] { return done_; });
    if (!status_.ok()) return Fail(ToBackendError(service_, status_));
    if (!answered_) return Fail(ToBackendError(service_, grpc::Status::CANCELLED));
    return FromBuffer(answer_);
  }

  void OnReadDone(bool ok) override {
    const std::lock_guard lock(mutex_);
    answered_ = ok;
  }
  void OnWriteDone(bool ok) override {
    const std::lock_guard lock(mutex_);
    writing_ = false;
    broken_ |= !ok;
    changed_.notify_all();
  }
  void OnDone(const grpc::Status& status) override {
    const std::lock_guard lock(mutex_);
    status_ = status;
    done_ = true;
    writing_ = false;
    changed_.notify_all();
  }

 private:
  // False where patience ended: the call is then cancelled and over.
  template <class Condition>
  bool Wait(std::unique_lock<std::mutex>* lock, Condition holds) {
    if (changed_.wait_for(*lock, kUploadPatience, holds)) return true;
    context_.TryCancel();
    changed_.wait(*lock, [&] { return done_; });
    status_ = grpc::Status(grpc::StatusCode::DEADLINE_EXCEEDED, "no progress");
    return false;
  }

  Service service_;
  grpc::ClientContext context_;
  grpc::ByteBuffer outgoing_;
  grpc::ByteBuffer answer_;
  std::mutex mutex_;
  std::condition_variable changed_;
  grpc::Status status_;
  bool writing_ = false;
  bool broken_ = false;
  bool answered_ = false;
  bool done_ = false;
};

}  // namespace

grpc::ByteBuffer ToBuffer(const std::string& bytes) {
  grpc::Slice slice(bytes);
  return {&slice, 1};
}

std::string FromBuffer(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string bytes;
  if (!buffer.Dump(&slices).ok()) return bytes;
  for (const auto& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

std::unique_ptr<UploadStream> OpenGrpcUpload(grpc::GenericStub* stub, Service service,
                                             const std::string& method) {
  return std::make_unique<GrpcUpload>(stub, service, method);
}

}  // namespace callfleet::supervisor
