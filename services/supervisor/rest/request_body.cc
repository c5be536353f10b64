#include "services/supervisor/rest/request_body.h"

#include <httplib.h>

namespace callfleet::supervisor::rest {
namespace {

constexpr std::size_t kMaxFieldBytes = 256;
constexpr std::size_t kMaxFields = 16;

Error Broken() {
  return {.code = ErrorCode::kInvalidArgument,
          .reason = "BODY_BROKEN",
          .message = "The body could not be read to its end.",
          .fields = {{"body", "ended before its announced length, or came too slowly"}}};
}

// httplib's plain reader fails on a form: it must be read as one.
bool ReadAny(const httplib::Request& request, const httplib::ContentReader& reader,
             const httplib::ContentReceiver& receive) {
  if (!request.is_multipart_form_data()) return reader(receive);
  return reader([](const httplib::MultipartFormData& /*part*/) { return true; }, receive);
}

}  // namespace

bool HasBody(const httplib::Request& request) {
  if (request.has_header("Transfer-Encoding")) return true;
  return request.has_header("Content-Length") && request.get_header_value("Content-Length") != "0";
}

Result<std::string> ReadWhole(const httplib::Request& request, const httplib::ContentReader& reader,
                              std::size_t limit) {
  std::string body;
  std::size_t size = 0;
  if (!HasBody(request)) return body;
  const bool whole = ReadAny(request, reader, [&](const char* data, std::size_t length) {
    size += length;
    if (size <= limit) body.append(data, length);
    return size <= kMaxDrainedBytes;
  });
  if (size > limit) {
    Error error{.code = ErrorCode::kInvalidArgument,
                .reason = "BODY_TOO_LARGE",
                .message = "The body is larger than allowed.",
                .fields = {{"body", "must have at most " + std::to_string(limit) + " bytes"}}};
    error.metadata["limitBytes"] = std::to_string(limit);
    return Fail(std::move(error));
  }
  if (!whole) return Fail(Broken());
  if (request.is_multipart_form_data()) {
    return InvalidField("body", "is a form; this path takes JSON", "NOT_JSON");
  }
  return body;
}

void Drain(const httplib::Request& request, const httplib::ContentReader& reader) {
  if (!HasBody(request)) return;
  std::size_t size = 0;
  ReadAny(request, reader, [&](const char* /*data*/, std::size_t length) {
    size += length;
    return size <= kMaxDrainedBytes;
  });
}

HttpUpload::HttpUpload(const httplib::Request& request, const httplib::ContentReader& reader)
    : request_(request), reader_(reader), file_name_("upload.csv") {}

HttpUpload::~HttpUpload() {
  if (!read_) Drain(request_, reader_);
}

// NOLINTNEXTLINE(readability-function-cognitive-complexity): one case an event or effect.
Status HttpUpload::ForEach(const std::function<bool(std::string_view)>& take) {
  read_ = true;
  bool wanted = true;  // By the taker; what comes after it said no is thrown away.
  bool in_file = !request_.is_multipart_form_data();
  bool found = in_file && HasBody(request_);
  std::size_t drained = 0;
  std::string* field = nullptr;
  const auto receive = [&](const char* data, std::size_t length) {
    if (in_file && wanted) {
      wanted = take({data, length});
    } else {
      if (field != nullptr && field->size() + length <= kMaxFieldBytes) field->append(data, length);
      drained += length;
    }
    return drained <= kMaxDrainedBytes;
  };
  bool whole = true;
  if (!HasBody(request_)) {
    whole = true;
  } else if (request_.is_multipart_form_data()) {
    whole = reader_(
        [&](const httplib::MultipartFormData& part) {
          in_file = !found && part.name == "file";
          found |= in_file;
          if (in_file && !part.filename.empty()) file_name_ = part.filename;
          const bool room = part.filename.empty() && fields_.size() < kMaxFields;
          field = !in_file && room ? &fields_[part.name] : nullptr;
          return true;
        },
        receive);
  } else {
    whole = reader_(receive);
  }
  if (!found) return InvalidField("file", "is required: a form field with the file");
  // A taker that said no has its own reason; a body cut short must not pass as a whole file.
  if (!whole && wanted) return Fail(Broken());
  return {};
}

std::string HttpUpload::Field(std::string_view name) const {
  const auto found = fields_.find(name);
  return found == fields_.end() ? std::string() : found->second;
}

}  // namespace callfleet::supervisor::rest
