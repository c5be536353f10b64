// More than one media thread: legs that meet come together, wherever they were opened.
#include <set>

#include "tests/integration/media/world.h"

namespace callfleet::sip_edge::media {
namespace {

using std::chrono::milliseconds;

class Shards : public World {
 protected:
  void SetUp() override { StartEngine({.threads = 4}); }
};

TEST_F(Shards, ADedicatedAgentIsBridgedToCallsOfEveryThread) {
  Phone agent;
  const auto a = OpenLeg(agent, Codec::kPcmu, "agent");
  for (int call = 0; call < 6; ++call) {
    Phone customer;
    const auto c = OpenLeg(customer, Codec::kPcmu, "call" + std::to_string(call));
    ASSERT_TRUE(engine_->Bridge(a.id, c.id).has_value());
    const auto talk = [&] {
      agent.SendFrame(a.port, 500);
      customer.SendFrame(c.port, 1500);
    };
    Run(milliseconds(60), {&agent, &customer}, talk);
    const std::size_t heard_before = agent.heard().size();
    customer.Forget();
    Run(milliseconds(200), {&agent, &customer}, talk);
    EXPECT_GT(customer.ShareOf(500), 0.9) << call;
    EXPECT_GE(agent.heard().size(), heard_before + 9) << call;
    CloseLeg(c.id);
  }
  EXPECT_EQ(agent.Discontinuity(), "");
}

TEST_F(Shards, AGroupKeepsItsRowsWhenItMoves) {
  Phone phones[4];
  std::vector<Leg> legs;
  for (int i = 0; i < 4; ++i) {
    legs.push_back(OpenLeg(phones[i], Codec::kPcmu, "key" + std::to_string(i)));
  }
  const auto hears = [&](int listener, int source) {
    const auto row = RowSource::Leg(legs[static_cast<std::size_t>(source)].id);
    return engine_->SetRow(legs[static_cast<std::size_t>(listener)].id, {&row, 1}).has_value();
  };
  // All in one breath: later rows meet legs that are still on their way.
  ASSERT_TRUE(hears(1, 0) && hears(3, 2) && hears(2, 1) && hears(0, 3));
  Run(milliseconds(500), {&phones[0], &phones[1], &phones[2], &phones[3]}, [&] {
    for (int i = 0; i < 4; ++i) {
      phones[i].SendFrame(legs[static_cast<std::size_t>(i)].port, 400 + 300 * i);
    }
  });
  for (const auto& [listener, source] : {std::pair{1, 0}, {3, 2}, {2, 1}, {0, 3}}) {
    EXPECT_GT(phones[listener].ShareOf(400 + 300 * source), 0.8) << listener;
    EXPECT_EQ(phones[listener].Discontinuity(), "");
  }
}

TEST_F(Shards, ALegThatIsClosedWhileItMovesIsClosedOnce) {
  Phone phone;
  for (int i = 0; i < 40; ++i) {
    const auto a = OpenLeg(phone, Codec::kPcmu, "a" + std::to_string(i));
    const auto b = OpenLeg(phone, Codec::kPcmu, "b" + std::to_string(i));
    ASSERT_TRUE(engine_->Bridge(a.id, b.id).has_value());
    ASSERT_TRUE(engine_->Close(b.id).has_value());
    ASSERT_TRUE(engine_->Close(a.id).has_value());
  }
  for (int i = 0; i < 100 && engine_->Counters().endpoints > 0; ++i) {
    Run(milliseconds(20), {}, [] {});
  }
  EXPECT_EQ(engine_->Counters().endpoints, 0U);
  EXPECT_EQ(EventsOf(MediaEventKind::kClosed).size(), 80U);
}

}  // namespace
}  // namespace callfleet::sip_edge::media
