#include "common/grpc_server/server_metrics.h"

#include <array>
#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "common/grpc_server/one_poller.h"

namespace callfleet::grpc_server {
namespace {

using grpc::experimental::InterceptionHookPoints;
using grpc::experimental::InterceptorBatchMethods;
using grpc::experimental::ServerRpcInfo;
using std::chrono::steady_clock;

constexpr std::array<std::string_view, 17> kCodes{
    "OK",        "CANCELLED",      "UNKNOWN",           "INVALID_ARGUMENT",   "DEADLINE_EXCEEDED",
    "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION",
    "ABORTED",   "OUT_OF_RANGE",   "UNIMPLEMENTED",     "INTERNAL",           "UNAVAILABLE",
    "DATA_LOSS", "UNAUTHENTICATED"};

struct Families {
  explicit Families(metrics::Registry* registry)
      : handled(registry->NewCounters({.name = "callfleet_grpc_server_handled_total",
                                       .help = "gRPC calls and streams that are over.",
                                       .labels = {"method", "code"},
                                       .max_series = 1000})),
        seconds(registry->NewHistograms(
            {.name = "callfleet_grpc_server_seconds",
             .help = "Time that unary gRPC calls took.",
             .labels = {"method"},
             .buckets = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5}})),
        streams(registry->NewGauges({.name = "callfleet_grpc_server_streams",
                                     .help = "gRPC streams that are open.",
                                     .labels = {"method"}})) {}
  metrics::Family<metrics::Counter> handled;
  metrics::Family<metrics::Histogram> seconds;
  metrics::Family<metrics::Gauge> streams;
};

// The series of one method, looked up once.
class Method {
 public:
  Method(Families* families, std::string name, bool unary)
      : families_(families), name_(std::move(name)), unary_(unary) {
    if (unary_) {
      seconds_ = families_->seconds.With({name_});
    } else {
      open_ = families_->streams.With({name_});
    }
  }

  void Began() const { open_.Add(1); }
  void Ended(std::size_t code, steady_clock::duration took) {
    Counter(code).Increment();
    if (unary_) seconds_.Observe(std::chrono::duration<double>(took).count());
    open_.Add(-1);
  }

 private:
  metrics::Counter Counter(std::size_t code) {
    const std::size_t index = code < kCodes.size() ? code : 2;
    const std::lock_guard lock(mutex_);
    auto& known = handled_[index];
    if (!known) known = families_->handled.With({name_, kCodes[index]});
    return *known;
  }

  Families* families_;
  std::string name_;
  bool unary_;
  metrics::Histogram seconds_{};
  metrics::Gauge open_{};
  std::mutex mutex_;
  std::array<std::optional<metrics::Counter>, kCodes.size()> handled_{};
};

class Measure final : public grpc::experimental::Interceptor {
 public:
  explicit Measure(Method* method) : method_(method), began_(steady_clock::now()) {
    method_->Began();
  }
  // A call that was given up before its status had been sent.
  ~Measure() override { method_->Ended(code_, steady_clock::now() - began_); }

  void Intercept(InterceptorBatchMethods* methods) override {
    if (methods->QueryInterceptionHookPoint(InterceptionHookPoints::PRE_SEND_STATUS)) {
      code_ = static_cast<std::size_t>(methods->GetSendStatus().error_code());
    }
    methods->Proceed();
  }

 private:
  static constexpr std::size_t kCancelled = 1;
  Method* method_;
  steady_clock::time_point began_;
  std::size_t code_ = kCancelled;
};

class Factory final : public grpc::experimental::ServerInterceptorFactoryInterface {
 public:
  explicit Factory(metrics::Registry* registry) : families_(registry) {}
  grpc::experimental::Interceptor* CreateServerInterceptor(ServerRpcInfo* info) override {
    return new Measure(&MethodOf(*info));
  }

 private:
  Method& MethodOf(const ServerRpcInfo& info) {
    const bool unary = info.type() == ServerRpcInfo::Type::UNARY;
    // "/callfleet.dialer.v1.DialerService/GetLead": the package says which service it is.
    std::string name(info.method());
    if (!name.empty() && name.front() == '/') name.erase(0, 1);
    const std::lock_guard lock(mutex_);
    auto& known = methods_[name];
    if (!known) known = std::make_unique<Method>(&families_, name, unary);
    return *known;
  }

  Families families_;
  std::mutex mutex_;
  std::unordered_map<std::string, std::unique_ptr<Method>> methods_;
};

}  // namespace

std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface> MeasureCalls(
    metrics::Registry* registry) {
  const auto threads = registry->NewGauge(
      "callfleet_grpc_callback_threads",
      "Threads that take gRPC's events: one, or all after one of them was held up.");
  registry->OnCollect([threads] { threads.Set(CallbackThreads()); });
  return std::make_unique<Factory>(registry);
}

}  // namespace callfleet::grpc_server
