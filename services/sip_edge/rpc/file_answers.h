#pragma once
// Answers of calls that read and write files.
#include <chrono>
#include <utility>

#include "common/result/result.h"
#include "services/sip_edge/ports/prompt_book.h"

namespace callfleet::sip_edge {

// As many as may wait do.
inline Error TooManyFiles() {
  return {.code = ErrorCode::kResourceExhausted,
          .reason = "TOO_MANY_FILES",
          .message = "As many files as there may be are read and written.",
          .retry_after = std::chrono::seconds(1)};
}

template <class Response>
Result<Response> PieceOf(Result<FilePiece> piece) {
  if (!piece) return Fail(std::move(piece).error());
  Response response;
  response.set_chunk(std::move(piece->bytes));
  response.set_size_bytes(piece->size);
  return response;
}

}  // namespace callfleet::sip_edge
