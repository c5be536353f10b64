#pragma once
// An engine with phones around it, in real time on loopback.
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

#include "services/sip_edge/media/media_engine.h"
#include "tests/integration/media/phone.h"

namespace callfleet::sip_edge::media {

class World : public testing::Test {
 protected:
  struct Leg {
    EndpointId id;
    std::uint16_t port = 0;
    RemoteMedia remote;
  };

  void SetUp() override { StartEngine({}); }
  // Ports, bind address and a seed of its own are filled in.
  void StartEngine(MediaConfig config);

  // An answered leg whose peer is `phone`.
  Leg OpenLeg(const Phone& phone, Codec codec = Codec::kPcmu, const std::string& key = "call");
  void Update(Leg& leg);  // leg.remote as it is now.

  using Frame = std::function<void()>;
  // Calls `each` every 20 ms of real time, polls the phones and drains the engine.
  void Run(std::chrono::milliseconds time, const std::vector<Phone*>& phones, const Frame& each);
  void DrainUntil(MediaEventKind kind);  // Up to 5 s.

  std::vector<MediaEvent> EventsOf(MediaEventKind kind) const;
  EndpointStats StatsOf(EndpointId id);
  EndpointStats CloseLeg(EndpointId id);

  SystemClock clock_;
  std::unique_ptr<MediaEngine> engine_;
  std::vector<MediaEvent> events_;
};

}  // namespace callfleet::sip_edge::media
