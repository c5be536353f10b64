// What readers of the outbox are told of a call, without its tables.
#include <google/protobuf/util/time_util.h>

#include "callfleet/dialer/v1/event.pb.h"
#include "services/dialer/adapters/pg_writes.h"
#include "services/dialer/rpc/proto_events.h"
#include "tests/unit/dialer/campaign_story.h"

namespace callfleet::dialer {
namespace {

using google::protobuf::util::TimeUtil;

class Outbox : public CampaignStory {
 protected:
  // All that was told since Forget().
  std::vector<pg::OutboxEvent> Told() {
    pg::Batch batch{.lane = std::make_shared<pg::Lane>(
                        UnitToken{.unit = {UnitKind::kCampaign, "c1"}, .token = 1}),
                    .writes = {},
                    .events = {}};
    for (const auto& write : writes) AddWrite(write, "t1", {.ids = &ids, .codec = &codec}, &batch);
    return batch.events;
  }
  template <class Message>
  std::vector<Message> All() {
    std::vector<Message> found;
    for (const auto& event : Told()) {
      if (event.type != Message::descriptor()->full_name()) continue;
      EXPECT_TRUE(found.emplace_back().ParseFromString(event.payload));
    }
    return found;
  }
  std::vector<v1::AttemptChange> Changes() {
    std::vector<v1::AttemptChange> changes;
    for (const auto& event : All<v1::AttemptChanged>()) changes.push_back(event.change());
    return changes;
  }
  void Rings(const AttemptId& id) {
    CallFacts& facts = Facts(id);
    facts.customer.progressed = now.wall;
    Happens(facts);
  }

