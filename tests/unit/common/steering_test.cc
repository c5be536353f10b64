// What people ask for calls in progress: read the same by all owners of calls, answered once.
#include <gtest/gtest.h>

#include <vector>

#include "common/grpc_server/call_action.h"
#include "common/steering/steer_book.h"
#include "common/steering/used_requests.h"

namespace callfleet {
namespace {

using grpc_server::CheckSteer;
using grpc_server::ReadAction;
using Action = common::v1::CallAction;

std::string FaultOf(const Action& action) {
  const auto read = ReadAction(action);
  return read ? "none" : read.error().fields.at(0).field;
}

TEST(CallAction, ATransferHasOneTarget) {
  Action action;
  action.mutable_transfer()->mutable_target()->set_agent_id("bob");
  EXPECT_EQ(ReadAction(action)->to_agent, AgentId("bob"));
  action.mutable_transfer()->mutable_target()->set_number("+4930123");
  EXPECT_EQ(ReadAction(action)->to_number, "+4930123");
  action.mutable_transfer()->mutable_target()->set_queue_id("sales");
  EXPECT_EQ(ReadAction(action)->to_queue, QueueId("sales"));
  EXPECT_EQ(ReadAction(action)->what, SteerWhat::kTransfer);
}

TEST(CallAction, NobodyConsultsAQueue) {
  Action action;
  action.mutable_consult()->mutable_target()->set_queue_id("sales");
  EXPECT_EQ(FaultOf(action), "action.consult.target.queue_id");
}

TEST(CallAction, AFaultNamesItsField) {
  Action action;
  EXPECT_EQ(FaultOf(action), "action");
  auto* target = action.mutable_transfer()->mutable_target();
  EXPECT_EQ(FaultOf(action), "action.transfer.target");
  target->set_number("030123");
  EXPECT_EQ(FaultOf(action), "action.transfer.target.number");
  target->set_agent_id(std::string(65, 'a'));
  EXPECT_EQ(FaultOf(action), "action.transfer.target.agent_id");
  EXPECT_EQ(CheckSteer("", "call").error().fields.at(0).field, "request_id");
  EXPECT_EQ(CheckSteer("r", "").error().fields.at(0).field, "call_id");
  EXPECT_TRUE(CheckSteer("r", "call"));
}

TEST(UsedRequests, AnIdThatComesAgainWithSomethingElseIsRefused) {
  UsedRequests used;
  EXPECT_TRUE(used.Use("r", "a"));
  EXPECT_TRUE(used.Use("r", "a"));
  const auto other = used.Use("r", "b");
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().reason, "IDEMPOTENCY_KEY_REUSED");
  EXPECT_EQ(other.error().fields.at(0).field, "request_id");
}

TEST(UsedRequests, TheNewestAreRemembered) {
  UsedRequests used;
  for (std::size_t i = 0; i <= UsedRequests::kMost; ++i) {
    EXPECT_TRUE(used.Use(std::to_string(i), "a"));
  }
  EXPECT_TRUE(used.Use("0", "b"));
  EXPECT_FALSE(used.Use(std::to_string(UsedRequests::kMost), "b"));
}

TEST(SteerBook, ARepeatIsAnsweredAsTheFirstTimeAndNotTakenUpAgain) {
  SteerBook book;
  std::vector<std::optional<Error>> answers;
  const auto answer = [&](std::optional<Error> refused) { answers.push_back(std::move(refused)); };
  EXPECT_TRUE(book.Takes("r", answer));
  EXPECT_FALSE(book.Takes("r", answer));
  EXPECT_TRUE(answers.empty()) << "answered with the first";
  book.Settle("r", Error{.code = ErrorCode::kFailedPrecondition, .reason = "FULL"});
  book.Settle("r", std::nullopt);
  EXPECT_FALSE(book.Takes("r", answer));
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0]->reason, "FULL") << "the first answer stands";
}

TEST(SteerBook, AnAnswerMayNameSomethingElse) {
  SteerBook book;
  book.Begin("r");
  book.Settle("r", std::nullopt, "t");
  book.Settle("r", std::nullopt, "u");
  EXPECT_EQ(book.NamedBy("r"), "t");
  EXPECT_FALSE(book.AnswerOf("r"));
}

TEST(SteerBook, TheOldestRequestsAreForgotten) {
  SteerBook book;
  const auto nobody = [](const auto&) {};
  for (std::size_t n = 0; n <= SteerBook::kMost; ++n) book.Takes(std::to_string(n), nobody);
  EXPECT_EQ(book.size(), SteerBook::kMost);
  EXPECT_TRUE(book.Takes("0", nobody));
}

}  // namespace
}  // namespace callfleet
