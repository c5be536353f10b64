#include "services/sip_edge/adapters/pg_recording_events.h"

#include <chrono>
#include <utility>

namespace callfleet::sip_edge {

namespace {

constexpr std::size_t kToldTogether = 200;  // Events of one transaction.
constexpr std::chrono::seconds kTellLimit{5};
constexpr std::chrono::seconds kTellAgain{5};  // After the database was away.

}  // namespace

PgRecordingEvents::PgRecordingEvents(Parts parts, RecordingFolder& folder, logging::Logger log)
    : parts_(std::move(parts)),
      folder_(folder),
      log_(std::move(log)),
      session_(parts_.database),
      outbox_(parts_.partition_rows),
      thread_([this] { Work(); }) {}

PgRecordingEvents::~PgRecordingEvents() { Stop(); }

void PgRecordingEvents::Wake() {
  {
    const std::lock_guard lock(mutex_);
    woken_ = true;
  }
  wake_.notify_one();
}

void PgRecordingEvents::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  session_.Interrupt();
  if (thread_.joinable()) thread_.join();
}

void PgRecordingEvents::Work() {
  bool all = true;
  while (true) {
    {
      std::unique_lock lock(mutex_);
      const auto due = [this] { return stopping_ || woken_; };
      if (all) {
        wake_.wait(lock, due);
      } else {
        wake_.wait_for(lock, kTellAgain, due);
      }
      woken_ = false;
      if (stopping_) break;
    }
    all = TellAll();
  }
  (void)TellAll();
}

bool PgRecordingEvents::TellAll() {
  while (true) {
    const auto infos = folder_.Untold(kToldTogether);
    if (infos.empty()) return true;
    if (const auto written = Write(infos); !written) {
      log_.Warn("recordings are not told yet",
                {{"reason", written.error().reason}, {"detail", written.error().message}});
      return false;
    }
    folder_.MarkTold(infos);
    parts_.on_committed();
  }
}

Status PgRecordingEvents::Write(const std::vector<RecordingInfo>& infos) {
  std::vector<pg::OutboxEvent> events;
  for (const auto& info : infos) {
    events.push_back({.stream = "edge:" + parts_.edge_id,
                      .event_id = info.id,
                      .source = "callfleet/sip_edge",
                      .type = "callfleet.sip_edge.v1.RecordingClosed",
                      .time = info.end.value_or(info.start),
                      .subject = "call:" + info.call.str(),
                      .payload = parts_.payload(info)});
  }
  std::vector<pg::EventOfUnit> rows;
  for (const auto& event : events) rows.push_back({&event, 0});
  auto written = session_.Transact(
      [&](pg::Transaction& transaction) -> Status {
        outbox_.RolledBack();  // Its numbers are read again: this may be the second try.
        return outbox_.Append(transaction, rows);
      },
      std::chrono::steady_clock::now() + kTellLimit);
  return written;
}

}  // namespace callfleet::sip_edge
