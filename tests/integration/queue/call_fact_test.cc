// What a queue reads from the record of a call at an edge.
#include "services/queue/adapters/call_fact.h"

#include <gtest/gtest.h>

#include "callfleet/sip_edge/v1/call.pb.h"

namespace callfleet::queue {
namespace {

namespace edge = callfleet::sip_edge::v1;

edge::Leg* AddPhone(const char* leg, const char* agent, bool calls, edge::CallRecord* record) {
  edge::Leg* added = record->add_legs();
  added->set_leg_id(leg);
  added->set_agent_id(agent);
  added->set_role(edge::LEG_ROLE_AGENT);
  added->set_is_caller(calls);
  added->set_state(edge::LEG_STATE_ANSWERED);
  return added;
}

class PhoneThatCallsTest : public ::testing::Test {
 protected:
  PhoneThatCallsTest() {
    record.set_call_id("call");
    record.set_direction(edge::CALL_DIRECTION_INBOUND);
  }
  edge::CallRecord record;
};

TEST_F(PhoneThatCallsTest, ItIsTheCustomerAndTheReservedPhoneTheAgent) {
  AddPhone("amys", "amy", true, &record);
  AddPhone("bobs", "bob", false, &record)->set_reservation_id("r1");
  const CallFact fact = ToCallFact(record);
  ASSERT_TRUE(fact.customer);
  EXPECT_EQ(fact.customer->leg.str(), "amys");
  EXPECT_EQ(fact.from_agent.str(), "amy");
  ASSERT_EQ(fact.agents.size(), 1U);
  EXPECT_EQ(fact.agents[0].leg.str(), "bobs");
}

TEST_F(PhoneThatCallsTest, AnotherPhoneThatTakesItsPlaceIsTheCustomer) {
  auto* first = AddPhone("amys", "amy", true, &record);
  first->set_state(edge::LEG_STATE_ENDED);
  AddPhone("bobs", "bob", false, &record)->set_reservation_id("r1");
  AddPhone("amys-other", "amy", true, &record)->set_replaces_leg_id("amys");
  const CallFact fact = ToCallFact(record);
  ASSERT_TRUE(fact.customer);
  EXPECT_EQ(fact.customer->leg.str(), "amys-other");
  ASSERT_EQ(fact.agents.size(), 1U);
  EXPECT_EQ(fact.agents[0].leg.str(), "bobs");
}

TEST_F(PhoneThatCallsTest, WhereItDialsOutItIsTheOneWhoCalledAllTheSame) {
  AddPhone("amys", "amy", false, &record);
  const CallFact fact = ToCallFact(record);
  ASSERT_TRUE(fact.customer);
  EXPECT_EQ(fact.customer->leg.str(), "amys");
  EXPECT_EQ(fact.from_agent.str(), "amy");
}

}  // namespace
}  // namespace callfleet::queue
