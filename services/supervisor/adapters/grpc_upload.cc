#include "services/supervisor/adapters/grpc_upload.h"

#include <grpcpp/grpcpp.h>

#include <condition_variable>
#include <mutex>
#include <vector>

#include "services/supervisor/adapters/grpc_backend.h"

namespace callfleet::supervisor {
namespace {

// The call itself; lives until gRPC has told its end, whatever became of its handle.
class UploadCall final : public grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  static std::shared_ptr<UploadCall> Open(grpc::GenericStub* stub, const std::string& method) {
    auto call = std::make_shared<UploadCall>();
    call->self_ = call;
    stub->PrepareBidiStreamingCall(&call->context_, method, {}, call.get());
    call->AddHold();  // Writes come from outside: gRPC must not end the call between two of them.
    call->StartRead(&call->answer_);
    call->StartCall();
    return call;
  }

  bool Write(const std::string& request) {
    std::unique_lock lock(mutex_);
    if (over_) return false;
    outgoing_ = ToBuffer(request);
    writing_ = true;
    StartWrite(&outgoing_);
    if (!changed_.wait_for(lock, kUploadPatience, [&] { return !writing_; })) {
      impatient_ = true;
      context_.TryCancel();
      changed_.wait(lock, [&] { return !writing_; });
    }
    return !over_;
  }

  // Nothing is written afterwards. OK with an answer, or why there is none.
  grpc::Status Finish() {
    StartWritesDone();
    RemoveHold();
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, kUploadPatience, [&] { return done_; })) {
      impatient_ = true;
      context_.TryCancel();
      changed_.wait(lock, [&] { return done_; });
    }
    if (impatient_) return {grpc::StatusCode::DEADLINE_EXCEEDED, "no progress"};
    if (status_.ok() && !answered_) return {grpc::StatusCode::INTERNAL, "no answer"};
    return status_;
  }
  void Abandon() {
    context_.TryCancel();
    RemoveHold();
  }
  const grpc::ByteBuffer& answer() const { return answer_; }  // After Finish.

  void OnReadDone(bool ok) override {
    const std::lock_guard lock(mutex_);
    answered_ = ok;
    over_ = true;  // The service has answered or ended: it wants no more.
  }
  void OnWriteDone(bool ok) override {
    const std::lock_guard lock(mutex_);
    writing_ = false;
    over_ |= !ok;
    changed_.notify_all();
  }
  void OnDone(const grpc::Status& status) override {
    const auto keep = std::move(self_);
    const std::lock_guard lock(mutex_);
    status_ = status;
    done_ = true;
    changed_.notify_all();
  }

 private:
  std::shared_ptr<UploadCall> self_;
  grpc::ClientContext context_;
  grpc::ByteBuffer outgoing_;
  grpc::ByteBuffer answer_;
  std::mutex mutex_;
  std::condition_variable changed_;
  grpc::Status status_;
  bool writing_ = false;
  bool over_ = false;
  bool answered_ = false;
  bool impatient_ = false;
  bool done_ = false;
};

// One write in flight: the caller waits, so gRPC's flow control reaches back to the HTTP client.
class GrpcUpload final : public UploadStream {
 public:
  GrpcUpload(Service service, std::shared_ptr<UploadCall> call)
      : service_(service), call_(std::move(call)) {}
  ~GrpcUpload() override {
    if (!finished_) call_->Abandon();
  }
  bool Write(const std::string& request) override { return call_->Write(request); }
  Result<std::string> Finish() override {
    finished_ = true;
    const auto status = call_->Finish();
    if (!status.ok()) return Fail(ToBackendError(service_, status));
    return FromBuffer(call_->answer());
  }

 private:
  Service service_;
  std::shared_ptr<UploadCall> call_;
  bool finished_ = false;
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
  return std::make_unique<GrpcUpload>(service, UploadCall::Open(stub, method));
}

}  // namespace callfleet::supervisor
