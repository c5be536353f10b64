#pragma once
// Tells the live view what a command's answer says about an agent or a queue before the caller sees
// it, so that whoever creates one and lists them finds it, though the watch stream may lag.
#include "common/clock/clock.h"
#include "services/supervisor/ports/backend.h"
#include "services/supervisor/ports/fact_sink.h"

namespace callfleet::supervisor {

class EchoingBackend final : public Backend {
 public:
  EchoingBackend(Backend* next, FactSink* sink, Source agents, Source queues, const Clock* clock)
      : next_(next),
        sink_(sink),
        agents_(std::move(agents)),
        queues_(std::move(queues)),
        clock_(clock) {}

  Result<std::string> Call(Service service, std::string_view method,
                           const std::string& request) override;
  Result<std::string> CallEdge(const std::string& edge, std::string_view method,
                               const std::string& request) override {
    return next_->CallEdge(edge, method, request);
  }
  std::vector<std::string> Edges() const override { return next_->Edges(); }
  std::unique_ptr<UploadStream> Upload(Service service, std::string_view method) override {
    return next_->Upload(service, method);
  }

 private:
  void EchoAgent(std::string_view method, const std::string& request, const std::string& answer);
  void EchoQueue(std::string_view method, const std::string& request, const std::string& answer);

  Backend* next_;
  FactSink* sink_;
  Source agents_;
  Source queues_;
  const Clock* clock_;
};

}  // namespace callfleet::supervisor
