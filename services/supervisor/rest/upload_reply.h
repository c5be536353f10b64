#pragma once
// A file on its way through to a service: read in pieces, sent in pieces, never whole in memory.
#include <string>
#include <string_view>
#include <vector>

#include "callfleet/dialer/v1/dialer_service.pb.h"
#include "services/supervisor/rest/answer.h"
#include "services/supervisor/rest/route.h"

namespace callfleet::supervisor::rest {

struct UploadAnswer {
  std::uint32_t accepted;
  std::uint32_t duplicates;
  std::vector<callfleet::dialer::v1::RejectedRow> rejected;
  std::uint32_t rejected_count;
};
const Table<UploadAnswer>& UploadTable();

inline constexpr std::size_t kUploadChunkBytes = 256 * 1024;

// Sends Begin, then the file in chunks, and reads the answer {accepted, duplicates, rejected}.
template <class In, class Out>
Result<Reply> PassOn(Context& context, std::string_view method, const In& begin, UploadBody& file) {
  auto stream = context.backend->Upload(Service::kDialer, method);
  bool open = stream->Write(begin.SerializeAsString());
  std::string piece;
  const auto send = [&] {
    In request;
    request.set_chunk(std::move(piece));
    piece.clear();
    open = open && stream->Write(request.SerializeAsString());
    return open;
  };
  const Status read = file.ForEach([&](std::string_view bytes) {
    piece.append(bytes);
    return piece.size() < kUploadChunkBytes || send();
  });
  if (!read) return Fail(read.error());  // The stream is cancelled: nothing of it is kept.
  if (open && !piece.empty()) send();
  auto answer = stream->Finish();
  if (!answer) return Fail(std::move(answer.error()));
  Out response;
  response.ParseFromString(*answer);
  return Reply{
      .data = UploadTable()({.accepted = response.accepted(),
                             .duplicates = response.duplicates(),
                             .rejected = {response.rejected().begin(), response.rejected().end()},
                             .rejected_count = response.rejected_count()})};
}

}  // namespace callfleet::supervisor::rest
