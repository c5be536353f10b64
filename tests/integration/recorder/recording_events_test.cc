// Recordings as events on a real PostgreSQL: each is told once, whatever is away or dies.
#include "services/sip_edge/adapters/pg_recording_events.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <future>

#include "common/pg/migrate.h"
#include "common/pg/outbox_log.h"
#include "services/sip_edge/adapters/schema.h"
#include "tests/support/private_postgres.h"

namespace callfleet::sip_edge {
namespace {

using callfleet::test::PrivatePostgres;

class RecordingEventsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directories(path_);
    ASSERT_TRUE(pg::Migrate(database_, Migrations()));
    StartEdge();
  }
  void TearDown() override {
    StopEdge();
    std::filesystem::remove_all(path_);
  }
  void StartEdge() {
    logging::Logger log("test");
    log.SetLevel(logging::Level::kError);
    folder_ = std::make_unique<RecordingFolder>(path_.string(), log);
    ASSERT_TRUE(folder_->Load());
    events_ = std::make_unique<PgRecordingEvents>(
        PgRecordingEvents::Parts{
            .database = database_,
            .edge_id = "edge-1",
            .payload = [](const RecordingInfo& info) { return info.id + " " + info.reason; },
            .on_committed =
                [this] {
                  const std::lock_guard lock(mutex_);
                  ++commits_;
                  committed_.notify_all();
                }},
        *folder_, log);
  }
  void StopEdge() {
    events_.reset();
    folder_.reset();
  }
  void Close(const std::string& id, const std::string& reason = {}) {
    RecordingInfo info{.id = id, .call = CallId("call-" + id), .file_name = id + ".wav"};
    info.state = reason.empty() ? RecordingState::kDone : RecordingState::kFailed;
    info.reason = reason;
    info.end = info.start;
    ASSERT_TRUE(folder_->Save(info));
    events_->Wake();
  }
  // Until everything that is over is told.
  bool AllTold() {
    std::unique_lock lock(mutex_);
    return committed_.wait_for(lock, std::chrono::seconds(20),
                               [this] { return folder_->Untold(1).empty(); });
  }
  std::vector<events::LoggedEvent> Read() {
    pg::Pool pool({.session = database_, .threads = 1});
    pg::OutboxLog log(&pool);
    std::promise<Result<std::vector<events::LoggedEvent>>> got;
    log.Read("", 100, [&](auto events) { got.set_value(std::move(events)); });
    auto events = got.get_future().get();
    EXPECT_TRUE(events);
    return events ? *std::move(events) : std::vector<events::LoggedEvent>();
  }
  std::vector<std::string> Payloads() {
    std::vector<std::string> out;
    for (const auto& event : Read()) out.push_back(event.payload);
    return out;
  }

  const std::filesystem::path path_ =
      std::filesystem::temp_directory_path() / ("recording-events-" + std::to_string(::getpid()));
  const pg::SessionOptions database_ = PrivatePostgres::Shared().FreshSchema();
  std::unique_ptr<RecordingFolder> folder_;
  std::unique_ptr<PgRecordingEvents> events_;

 private:
  std::mutex mutex_;
  std::condition_variable committed_;
  int commits_ = 0;
};

using Texts = std::vector<std::string>;

TEST_F(RecordingEventsTest, ARecordingThatIsOverIsAnEventOfItsEdge) {
  Close("a");
  ASSERT_TRUE(AllTold());
  const auto events = Read();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].id, "a");
  EXPECT_EQ(events[0].stream, "edge:edge-1");
  EXPECT_EQ(events[0].seq, 1);
  EXPECT_EQ(events[0].source, "callfleet/sip_edge");
  EXPECT_EQ(events[0].type, "callfleet.sip_edge.v1.RecordingClosed");
  EXPECT_EQ(events[0].subject, "call:call-a");
}

TEST_F(RecordingEventsTest, WhatWasToldIsNotToldAgainByTheNextStart) {
  Close("a");
  ASSERT_TRUE(AllTold());
  StopEdge();
  StartEdge();
  Close("b", "DISK_FULL");
  ASSERT_TRUE(AllTold());
  EXPECT_EQ(Payloads(), (Texts{"a ", "b DISK_FULL"}));
}

// As after kill -9: the notes are on disk, nobody has told of them, one file is still open.
TEST_F(RecordingEventsTest, WhatADeadEdgeCouldNotTellIsToldByTheNextStart) {
  events_.reset();
  RecordingInfo over{.id = "a", .call = CallId("call-a"), .file_name = "a.wav"};
  over.state = RecordingState::kDone;
  ASSERT_TRUE(folder_->Save(over));
  RecordingInfo open{.id = "b", .call = CallId("call-b"), .file_name = "b.wav"};
  open.start = WallTime(std::chrono::seconds(1));
  ASSERT_TRUE(folder_->Save(open));
  std::ofstream(path_ / "b.wav") << std::string(44 + 32'000, '\0');
  StartEdge();
  ASSERT_TRUE(AllTold());
  EXPECT_EQ(Payloads(), (Texts{"a ", "b EDGE_RESTARTED"}));
  const auto page = folder_->List({.id = "b"});
  ASSERT_EQ(page->recordings.size(), 1U);
  EXPECT_EQ(page->recordings[0].duration, std::chrono::seconds(1));
}

TEST_F(RecordingEventsTest, WhatEndsWhileTheDatabaseIsAwayIsToldWhenItIsBack) {
  Close("a");
  ASSERT_TRUE(AllTold());
  PrivatePostgres::Shared().Stop();
  Close("b");
  PrivatePostgres::Shared().Start();
  ASSERT_TRUE(AllTold());
  EXPECT_EQ(Payloads(), (Texts{"a ", "b "}));
}

TEST_F(RecordingEventsTest, AnotherProcessOfTheSameEdgeCostsNoEventAndNoNumber) {
  Close("a");
  ASSERT_TRUE(AllTold());
  pg::Session session(database_);
  pg::OutboxWriter other;
  const pg::OutboxEvent event{.stream = "edge:edge-1", .event_id = "x", .payload = "x"};
  ASSERT_TRUE(session.Transact(
      [&](pg::Transaction& transaction) {
        other.RolledBack();
        return other.Append(transaction, {{&event, 0}});
      },
      std::chrono::steady_clock::now() + std::chrono::seconds(5)));
  Close("b");
  ASSERT_TRUE(AllTold());
  const auto events = Read();
  ASSERT_EQ(events.size(), 3U);
  EXPECT_EQ(events[2].id, "b");
  EXPECT_EQ(events[2].seq, 3);
}

}  // namespace
}  // namespace callfleet::sip_edge
