#include "services/supervisor/rest/request_body.h"

#include <httplib.h>

#include <optional>
#include <set>

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

// Where the bytes of an upload go: the file's to its taker, those of short fields into the fields;
// the rest is thrown away.
class UploadSorter {
 public:
  using Fields = std::map<std::string, std::string, std::less<>>;

  UploadSorter(const std::function<bool(std::string_view)>& take, Fields& fields,
               std::string& file_name)
      : take_(take), fields_(fields), file_name_(file_name) {}

  // What comes next is the file: all of a body that is no form.
  void BeginFile() { in_file_ = found_ = true; }

  bool BeginPart(const httplib::MultipartFormData& part) {
    // Of two fields of a name, one would be lost or both be one text that nobody wrote.
    if (seen_.contains(part.name)) SetFault(part.name, "is there more than once");
    if (seen_.size() >= kMaxFields) SetFault("body", "may have at most 16 fields");
    if (!fault_) seen_.insert(part.name);
    in_file_ = part.name == "file";
    found_ |= in_file_;
    if (in_file_ && !part.filename.empty()) file_name_ = part.filename;
    field_name_ = part.name;
    field_ = !in_file_ && part.filename.empty() && !fault_ ? &fields_[part.name] : nullptr;
    return true;
  }

  bool Receive(std::string_view piece) {
    if (in_file_ && wanted_ && !fault_) {
      wanted_ = take_(piece);
      return true;
    }
    if (field_ != nullptr && field_->size() + piece.size() > kMaxFieldBytes) {
      SetFault(field_name_, "must have at most 256 bytes");
    } else if (field_ != nullptr) {
      *field_ += piece;
    }
    drained_ += piece.size();
    return drained_ <= kMaxDrainedBytes;
  }

  // Of the form; its file is not to be kept then.
  const std::optional<Error>& fault() const { return fault_; }
  bool found() const { return found_; }
  // By the taker; what comes after it said no is thrown away.
  bool wanted() const { return wanted_; }

 private:
  void SetFault(const std::string& field, const char* what) {
    if (!fault_) fault_ = InvalidField(field, what).value();
  }

  const std::function<bool(std::string_view)>& take_;
  Fields& fields_;
  std::string& file_name_;
  bool in_file_ = false;
  bool found_ = false;
  bool wanted_ = true;
  std::size_t drained_ = 0;
  std::string* field_ = nullptr;
  std::string field_name_;
  std::set<std::string> seen_;
  std::optional<Error> fault_;
};

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
    : request_(request), reader_(reader) {}

HttpUpload::~HttpUpload() {
  if (!read_) Drain(request_, reader_);
}

Status HttpUpload::ForEach(const std::function<bool(std::string_view)>& take) {
  read_ = true;
  UploadSorter sorter(take, fields_, file_name_);
  const auto receive = [&](const char* data, std::size_t length) {
    return sorter.Receive({data, length});
  };
  bool whole = true;
  if (request_.is_multipart_form_data() && HasBody(request_)) {
    whole = reader_([&](const httplib::MultipartFormData& part) { return sorter.BeginPart(part); },
                    receive);
  } else if (HasBody(request_)) {
    sorter.BeginFile();
    whole = reader_(receive);
  }
  if (sorter.fault()) return Fail(*sorter.fault());
  if (!sorter.found()) return InvalidField("file", "is required: a form field with the file");
  // A taker that said no has its own reason; a body cut short must not pass as a whole file.
  if (!whole && sorter.wanted()) return Fail(Broken());
  return {};
}

std::string HttpUpload::Field(std::string_view name) const {
  const auto found = fields_.find(name);
  return found == fields_.end() ? std::string() : found->second;
}

}  // namespace callfleet::supervisor::rest
