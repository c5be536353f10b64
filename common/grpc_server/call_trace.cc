#include "common/grpc_server/call_trace.h"

#include <google/protobuf/message.h>

#include <chrono>
#include <string_view>

namespace callfleet::grpc_server {
namespace {

using grpc::experimental::InterceptionHookPoints;
using grpc::experimental::InterceptorBatchMethods;
using grpc::experimental::ServerRpcInfo;
using std::chrono::steady_clock;

template <class Metadata>
trace::Context ContextIn(const Metadata& metadata) {
  const auto found = metadata.find(kTraceparent);
  if (found == metadata.end()) return trace::Begin();
  const auto parsed = trace::Parse(std::string_view(found->second.data(), found->second.size()));
  return parsed ? *parsed : trace::Begin();
}

std::string CallIn(const google::protobuf::Message& message) {
  const auto* field = message.GetDescriptor()->FindFieldByName("call_id");
  const bool is_text = field != nullptr && !field->is_repeated() &&
                       field->cpp_type() == google::protobuf::FieldDescriptor::CPPTYPE_STRING;
  return is_text ? message.GetReflection()->GetString(message, field) : std::string();
}

class TraceCall final : public grpc::experimental::Interceptor {
 public:
  TraceCall(const logging::Logger* log, std::string_view method)
      : log_(log), method_(method), began_(steady_clock::now()) {}

  void Intercept(InterceptorBatchMethods* methods) override {
    if (methods->QueryInterceptionHookPoint(InterceptionHookPoints::POST_RECV_INITIAL_METADATA)) {
      context_ = ContextIn(*methods->GetRecvInitialMetadata());
    }
    if (methods->QueryInterceptionHookPoint(InterceptionHookPoints::POST_RECV_MESSAGE)) {
      Read(static_cast<const google::protobuf::MessageLite*>(methods->GetRecvMessage()));
    }
    if (methods->QueryInterceptionHookPoint(InterceptionHookPoints::PRE_SEND_STATUS)) {
      Log(methods->GetSendStatus());
    }
    methods->Proceed();
  }

 private:
  void Read(const google::protobuf::MessageLite* lite) {
    const auto* message = dynamic_cast<const google::protobuf::Message*>(lite);
    if (message == nullptr) return;  // It could not be parsed.
    call_id_ = CallIn(*message);
    log_->traces().Note(call_id_, context_);
  }

  void Log(const grpc::Status& status) const {
    const auto level = context_.sampled ? logging::Level::kInfo : logging::Level::kDebug;
    if (!log_->Writes(level)) return;
    const std::chrono::duration<double, std::milli> took = steady_clock::now() - began_;
    log_->Write(level, "rpc",
                {{"method", method_},
                 {"code", static_cast<int>(status.error_code())},
                 {"took_ms", took.count()},
                 {"call_id", call_id_},
                 {"trace_id", context_.trace_id},
                 {"parent_id", context_.span_id}});
  }

  const logging::Logger* log_;
  const std::string_view method_;  // gRPC's own, as long as the call.
  const steady_clock::time_point began_;
  trace::Context context_;
  std::string call_id_;
};

class Factory final : public grpc::experimental::ServerInterceptorFactoryInterface {
 public:
  explicit Factory(const logging::Logger* log) : log_(log) {}
  // Requests of streams and of gRPC's own services (health, reflection) name no call.
  grpc::experimental::Interceptor* CreateServerInterceptor(ServerRpcInfo* info) override {
    const std::string_view method(info->method());
    if (info->type() != ServerRpcInfo::Type::UNARY || !method.starts_with("/callfleet.")) {
      return nullptr;
    }
    return new TraceCall(log_, method.substr(1));
  }

 private:
  const logging::Logger* log_;
};

}  // namespace

std::string OutgoingTraceparent() {
  const trace::Context* current = trace::Scope::Current();
  return trace::Format(current == nullptr ? trace::Begin() : trace::ChildOf(*current));
}

trace::Context IncomingTrace(const grpc::CallbackServerContext& context) {
  return ContextIn(context.client_metadata());
}

std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface> TraceCalls(
    const logging::Logger* log) {
  return std::make_unique<Factory>(log);
}

}  // namespace callfleet::grpc_server
