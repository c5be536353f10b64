#pragma once
// A file that a client streams: Begin, then chunks, each read only when the one before is taken.
#include <grpcpp/grpcpp.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "common/grpc_server/errors.h"
#include "services/dialer/ports/uploads.h"
#include "services/dialer/rpc/convert.h"

namespace callfleet::dialer {

// Owned by gRPC; deletes itself in OnDone, which waits for the callback under way (`busy_`).
template <class Request, class Response>
class UploadReactor final : public grpc::ServerReadReactor<Request> {
 public:
  using Begin = std::function<void(const Request&, Uploads::Reply)>;
  static constexpr std::size_t kMaxChunk = 1 << 20;

  UploadReactor(Response* response, Begin begin) : response_(response), begin_(std::move(begin)) {
    this->StartRead(&request_);
  }

  void OnReadDone(bool ok) override {
    if (!ok) {
      EndOfFile();
    } else if (!upload_) {
      Open();
    } else {
      Feed();
    }
  }
  void OnCancel() override { cancelled_ = true; }
  void OnDone() override { Release(); }

 private:
  void Open() {
    if (!request_.has_begin()) return Refuse("begin", "must be the first message");
    Hold();
    begin_(request_, [this](Result<std::shared_ptr<Upload>> upload) {
      if (upload) {
        upload_ = std::move(*upload);
        this->StartRead(&request_);
      } else {
        this->Finish(grpc_server::ToGrpcStatus(upload.error()));
      }
      Release();
    });
  }
  void Feed() {
    if (!request_.has_chunk()) return Refuse("chunk", "is all that may follow begin");
    if (request_.chunk().size() > kMaxChunk) return Refuse("chunk", "at most 1 MiB");
    Hold();
    upload_->Feed(std::move(*request_.mutable_chunk()), [this](Status taken) {
      if (taken) {
        this->StartRead(&request_);
      } else {
        this->Finish(grpc_server::ToGrpcStatus(taken));
      }
      Release();
    });
  }
  void EndOfFile() {
    if (cancelled_) {
      this->Finish(grpc::Status::CANCELLED);
      return;
    }
    if (!upload_) return Refuse("begin", "must be the first message");
    Hold();
    upload_->End([this](Result<UploadReport> report) {
      if (report) {
        *response_ = ToUploadResponse<Response>(*report);
        this->Finish(grpc::Status::OK);
      } else {
        this->Finish(grpc_server::ToGrpcStatus(report.error()));
      }
      Release();
    });
  }
  void Refuse(const char* field, const char* what) {
    this->Finish(grpc_server::ToGrpcStatus(InvalidField(field, what).value()));
  }
  // A cancelled call is done for gRPC while a worker still has our chunk.
  void Hold() { ++holders_; }
  void Release() {
    if (--holders_ == 0) delete this;
  }

  Response* response_;
  Begin begin_;
  Request request_;
  std::shared_ptr<Upload> upload_;
  std::atomic<bool> cancelled_{false};
  std::atomic<int> holders_{1};
};

}  // namespace callfleet::dialer
