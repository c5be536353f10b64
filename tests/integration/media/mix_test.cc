// Who hears whom, by ear: every leg sends a tone of its own.
#include <algorithm>

#include "tests/integration/media/world.h"

namespace callfleet::sip_edge::media {
namespace {

using std::chrono::milliseconds;

constexpr double kVoiceHz = 500;
constexpr double kOtherVoiceHz = 1300;
constexpr double kSupervisorHz = 2100;
constexpr double kHeard = 0.25;  // Of the energy: two tones share it, three do.
constexpr double kNotHeard = 0.01;

enum class Mode { kTalk, kListen, kWhisper, kBarge };

class Supervised : public World {
 protected:
  void Open(Codec agent_law, Codec customer_law, Codec supervisor_law) {
    agent_ = std::make_unique<Phone>(agent_law, "127.0.0.1", 1);
    customer_ = std::make_unique<Phone>(customer_law, "127.0.0.1", 2);
    supervisor_ = std::make_unique<Phone>(supervisor_law, "127.0.0.1", 3);
    a_ = OpenLeg(*agent_, agent_law);
    c_ = OpenLeg(*customer_, customer_law);
    s_ = OpenLeg(*supervisor_, supervisor_law, "elsewhere");
    ASSERT_TRUE(engine_->Bridge(a_.id, c_.id).has_value());
  }
  void SetRow(EndpointId listener, const std::vector<RowSource>& row) {
    const auto status = engine_->SetRow(listener, row);
    EXPECT_TRUE(status.has_value()) << status.error().message;
  }
  void Switch(Mode mode) {
    const auto a = RowSource::Leg(a_.id);
    const auto c = RowSource::Leg(c_.id);
    const auto s = RowSource::Leg(s_.id);
    using Row = std::vector<RowSource>;
    SetRow(a_.id, mode >= Mode::kWhisper ? Row{c, s} : Row{c});
    SetRow(c_.id, mode >= Mode::kBarge ? Row{a, s} : Row{a});
    SetRow(s_.id, mode >= Mode::kListen ? Row{a, c} : Row{});
  }
  std::vector<Phone*> All() { return {agent_.get(), customer_.get(), supervisor_.get()}; }
  void Talk(milliseconds time) {
    Run(time, All(), [this] {
      agent_->SendFrame(a_.port, kVoiceHz);
      customer_->SendFrame(c_.port, kOtherVoiceHz);
      supervisor_->SendFrame(s_.port, kSupervisorHz);
    });
  }
  // Talks in `mode` and then checks what each hears.
  void ExpectHeard(Mode mode) {
    Switch(mode);
    Talk(milliseconds(120));
    for (Phone* phone : All()) phone->Forget();
    Talk(milliseconds(400));
    const auto hears = [](const Phone& phone, double hz, bool expected, const char* what) {
      const double share = phone.ShareOf(hz);
      EXPECT_TRUE(expected ? share > kHeard : share < kNotHeard) << what << ": " << share;
    };
    hears(*agent_, kOtherVoiceHz, true, "the agent hears the customer");
    hears(*agent_, kSupervisorHz, mode >= Mode::kWhisper, "the agent hears the supervisor");
    hears(*agent_, kVoiceHz, false, "the agent hears itself");
    hears(*customer_, kVoiceHz, true, "the customer hears the agent");
    hears(*customer_, kSupervisorHz, mode >= Mode::kBarge, "the customer hears the supervisor");
    hears(*supervisor_, kVoiceHz, mode >= Mode::kListen, "the supervisor hears the agent");
    hears(*supervisor_, kOtherVoiceHz, mode >= Mode::kListen, "the supervisor hears the customer");
    hears(*supervisor_, kSupervisorHz, false, "the supervisor hears itself");
  }

