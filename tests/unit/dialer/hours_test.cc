// Leads outside their hours are held by the campaign, not row by row.
#include "tests/unit/dialer/campaign_story.h"

namespace callfleet::dialer {
namespace {

class Hours : public CampaignStory {
 protected:
  Hours() {
    zones.offset_minutes["Far/East"] = 10 * 60;  // 22:00 there: opens in eleven hours.
    zones.offset_minutes["Far/West"] = -5 * 60;  // 7:00 there: opens in two hours.
  }
  void Page(std::vector<Lead> leads) {
    Happens(
        PageLoaded{.generation = model.book.generation, .leads = std::move(leads), .next_due = {}});
  }
  void StartWithPage(std::vector<Lead> leads) {
    Happens(EdgeUp{EdgeId("e1"), BootId("b1"), {}});
    Happens(TrunkPublished{TrunkState::kUp, std::nullopt});
    Happens(SessionChanged{true});
    Happens(Verb{CampaignEvent::kStart});
    Page(std::move(leads));
  }
  Lead In(int n, const std::string& zone) {
    Lead lead = MakeLead(n);
    lead.zone = zone;
    return lead;
  }
  ClosedHours LastPageLeavesOut() const { return Acts<LoadPage>().back().closed; }
};

TEST_F(Hours, ACampaignOutsideItsHoursWritesOneDecisionAndNoLead) {
  model.settings.time_zone = "Far/East";
  StartWith(200);
  EXPECT_TRUE(Acts<SendDemand>().empty());
  EXPECT_TRUE(Writes<SettleLead>().empty());
  ASSERT_EQ(Writes<NoteDecision>().size(), 1u);
  EXPECT_EQ(Writes<NoteDecision>()[0].decision.reason, GateReason::kWindowClosed);
  EXPECT_EQ(Writes<NoteDecision>()[0].decision.retry_at, now.wall + 11h);
  EXPECT_TRUE(LastPageLeavesOut().zoneless);
  Page({});
  EXPECT_EQ(model.state, CampaignState::kRunning);
  EXPECT_EQ(model.waits, WaitReason::kWindow);
  EXPECT_EQ(ViewOf(model).next_due, now.wall + 11h);
  EXPECT_EQ(model.counters.Leads(LeadState::kQueued), 200);
  EXPECT_FALSE(model.book.page_pending);
}

TEST_F(Hours, LeadsWhoseHoursAreOpenGoAheadOfThoseThatWait) {
  StartWithPage({In(1, "Far/East"), In(2, "UTC"), In(3, "Far/West")});
  EXPECT_EQ(model.lines.begin()->second.lead.id, LeadId("l2"));
  EXPECT_EQ(Writes<NoteDecision>().size(), 1u);  // Far/West has not been looked at.
}

TEST_F(Hours, EachZoneOpensAtItsOwnTime) {
  StartWithPage({In(1, "Far/East"), In(2, "Far/West")});
  EXPECT_EQ(Writes<NoteDecision>().size(), 2u);
  EXPECT_EQ(LastPageLeavesOut().zones.size(), 2u);
  Page({});
  EXPECT_EQ(ViewOf(model).next_due, now.wall + 2h);
  Pass(2h);
  Forget();
  Happens(TimerFired{TimerKind::kLeadsDue,
                     model.timer_generation[static_cast<std::size_t>(TimerKind::kLeadsDue)]});
  EXPECT_EQ(LastPageLeavesOut().zones, std::vector<std::string>{"Far/East"});
  Page({In(2, "Far/West")});
  EXPECT_EQ(model.lines.begin()->second.lead.id, LeadId("l2"));
  EXPECT_EQ(ViewOf(model).next_due, now.wall + 9h);
}

TEST_F(Hours, NewHoursAreLookedAtAtOnce) {
  model.settings.time_zone = "Far/East";
  StartWith(3);
  Page({});
  CampaignSettings around_the_clock = model.settings;
  around_the_clock.window = {.from_minute = 0, .to_minute = 1440};
  Happens(SettingsChanged{around_the_clock});
  EXPECT_FALSE(LastPageLeavesOut().zoneless);
  Table(3);
  EXPECT_EQ(model.lines.size(), 1u);
}

TEST_F(Hours, HoursThatCloseWhileTheGateIsAskedKeepTheLeadQueued) {
  StartWith(1);
  const AttemptId id = Grant();
  Pass(8h);  // 20:00.
  Gate(id);
  EXPECT_TRUE(Writes<SettleLead>().empty());
  EXPECT_EQ(Writes<ReleaseNumber>().size(), 1u);
  EXPECT_EQ(model.counters.Leads(LeadState::kQueued), 1);
  EXPECT_TRUE(Acts<RingAgent>().empty());
}

}  // namespace
}  // namespace callfleet::dialer
