#pragma once
// Recordings as the call logic orders them, and as they are listed afterwards.
#include <string>
#include <vector>

#include "common/result/result.h"
#include "services/sip_edge/domain/recording.h"
#include "services/sip_edge/ports/prompt_book.h"

namespace callfleet::sip_edge {

// Sofia thread; nothing here waits for a disk. What becomes of each is told later, on the same
// thread, as CallSwitch::RecordingDone.
class RecordingWriter {
 public:
  virtual ~RecordingWriter() = default;
  virtual void Open(const RecordingInfo& info) = 0;
  // Legs, pauses: what its notes say.
  virtual void Note(const RecordingInfo& info) = 0;
  virtual void Close(const RecordingInfo& info) = 0;
};

// An edge that records nothing.
class NoRecordings final : public RecordingWriter {
 public:
  void Open(const RecordingInfo&) override {}
  void Note(const RecordingInfo&) override {}
  void Close(const RecordingInfo&) override {}
};

struct RecordingPage {
  std::vector<RecordingInfo> recordings{};
  std::string next_token{};
};

// Any thread.
class RecordingShelf {
 public:
  struct Query {
    std::string call{};  // Empty: all.
    std::string id{};    // Empty: all.
    std::size_t page_size = 100;
    std::string token{};  // Of any edge's page: "START.ID", START in us since 1970.
  };
  virtual ~RecordingShelf() = default;
  // Newest first. INVALID_ARGUMENT: the token is none.
  virtual Result<RecordingPage> List(const Query& query) const = 0;
  // NOT_FOUND (RECORDING_UNKNOWN), FAILED_PRECONDITION (RECORDING_OPEN).
  virtual Result<FilePiece> Read(const std::string& id, std::uint64_t offset,
                                 std::size_t length) const = 0;
  virtual Status Delete(const std::string& id) = 0;
};

}  // namespace callfleet::sip_edge
