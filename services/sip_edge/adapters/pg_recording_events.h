#pragma once
// Recordings that are over as events of the outbox: the folder's notes say which are told, so that
// each is, whatever dies meanwhile. One thread, one connection.
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "common/logging/logger.h"
#include "common/pg/outbox.h"
#include "common/pg/session.h"
#include "services/sip_edge/adapters/recording_folder.h"

namespace callfleet::sip_edge {

class PgRecordingEvents {
 public:
  struct Parts {
    pg::SessionOptions database;
    std::string edge_id;  // Its stream is "edge:<id>".
    std::function<std::string(const RecordingInfo&)> payload;
    std::function<void()> on_committed;  // Wakes readers.
    std::int64_t partition_rows = pg::OutboxWriter::kPartitionRows;
  };
  // What is untold in the folder is told at once.
  PgRecordingEvents(Parts parts, RecordingFolder& folder, logging::Logger log);
  ~PgRecordingEvents();  // Stop.
  PgRecordingEvents(const PgRecordingEvents&) = delete;
  PgRecordingEvents& operator=(const PgRecordingEvents&) = delete;

  void Wake();  // A recording is over; any thread.
  // Tries once more with what is untold; the rest is told by the next start.
  void Stop();

 private:
  void Work();
  bool TellAll();
  Status Write(const std::vector<RecordingInfo>& infos);

  const Parts parts_;
  RecordingFolder& folder_;
  logging::Logger log_;
  pg::Session session_;
  pg::OutboxWriter outbox_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool woken_ = true;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace callfleet::sip_edge