  UuidSource ids;
  ProtoEvents codec;
};

TEST_F(Outbox, ACallIsToldStepByStepEachOnce) {
  StartWith(1);
  const AttemptId call = DialNext();
  Pass(1s);
  Rings(call);
  Pass(4s);
  Answers(call);
  Pass(60s);
  Ends(call, 200);
  EXPECT_EQ(Changes(), (std::vector{v1::ATTEMPT_CHANGE_STARTED, v1::ATTEMPT_CHANGE_PLACED,
                                    v1::ATTEMPT_CHANGE_RINGING, v1::ATTEMPT_CHANGE_ANSWERED,
                                    v1::ATTEMPT_CHANGE_BRIDGED, v1::ATTEMPT_CHANGE_ENDED}));
  for (const auto& event : Told()) {
    EXPECT_EQ(event.type.find("CallEvent"), std::string::npos);
    EXPECT_EQ(event.stream, "campaign:c1");
  }
}

TEST_F(Outbox, TheEndTellsAllOfACallAndItsLead) {
  StartWith(1);
  const AttemptId call = DialNext();
  Pass(1s);
  Rings(call);
  Pass(4s);
  Answers(call);
  Pass(60s);
  Ends(call, 200);
  const auto end = All<v1::AttemptChanged>().back();
  const auto& attempt = end.attempt();
  EXPECT_EQ(attempt.attempt_id(), call.str());
  EXPECT_EQ(attempt.campaign_id(), "c1");
  EXPECT_EQ(attempt.trunk_id(), "t1");
  EXPECT_EQ(attempt.agent_id(), "a1");
  EXPECT_EQ(attempt.reservation_id(), "r1");
  EXPECT_EQ(attempt.edge_id(), "e1");
  EXPECT_EQ(attempt.sip_code(), 200);
  EXPECT_EQ(attempt.outcome(), v1::OUTCOME_COMPLETED);
  EXPECT_TRUE(attempt.counted());
  const auto seconds = [](const auto& from, const auto& to) {
    return TimeUtil::DurationToSeconds(to - from);
  };
  EXPECT_EQ(seconds(attempt.place_time(), attempt.ring_time()), 1);
  EXPECT_EQ(seconds(attempt.ring_time(), attempt.answer_time()), 4);
  EXPECT_EQ(seconds(attempt.bridge_time(), attempt.end_time()), 60);
  EXPECT_EQ(end.lead_state(), v1::LEAD_STATE_FINAL);
  EXPECT_EQ(end.lead_outcome(), v1::OUTCOME_COMPLETED);
  EXPECT_EQ(end.lead_attempts(), 1u);
  EXPECT_FALSE(end.has_lead_retry_time());
  EXPECT_FALSE(end.abandoned());
}

TEST_F(Outbox, ACallThatASupervisorTookOverIsToldAsItsAgents) {
  StartWith(1);
  const AttemptId call = DialNext();
  Answers(call);
  SupervisorTakesOver(call);
  Ends(call, 200);
  const auto end = All<v1::AttemptChanged>().back();
  EXPECT_EQ(end.attempt().outcome(), v1::OUTCOME_COMPLETED);
  EXPECT_EQ(end.attempt().agent_id(), "a1");
  EXPECT_EQ(end.attempt().agent_name(), "Ann");
}

TEST_F(Outbox, ABusyLeadIsToldWithItsCauseAndTheNextTry) {
  StartWith(1);
  Ends(DialNext(), 486);
  const auto end = All<v1::AttemptChanged>().back();
  EXPECT_EQ(end.change(), v1::ATTEMPT_CHANGE_ENDED);
  EXPECT_EQ(end.attempt().outcome(), v1::OUTCOME_BUSY);
  EXPECT_EQ(end.attempt().sip_code(), 486);
  EXPECT_EQ(end.lead_state(), v1::LEAD_STATE_QUEUED);
  EXPECT_TRUE(end.has_lead_retry_time());
  EXPECT_FALSE(end.attempt().has_answer_time());
}

TEST_F(Outbox, APersonWhoHangsUpBeforeAnAgentIsThereWasAbandoned) {
  StartWith(1);
  const AttemptId call = DialNext();
  Answers(call, false);
  Pass(3s);
  Ends(call, 200);
  const auto end = All<v1::AttemptChanged>().back();
  EXPECT_EQ(end.attempt().outcome(), v1::OUTCOME_ABANDONED);
  EXPECT_TRUE(end.abandoned());
  EXPECT_FALSE(end.attempt().has_bridge_time());
}

TEST_F(Outbox, ALeadThatMayNeverBeCalledIsToldWithoutAnAttempt) {
  StartWith(1);
  Gate(Grant(), {.suppressed = true});
  ASSERT_EQ(All<v1::LeadSettled>().size(), 1u);
  const auto lead = All<v1::LeadSettled>().front();
  EXPECT_EQ(lead.lead_id(), "l1");
  EXPECT_EQ(lead.campaign_id(), "c1");
  EXPECT_EQ(lead.state(), v1::LEAD_STATE_FINAL);
  EXPECT_EQ(lead.outcome(), v1::OUTCOME_SUPPRESSED);
  EXPECT_FALSE(lead.gate_decision().empty());
  EXPECT_TRUE(All<v1::AttemptChanged>().empty());
}

TEST_F(Outbox, ACampaignsChangesAreToldWithItsNameAndState) {
  StartWith(3);
  Happens(Verb{CampaignEvent::kPause});
  Happens(Verb{CampaignEvent::kResume});
  model.settings.name = "renamed";
  Happens(SettingsChanged{model.settings});
  Happens(Verb{CampaignEvent::kStop});
  std::vector<std::string> changes;
  for (const auto& event : All<v1::CampaignChanged>()) {
    changes.push_back(event.change() + " " + event.campaign().name());
    EXPECT_EQ(event.campaign().campaign_id(), "c1");
  }
  EXPECT_EQ(changes, (std::vector<std::string>{"started story", "paused story", "resumed story",
                                               "updated renamed", "stopped renamed"}));
  EXPECT_EQ(All<v1::CampaignChanged>().back().campaign().state(), v1::CAMPAIGN_STATE_STOPPED);
}

}  // namespace
}  // namespace callfleet::dialer
