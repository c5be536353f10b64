#include "tests/integration/media/world.h"

#include <poll.h>
#include <unistd.h>

#include <thread>

namespace callfleet::sip_edge::media {

void World::StartEngine(MediaConfig config) {
  config.bind_address = "127.0.0.1";
  const auto seed = static_cast<std::uint64_t>(::getpid());
  auto engine = MediaEngine::Start(config, clock_, seed);
  ASSERT_TRUE(engine.has_value()) << engine.error().message;
  engine_ = std::move(*engine);
}

World::Leg World::OpenLeg(const Phone& phone, Codec codec, const std::string& key) {
  auto info = engine_->Open(key);
  EXPECT_TRUE(info.has_value());
  Leg leg{.id = info->id, .port = info->rtp_port, .remote = {}};
  leg.remote.rules.signalled = phone.address();
  leg.remote.codec = codec;
  leg.remote.payload_type = PayloadTypeOf(codec);
  leg.remote.receive_g722 = PayloadTypeOf(Codec::kG722);
  leg.remote.dtmf_send = 96;
  leg.remote.dtmf_receive = 101;
  leg.remote.answered = true;
  Update(leg);
  return leg;
}

void World::Update(Leg& leg) {
  const auto status = engine_->SetRemote(leg.id, leg.remote);
  EXPECT_TRUE(status.has_value()) << status.error().message;
}

void World::Run(std::chrono::milliseconds time, const std::vector<Phone*>& phones,
                const Frame& each) {
  const auto collect = [this](const MediaEvent& event) { events_.push_back(event); };
  const auto start = std::chrono::steady_clock::now();
  for (auto due = start; due < start + time; due += std::chrono::milliseconds(20)) {
    std::this_thread::sleep_until(due);
    each();
    for (Phone* phone : phones) phone->Poll();
    engine_->Drain(collect);
  }
  std::this_thread::sleep_until(start + time);
  for (Phone* phone : phones) phone->Poll();
  engine_->Drain(collect);
}

void World::DrainUntil(MediaEventKind kind) {
  const auto collect = [this](const MediaEvent& event) { events_.push_back(event); };
  for (int i = 0; i < 50 && EventsOf(kind).empty(); ++i) {
    pollfd waiting{engine_->event_fd(), POLLIN, 0};
    ::poll(&waiting, 1, 100);
    engine_->Drain(collect);
  }
  EXPECT_FALSE(EventsOf(kind).empty());
}

std::vector<MediaEvent> World::EventsOf(MediaEventKind kind) const {
  std::vector<MediaEvent> out;
  for (const auto& event : events_) {
    if (event.kind == kind) out.push_back(event);
  }
  return out;
}

EndpointStats World::StatsOf(EndpointId id) {
  std::erase_if(events_, [](const MediaEvent& e) { return e.kind == MediaEventKind::kStats; });
  EXPECT_TRUE(engine_->RequestStats(id).has_value());
  DrainUntil(MediaEventKind::kStats);
  const auto found = EventsOf(MediaEventKind::kStats);
  return found.empty() ? EndpointStats{} : found.back().stats;
}

EndpointStats World::CloseLeg(EndpointId id) {
  std::erase_if(events_, [](const MediaEvent& e) { return e.kind == MediaEventKind::kClosed; });
  EXPECT_TRUE(engine_->Close(id).has_value());
  DrainUntil(MediaEventKind::kClosed);
  const auto found = EventsOf(MediaEventKind::kClosed);
  return found.empty() ? EndpointStats{} : found.back().stats;
}

}  // namespace callfleet::sip_edge::media