  std::unique_ptr<Phone> agent_;
  std::unique_ptr<Phone> customer_;
  std::unique_ptr<Phone> supervisor_;
  Leg a_, c_, s_;
};

TEST_F(Supervised, EachModeIsHeardAsItIsMeantInMuLaw) {
  Open(Codec::kPcmu, Codec::kPcmu, Codec::kPcmu);
  for (const Mode mode :
       {Mode::kTalk, Mode::kListen, Mode::kWhisper, Mode::kBarge, Mode::kListen}) {
    ExpectHeard(mode);
  }
}

TEST_F(Supervised, EachModeIsHeardAsItIsMeantInALawAndAcrossTheLaws) {
  Open(Codec::kPcma, Codec::kPcmu, Codec::kPcma);
  for (const Mode mode : {Mode::kListen, Mode::kWhisper, Mode::kBarge, Mode::kTalk}) {
    ExpectHeard(mode);
  }
}

TEST_F(Supervised, SwitchingModesShowsNobodyAnotherStreamOrAGap) {
  Open(Codec::kPcmu, Codec::kPcmu, Codec::kPcmu);
  Switch(Mode::kListen);
  Talk(milliseconds(100));
  for (Phone* phone : All()) phone->Forget();
  for (const Mode mode : {Mode::kWhisper, Mode::kBarge, Mode::kListen, Mode::kTalk, Mode::kBarge}) {
    Switch(mode);
    Talk(milliseconds(160));
  }
  for (Phone* phone : All()) {
    EXPECT_EQ(phone->Discontinuity(), "");
    const auto& heard = phone->heard();
    EXPECT_GE(heard.size(), 5 * 8 - 5U);
    std::uint32_t widest = 0;
    for (std::size_t i = 1; i < heard.size(); ++i) {
      widest = std::max(widest, heard[i].header.timestamp - heard[i - 1].header.timestamp);
    }
    EXPECT_LE(widest, 3 * 160U);  // 1 frame of gap, and the scheduling of a loaded test machine.
  }
}

TEST_F(Supervised, ListeningChangesNotOneByteOfWhatTheCustomerAndTheAgentHear) {
  Open(Codec::kPcmu, Codec::kPcmu, Codec::kPcma);
  Talk(milliseconds(200));
  Switch(Mode::kListen);
  Talk(milliseconds(400));
  SetRow(s_.id, {});
  Talk(milliseconds(200));
  const auto same = [](const Phone& speaker, const Phone& listener) {
    const auto& heard = listener.heard();
    const auto& sent = speaker.sent();
    const std::size_t first = 3;  // What came before the SDP is dropped.
    ASSERT_GE(heard.size() + first, sent.size());
    for (std::size_t back = 1; back + first <= sent.size(); ++back) {
      ASSERT_EQ(heard[heard.size() - back].payload, sent[sent.size() - back]) << back;
    }
    EXPECT_EQ(listener.Discontinuity(), "");
  };
  same(*agent_, *customer_);
  same(*customer_, *agent_);
}

TEST_F(Supervised, TheSupervisorLeavesAndTheOthersAreAsBefore) {
  Open(Codec::kPcmu, Codec::kPcmu, Codec::kPcmu);
  Switch(Mode::kBarge);
  Talk(milliseconds(200));
  CloseLeg(s_.id);
  Talk(milliseconds(100));
  const auto relayed = engine_->Counters().packets_relayed;
  const auto mixed = engine_->Counters().frames_mixed;
  for (Phone* phone : All()) phone->Forget();
  Talk(milliseconds(200));
  EXPECT_GT(customer_->ShareOf(kVoiceHz), 0.9);
  EXPECT_GT(agent_->ShareOf(kOtherVoiceHz), 0.9);
  EXPECT_GE(engine_->Counters().packets_relayed, relayed + 18);  // Passed through again.
  EXPECT_EQ(engine_->Counters().frames_mixed, mixed);
}

TEST_F(Supervised, AKeyOfTheCustomerReachesTheAgentThroughAMix) {
  Open(Codec::kPcmu, Codec::kPcmu, Codec::kPcmu);
  Switch(Mode::kWhisper);
  Talk(milliseconds(100));
  customer_->SendKeyPacket(c_.port, 101, {.event = 5, .end = false, .duration = 160});
  Talk(milliseconds(300));
  const auto keys =
      std::count_if(agent_->heard().begin(), agent_->heard().end(), [](const Heard& packet) {
        return packet.header.payload_type == 96 && packet.payload[0] == 5;
      });
  EXPECT_GE(keys, 5);
  EXPECT_TRUE(EventsOf(MediaEventKind::kDtmfSent).empty());
  EXPECT_EQ(agent_->Discontinuity().find("SSRC"), std::string::npos);
}

TEST_F(World, EightPartiesHearTheSevenOthers) {
  constexpr std::size_t kParties = 8;
  std::vector<std::unique_ptr<Phone>> phones;
  std::vector<Leg> legs;
  std::vector<Phone*> all;
  const auto hz = [](std::size_t i) { return 400.0 + 350.0 * static_cast<double>(i); };
  for (std::size_t i = 0; i < kParties; ++i) {
    const Codec law = i % 2 == 0 ? Codec::kPcmu : Codec::kPcma;
    phones.push_back(std::make_unique<Phone>(law, "127.0.0.1", static_cast<std::uint32_t>(i + 1)));
    legs.push_back(OpenLeg(*phones.back(), law, std::to_string(i)));
    all.push_back(phones.back().get());
  }
  for (std::size_t i = 0; i < kParties; ++i) {
    std::vector<RowSource> row;
    for (std::size_t other = 0; other < kParties; ++other) {
      if (other != i) row.push_back(RowSource::Leg(legs[other].id, 0.4F));
    }
    ASSERT_TRUE(engine_->SetRow(legs[i].id, row).has_value());
  }
  const auto talk = [&] {
    for (std::size_t i = 0; i < kParties; ++i) phones[i]->SendFrame(legs[i].port, hz(i));
  };
  Run(milliseconds(160), all, talk);
  for (Phone* phone : all) phone->Forget();
  Run(milliseconds(400), all, talk);
  for (std::size_t i = 0; i < kParties; ++i) {
    for (std::size_t other = 0; other < kParties; ++other) {
      const double share = phones[i]->ShareOf(hz(other));
      if (other == i) {
        EXPECT_LT(share, 0.01) << i;
      } else {
        EXPECT_GT(share, 0.05) << i << " hears " << other;
      }
    }
  }
}

TEST_F(World, ATonePlaysUnderTheOtherAndAGainMakesItQuiet) {
  Phone agent;
  Phone customer;
  const auto a = OpenLeg(agent);
  const auto c = OpenLeg(customer);
  const std::array row{RowSource::Leg(c.id, 0.25F), RowSource::Player(Tone::kTest)};
  ASSERT_TRUE(engine_->SetRow(a.id, row).has_value());
  const auto talk = [&] { customer.SendFrame(c.port, 1500); };
  Run(milliseconds(120), {&agent}, talk);
  agent.Forget();
  Run(milliseconds(400), {&agent}, talk);
  EXPECT_GT(agent.ShareOf(1004), 0.7);  // 5,000 against 2,000.
  EXPECT_GT(agent.ShareOf(1500), 0.08);
}

}  // namespace
}  // namespace callfleet::sip_edge::media
