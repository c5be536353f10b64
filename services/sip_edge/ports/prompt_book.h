#pragma once
// The prompts of this edge. Any thread; nothing here is on the path of a packet.
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "common/result/result.h"
#include "services/sip_edge/domain/prompt.h"

namespace callfleet::sip_edge {

inline constexpr std::size_t kMaxPromptBytes = 12 << 20;  // Of a file.

struct FilePiece {
  std::string bytes{};
  std::uint64_t size = 0;  // Of the whole.
};

class PromptBook {
 public:
  virtual ~PromptBook() = default;
  // Checks, keeps, and serves from then on; `done` on any thread. INVALID_ARGUMENT (PROMPT_FORMAT,
  // PROMPT_TOO_LONG), RESOURCE_EXHAUSTED (PROMPT_LIMIT), FAILED_PRECONDITION (NO_DATABASE).
  virtual void Upload(std::string name, std::string wav,
                      std::function<void(Result<PromptInfo>)> done) = 0;
  // NOT_FOUND (PROMPT_UNKNOWN), FAILED_PRECONDITION (PROMPT_BUILT_IN: it was never uploaded).
  virtual void Remove(std::string name, std::function<void(Status)> done) = 0;
  // By name.
  virtual std::vector<PromptInfo> List() const = 0;
  // A piece of the prompt as WAV, 8,000 Hz, 16 bit, mono: as it is heard.
  virtual Result<FilePiece> Read(const std::string& name, std::uint64_t offset,
                                 std::size_t length) const = 0;
};

}  // namespace callfleet::sip_edge
