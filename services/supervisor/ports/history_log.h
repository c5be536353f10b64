#pragma once
// Driven: history's rows and how far each source was read, kept together. Waits; one thread a
// source.
#include <string>
#include <vector>

#include "common/result/result.h"
#include "services/supervisor/domain/history_rows.h"

namespace callfleet::supervisor {

struct HistoryBatch {
  std::string source;  // "dialer".
  std::string before;  // The cursor that this batch follows; opaque.
  std::string after;   // The cursor behind it.
  std::vector<HistoryEvent> events;
};

class HistoryLog {
 public:
  virtual ~HistoryLog() = default;
  virtual Result<std::string> Cursor(const std::string& source) = 0;  // "": from the oldest.
  // Rows and cursor in one transaction. ABORTED CURSOR_MOVED where somebody else has written
  // meanwhile: nothing was kept, the cursor is to be read again.
  virtual Status Save(const HistoryBatch& batch) = 0;
  // What followed `before` is lost; reading goes on from `resume`.
  virtual Status SaveGap(const std::string& source, const std::string& before,
                         const std::string& resume, WallTime now) = 0;
  virtual void Interrupt() = 0;  // Ends waiting for the database; any thread.
};

}  // namespace callfleet::supervisor
