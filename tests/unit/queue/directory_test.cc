#include "services/queue/domain/directory.h"

#include <gtest/gtest.h>

namespace callfleet::queue {
namespace {

using namespace std::chrono_literals;

QueueSettings Named(std::string name) {
  QueueSettings settings;
  settings.name = std::move(name);
  return settings;
}
Result<Directory::Created> Create(Directory* directory, const std::string& name) {
  return directory->Create(RequestId("request-" + name), Named(name), QueueId("id-" + name), {});
}

TEST(Directory, ANewQueueIsOpenAndWritten) {
  Directory directory;
  const auto created = Create(&directory, "sales");
  ASSERT_TRUE(created);
  EXPECT_EQ(created->queue.state, QueueState::kOpen);
  EXPECT_EQ(created->writes.size(), 1U);
  EXPECT_EQ(directory.Get(QueueId("id-sales"))->settings.name, "sales");
}

TEST(Directory, ARepeatedRequestAnswersAsTheFirstTimeAndWritesNothing) {
  Directory directory;
  Create(&directory, "sales");
  const auto again = directory.Create(RequestId("request-sales"), Named("sales"), QueueId("x"), {});
  ASSERT_TRUE(again);
  EXPECT_EQ(again->queue.id, QueueId("id-sales"));
  EXPECT_TRUE(again->writes.empty());
}

TEST(Directory, AKnownRequestForAnotherQueueIsRefusedByItsField) {
  Directory directory;
  Create(&directory, "sales");
  const auto other = directory.Create(RequestId("request-sales"), Named("more"), QueueId("x"), {});
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().reason, "IDEMPOTENCY_KEY_REUSED");
  EXPECT_EQ(other.error().fields.at(0).field, "request_id");
  EXPECT_EQ(directory.All().size(), 1U);
}

// What counts is what was asked for, whatever has become of the queue.
TEST(Directory, ARepeatIsAnsweredAlsoWhenTheQueueWasChangedSince) {
  Directory directory;
  auto changed = Create(&directory, "sales")->queue;
  changed.settings.name = "more";
  directory.Put(changed);
  const auto again = Create(&directory, "sales");
  ASSERT_TRUE(again);
  EXPECT_EQ(again->queue.settings.name, "more");
}

TEST(Directory, OfARequestOfAnEarlierLifeTheQueueIsTheAnswer) {
  Directory directory;
  directory.Restore({.id = QueueId("id-sales"), .settings = Named("sales")}, RequestId("r"));
  const auto again = directory.Create(RequestId("r"), Named("more"), QueueId("x"), {});
  ASSERT_TRUE(again);
  EXPECT_EQ(again->queue.id, QueueId("id-sales"));
}

TEST(Directory, ATakenNameIsRefusedWithTheIdOfItsQueue) {
  Directory directory;
  Create(&directory, "sales");
  const auto taken = directory.Create(RequestId("other"), Named("sales"), QueueId("x"), {});
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().reason, "QUEUE_NAME_TAKEN");
  EXPECT_EQ(taken.error().metadata.at("queue_id"), "id-sales");
}

TEST(Directory, PagesGoByNameToTheEnd) {
  Directory directory;
  for (const auto* name : {"c", "a", "b"}) Create(&directory, name);
  const auto first = directory.List("", 2);
  ASSERT_EQ(first.queues.size(), 2U);
  EXPECT_EQ(first.queues[0].settings.name, "a");
  const auto second = directory.List(first.next, 2);
  ASSERT_EQ(second.queues.size(), 1U);
  EXPECT_EQ(second.queues[0].settings.name, "c");
  EXPECT_EQ(second.next, "");
}

TEST(Directory, EveryFaultyFieldIsNamedAtOnce) {
  auto settings = Named("");
  settings.max_size = 0;
  settings.ring_timeout = 1ms;
  settings.skills = {{.name = "", .min_level = 11}};
  const auto checked = Check(settings);
  ASSERT_FALSE(checked);
  std::vector<std::string> fields;
  for (const auto& fault : checked.error().fields) fields.push_back(fault.field);
  EXPECT_EQ(fields, (std::vector<std::string>{"queue.name", "queue.skills[0].name",
                                              "queue.skills[0].min_level", "queue.max_size",
                                              "queue.ring_timeout"}));
}

