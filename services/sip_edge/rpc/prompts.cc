// Prompts: uploaded, listed, deleted, read.
#include <algorithm>
#include <atomic>
#include <utility>

#include "common/grpc_server/authorize.h"
#include "services/sip_edge/rpc/convert_time.h"
#include "services/sip_edge/rpc/paging.h"
#include "services/sip_edge/rpc/sip_edge_service.h"

namespace callfleet::sip_edge {

using grpc_server::Authorize;
using grpc_server::FinishNow;

namespace {

void ToProto(const PromptInfo& info, v1::Prompt* out) {
  out->set_name(info.name);
  out->set_source(static_cast<v1::PromptSource>(info.source));
  Set(out->mutable_duration(), info.duration);
  out->set_size_bytes(info.size_bytes);
  out->set_sha256(info.sha256);
  if (info.updated) Set(out->mutable_update_time(), *info.updated);
}

// Reads a file to its end; what is too large is refused as soon as it is.
class UploadReactor final : public grpc::ServerReadReactor<v1::UploadPromptRequest> {
 public:
  UploadReactor(PromptBook& prompts, grpc_server::CommandWorker& files,
                v1::UploadPromptResponse* response)
      : prompts_(prompts), files_(files), response_(response) {
    StartRead(&message_);
  }

  void OnReadDone(bool ok) override {
    if (!ok) {
      Save();
      return;
    }
    if (auto taken = Take(); !taken) {
      End(grpc_server::ToGrpcStatus(taken.error()));
      return;
    }
    StartRead(&message_);
  }
  void OnCancel() override { End(grpc::Status::CANCELLED); }
  void OnDone() override { delete this; }

 private:
  Status Take() {
    if (message_.has_begin()) {
      name_ = message_.begin().name();
      begun_ = true;
      return CheckPromptName(name_, "begin.name");
    }
    if (!begun_) return InvalidField("begin", "must come first");
    if (wav_.size() + message_.chunk().size() > kMaxPromptBytes) {
      return InvalidField("chunk", "at most 12 MiB in all", "PROMPT_TOO_LONG");
    }
    wav_ += message_.chunk();
    return {};
  }

  void Save() {
    if (ended_) return;
    if (!begun_) {
      End(grpc_server::ToGrpcStatus(InvalidField("begin", "required").value()));
      return;
    }
    saving_ = true;
    const bool taken = files_.Post([this] {
      prompts_.Upload(std::move(name_), std::move(wav_),
                      [this](const Result<PromptInfo>& info) { Saved(info); });
    });
    if (!taken) Saved(Fail(TooManyFiles()));
  }

  void Saved(const Result<PromptInfo>& info) {
    saving_ = false;
    if (!info) return End(grpc_server::ToGrpcStatus(info.error()));
    ToProto(*info, response_->mutable_prompt());
    End(grpc::Status::OK);
  }

  // Once; a cancel while the database works waits for it, as it holds this reactor.
  void End(const grpc::Status& status) {
    if (saving_ || ended_.exchange(true)) return;
    Finish(status);
  }

  PromptBook& prompts_;
  grpc_server::CommandWorker& files_;
  v1::UploadPromptResponse* response_;
  v1::UploadPromptRequest message_;
  std::string name_;
  std::string wav_;
  bool begun_ = false;
  std::atomic<bool> saving_{false};
  std::atomic<bool> ended_{false};
};

}  // namespace

grpc::ServerReadReactor<v1::UploadPromptRequest>* SipEdgeRpc::UploadPrompt(
    Context* context, v1::UploadPromptResponse* response) {
  using Reactor = grpc::ServerReadReactor<v1::UploadPromptRequest>;
  if (auto caller = Authorize(*context, parts_.tokens, auth::Role::kSupervisor); !caller) {
    return grpc_server::Refuse<Reactor>(caller.error());
  }
  return new UploadReactor(parts_.prompts, files_, response);
}

grpc::ServerUnaryReactor* SipEdgeRpc::ListPrompts(Context* context,
                                                  const v1::ListPromptsRequest* in,
                                                  v1::ListPromptsResponse* out) {
  if (auto caller = Authorize(*context, parts_.tokens, auth::Role::kViewer); !caller) {
    return FinishNow(context, caller.error());
  }
  const auto size = PageSize(in->page_size());
  if (!size) return FinishNow(context, size.error());
  const auto prompts = parts_.prompts.List();
  auto at = std::find_if(prompts.begin(), prompts.end(),
                         [&](const PromptInfo& p) { return p.name > in->page_token(); });
  for (; at != prompts.end(); ++at) {
    if (static_cast<std::size_t>(out->prompts_size()) == *size) {
      out->set_next_page_token(std::prev(at)->name);
      break;
    }
    ToProto(*at, out->add_prompts());
  }
  return FinishNow(context, grpc::Status::OK);
}

grpc::ServerUnaryReactor* SipEdgeRpc::DeletePrompt(Context* context,
                                                   const v1::DeletePromptRequest* in,
                                                   v1::DeletePromptResponse* out) {
  if (auto caller = Authorize(*context, parts_.tokens, auth::Role::kSupervisor); !caller) {
    return FinishNow(context, caller.error());
  }
  grpc::ServerUnaryReactor* reactor = nullptr;
  auto pending = grpc_server::Pending<v1::DeletePromptResponse>::Open(out, &reactor);
  parts_.prompts.Remove(in->name(), [pending](Status removed) {
    if (removed) {
      pending->Finish({});
    } else {
      pending->Fail(removed.error());
    }
  });
  return reactor;
}

grpc::ServerUnaryReactor* SipEdgeRpc::ReadPrompt(Context* context, const v1::ReadPromptRequest* in,
                                                 v1::ReadPromptResponse* out) {
  if (auto caller = Authorize(*context, parts_.tokens, auth::Role::kViewer); !caller) {
    return FinishNow(context, caller.error());
  }
  const auto length = PieceLength(in->length());
  if (!length) return FinishNow(context, length.error());
  return OfFile<v1::ReadPromptResponse>(
      out, [this, name = in->name(), offset = in->offset(), length = *length] {
        return PieceOf<v1::ReadPromptResponse>(parts_.prompts.Read(name, offset, length));
      });
}

}  // namespace callfleet::sip_edge
