#pragma once
// The body of one request: read whole up to a limit, or as a file in pieces. What a handler left is
// drained, so that the client gets its answer instead of a reset connection.
#include <functional>
#include <string>
#include <string_view>

#include "services/supervisor/rest/route.h"

namespace httplib {
struct Request;
class ContentReader;
}  // namespace httplib

namespace callfleet::supervisor::rest {

// Most bytes that are read only to be thrown away.
inline constexpr std::size_t kMaxDrainedBytes = 256ULL * 1024 * 1024;

// True where there is a body: reading without one would wait for the read timeout.
bool HasBody(const httplib::Request& request);

// BODY_TOO_LARGE above `limit`; BODY_BROKEN where the client did not send what it announced.
Result<std::string> ReadWhole(const httplib::Request& request, const httplib::ContentReader& reader,
                              std::size_t limit);
void Drain(const httplib::Request& request, const httplib::ContentReader& reader);

// The part "file" of a multipart form, or the whole body of another content type. A form with two
// fields of a name, more than 16 fields or one above 256 bytes is INVALID_ARGUMENT.
class HttpUpload final : public UploadBody {
 public:
  HttpUpload(const httplib::Request& request, const httplib::ContentReader& reader);
  ~HttpUpload() override;

  const std::string& file_name() const override { return file_name_; }
  Status ForEach(const std::function<bool(std::string_view)>& take) override;
  std::string Field(std::string_view name) const override;

 private:
  const httplib::Request& request_;
  const httplib::ContentReader& reader_;
  std::string file_name_;
  bool read_ = false;
  std::map<std::string, std::string, std::less<>> fields_;
};

}  // namespace callfleet::supervisor::rest