// As an earlier release took it.
TEST(Directory, WhatIsFaultyAsItWasKeptStandsInNoWay) {
  Directory directory;
  auto settings = Named("sales");
  settings.caller_id = "030-123";
  directory.Restore({.id = QueueId("id"), .settings = settings}, RequestId("r"));
  settings.description = "Of the north.";
  EXPECT_TRUE(directory.Updated(QueueId("id"), settings));
  settings.ring_timeout = 1ms;
  const auto timeout = directory.Updated(QueueId("id"), settings);
  ASSERT_FALSE(timeout);
  ASSERT_EQ(timeout.error().fields.size(), 1U);
  EXPECT_EQ(timeout.error().fields[0].field, "queue.ring_timeout");
  settings.ring_timeout = 15s;
  settings.caller_id = "030-124";
  const auto caller_id = directory.Updated(QueueId("id"), settings);
  ASSERT_FALSE(caller_id);
  EXPECT_EQ(caller_id.error().fields.at(0).field, "queue.caller_id");
}

TEST(Directory, AFaultyExitAsItWasKeptStandsInNoWayEither) {
  Directory directory;
  auto settings = Named("sales");
  settings.exits = {{.digit = 'x', .destination = ToNumber{.number = "030-123"}}};
  directory.Restore({.id = QueueId("id"), .settings = settings}, RequestId("r"));
  settings.description = "Of the north.";
  EXPECT_TRUE(directory.Updated(QueueId("id"), settings));
  settings.exits.push_back({.digit = '2', .destination = ToRejection{.sip_code = 480}});
  const auto updated = directory.Updated(QueueId("id"), settings);
  ASSERT_FALSE(updated);
  EXPECT_EQ(updated.error().fields.at(0).field, "queue.exits[0].digit");
}

TEST(Directory, ADigitForCallbacksNeedsThemThoughItIsAsItWas) {
  Directory directory;
  auto settings = Named("sales");
  settings.callback = CallbackPolicy{.trunk = TrunkId("t")};
  settings.exits = {{.digit = '1', .destination = {}}};
  directory.Restore({.id = QueueId("id"), .settings = settings}, RequestId("r"));
  settings.callback.reset();
  const auto updated = directory.Updated(QueueId("id"), settings);
  ASSERT_FALSE(updated);
  EXPECT_EQ(updated.error().fields.at(0).field, "queue.exits[0].callback");
}

TEST(Directory, RulesLeadOnlyToQueuesThatAreThere) {
  Directory directory;
  Create(&directory, "sales");
  auto settings = Named("more");
  settings.overflow_queue = "nope";
  settings.exits = {{.digit = '1', .destination = ToQueue{QueueId("id-sales")}},
                    {.digit = '2', .destination = ToQueue{QueueId("nope")}}};
  settings.on_full = ToQueue{QueueId("nope")};
  settings.on_closed = ToQueue{DirectQueue()};
  const auto fields = [](const auto& answer) {
    std::vector<std::string> named;
    for (const auto& fault : answer.error().fields) named.push_back(fault.field);
    return named;
  };
  const std::vector<std::string> faulty{"queue.overflow_queue_id",
                                        "queue.exits[1].destination.queue_id",
                                        "queue.on_full.queue_id", "queue.on_closed.queue_id"};
  const auto created = directory.Create(RequestId("r"), settings, QueueId("id-more"), {});
  ASSERT_FALSE(created);
  EXPECT_EQ(created.error().reason, "QUEUE_NOT_FOUND");
  EXPECT_EQ(fields(created), faulty);
  settings.name = "sales";
  const auto updated = directory.Updated(QueueId("id-sales"), settings);
  ASSERT_FALSE(updated);
  EXPECT_EQ(fields(updated), faulty);
}

TEST(Directory, AQueueThatRulesLeadToCannotGo) {
  Directory directory;
  Create(&directory, "sales");
  Create(&directory, "direct");
  auto settings = Named("more");
  settings.on_full = ToQueue{QueueId("id-sales")};
  ASSERT_TRUE(directory.Create(RequestId("r"), settings, QueueId("id-more"), {}));
  EXPECT_EQ(directory.MayRemove(QueueId("id-sales")).error().reason, "QUEUE_IN_USE");
  EXPECT_TRUE(directory.MayRemove(QueueId("id-direct")));
}

TEST(Directory, AnUnknownQueueIsNotFound) {
  EXPECT_EQ(Directory().Get(QueueId("x")).error().reason, "QUEUE_NOT_FOUND");
}

TEST(Directory, NamesAreCountedInCharactersAndAreOneLine) {
  const auto named = [](const std::string& name) { return Check(Named(name)).has_value(); };
  std::string umlauts;
  for (int i = 0; i < 64; ++i) umlauts += "\u00fc";
  EXPECT_TRUE(named(umlauts));
  EXPECT_FALSE(named(umlauts + "u"));
  EXPECT_FALSE(named("a\tb"));
  EXPECT_FALSE(named("a\nb"));
  EXPECT_FALSE(named("  "));
}

}  // namespace
}  // namespace callfleet::queue
