#pragma once
// Everything of one run: SIP thread, media thread, carrier and farm. Thread safe from outside.
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/phones/callers/callers.h"
#include "tests/phones/report/report.h"

namespace callfleet::phones {

struct WorldOptions {
  uint64_t seed = 1;
  bool send_rtp = true;
};

class World {
 public:
  // Throws std::exception with a message that names the faulty key.
  World(const nlohmann::json& config, const WorldOptions& options);
  ~World();

  nlohmann::json Ready();  // the ports
  nlohmann::json Report(const ReportOptions& options);
  // One command of the control interface; throws std::exception on bad input.
  nlohmann::json Command(const std::string& verb, const nlohmann::json& body);
  void Shutdown();  // BYE and unregister, paced; then waits for the answers, at most 3 s.

 private:
  nlohmann::json OnSipThread(const std::string& verb, const nlohmann::json& body);
  nlohmann::json PhoneCommand(const nlohmann::json& body);
  nlohmann::json PlaceCalls(const nlohmann::json& body);
  void PlaceNext(const InboundCall& call, int left, int interval_ms);
  void Paced(const std::vector<std::function<void()>>& steps);
  void WaitQuiet();
  ReportSources Sources();

  uint64_t seed_;
  bool stopping_ = false;
  SipLoop loop_;
  std::unique_ptr<MediaEngine> media_;
  CallLog log_;
  std::unique_ptr<Carrier> carrier_;
  std::unique_ptr<Callers> callers_;
  std::unique_ptr<Farm> farm_;
};

}  // namespace callfleet::phones
