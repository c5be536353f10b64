// Everything has a limit, and says what happens at it.
#include "tests/integration/media/world.h"

namespace callfleet::sip_edge::media {
namespace {

using std::chrono::milliseconds;

TEST_F(World, TheLastEndpointIsRefusedAndAClosedOneMakesRoom) {
  StartEngine({.max_endpoints = 2});
  const auto first = engine_->Open("x");
  ASSERT_TRUE(engine_->Open("x").has_value());
  const auto third = engine_->Open("x");
  ASSERT_FALSE(third.has_value());
  EXPECT_EQ(third.error().code, ErrorCode::kResourceExhausted);
  EXPECT_EQ(third.error().reason, "TOO_MANY_ENDPOINTS");
  CloseLeg(first->id);
  EXPECT_TRUE(engine_->Open("x").has_value());
}

TEST_F(World, WithoutAFreePortAnEndpointIsRefused) {
  StartEngine({.port_min = 30000, .port_max = 30003});
  ASSERT_TRUE(engine_->Open("x").has_value());
  ASSERT_TRUE(engine_->Open("x").has_value());
  EXPECT_EQ(engine_->Open("x").error().reason, "NO_FREE_PORT");
}

TEST_F(World, AClosedEndpointIsNotFoundAndItsSlotIsAnothers) {
  const auto old = engine_->Open("x");
  CloseLeg(old->id);
  const auto fresh = engine_->Open("x");
  EXPECT_EQ(fresh->id.slot, old->id.slot);
  EXPECT_EQ(engine_->Close(old->id).error().reason, "ENDPOINT_NOT_FOUND");
  EXPECT_EQ(engine_->SetRow(old->id, {}).error().reason, "ENDPOINT_NOT_FOUND");
  EXPECT_EQ(engine_->Counters().endpoints, 1U);
}

TEST_F(World, ARowThatIsRefusedLeavesTheOldOne) {
  Phone agent;
  Phone customer;
  const auto a = OpenLeg(agent);
  const auto c = OpenLeg(customer);
  ASSERT_TRUE(engine_->Bridge(a.id, c.id).has_value());
  const auto reason = [&](std::span<const RowSource> row) {
    return engine_->SetRow(a.id, row).error().reason;
  };
  const std::vector<RowSource> nine(9, RowSource::Leg(c.id));
  EXPECT_EQ(reason(nine), "TOO_MANY_SOURCES");
  const std::array tones{RowSource::Player(Tone::kBusy), RowSource::Player(Tone::kZip)};
  EXPECT_EQ(reason(tones), "INVALID_ARGUMENT");
  const std::array twice{RowSource::Leg(c.id), RowSource::Leg(c.id)};
  EXPECT_EQ(reason(twice), "INVALID_ARGUMENT");
  const auto loud = RowSource::Leg(c.id, 4.5F);
  EXPECT_EQ(reason({&loud, 1}), "INVALID_ARGUMENT");
  const auto self = RowSource::Leg(a.id);
  EXPECT_EQ(reason({&self, 1}), "INVALID_ARGUMENT");
  Run(milliseconds(300), {&agent}, [&] { customer.SendFrame(c.port, 1500); });
  EXPECT_GT(agent.ShareOf(1500), 0.8);
}

TEST_F(World, ASeventeenthListenerIsRefused) {
  Phone phone;
  const auto source = OpenLeg(phone);
  const auto hears = RowSource::Leg(source.id);
  for (std::size_t i = 0; i < kMaxListeners; ++i) {
    ASSERT_TRUE(engine_->SetRow(OpenLeg(phone).id, {&hears, 1}).has_value());
  }
  EXPECT_EQ(engine_->SetRow(OpenLeg(phone).id, {&hears, 1}).error().reason, "TOO_MANY_LISTENERS");
}

TEST(MediaEngine, ABadConfigNamesItsField) {
  const SystemClock clock;
  const auto field = [&](const MediaConfig& config) {
    return MediaEngine::Start(config, clock, 1).error().fields.at(0).field;
  };
  EXPECT_EQ(field({.bind_address = "localhost"}), "media.bind_address");
  EXPECT_EQ(field({.port_min = 20001}), "media.port_min");
  EXPECT_EQ(field({.port_max = 40001}), "media.port_max");
  EXPECT_EQ(field({.threads = 0}), "media.threads");
  EXPECT_EQ(field({.max_endpoints = 0}), "media.max_endpoints");
  EXPECT_EQ(field({.dscp = 64}), "media.dscp");
}

TEST_F(World, ABadRemoteNamesItsFieldAndChangesNothing) {
  Phone phone;
  auto leg = OpenLeg(phone);
  leg.remote.payload_type = 128;
  EXPECT_EQ(engine_->SetRemote(leg.id, leg.remote).error().fields.at(0).field, "payload_type");
  leg.remote.payload_type = 0;
  leg.remote.ptime_ms = 25;
  EXPECT_EQ(engine_->SetRemote(leg.id, leg.remote).error().fields.at(0).field, "ptime_ms");
}

TEST_F(World, AControlSideThatDoesNotReadLosesNoFinalFigures) {
  StartEngine({.max_endpoints = 64});
  Phone phone;
  std::vector<EndpointId> ids;
  for (int i = 0; i < 40; ++i) ids.push_back(OpenLeg(phone).id);
  for (int i = 0; i < 10'000; ++i) ASSERT_TRUE(engine_->RequestStats(ids[0]).has_value());
  for (const auto id : ids) ASSERT_TRUE(engine_->Close(id).has_value());
  std::size_t closed = 0;
  for (int i = 0; i < 100 && closed < 40; ++i) {
    Run(milliseconds(20), {}, [] {});
    closed = EventsOf(MediaEventKind::kClosed).size();
  }
  EXPECT_EQ(closed, 40U);
}

}  // namespace
}  // namespace callfleet::sip_edge::media
