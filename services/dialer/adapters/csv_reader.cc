#include "services/dialer/adapters/csv_reader.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace callfleet::dialer {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kUtf16Marks[] = {"\xFF\xFE", "\xFE\xFF"};

tl::unexpected<Error> Fault(int line, const std::string& what, const char* reason) {
  Error error = InvalidField("chunk", "line " + std::to_string(line) + ": " + what, reason).value();
  error.metadata["line"] = std::to_string(line);
  return Fail(std::move(error));
}

// libcsv keeps the field under way in one block: no block, no longer field.
void* BoundedRealloc(void* block, std::size_t size) {
  return size > CsvReader::kMaxFieldBytes ? nullptr : std::realloc(block, size);
}

}  // namespace

CsvReader::CsvReader(OnRow on_row) : on_row_(std::move(on_row)) {
  csv_init(&parser_, 0);
  csv_set_realloc_func(&parser_, BoundedRealloc);
  csv_set_blk_size(&parser_, 1024);
}

CsvReader::~CsvReader() { csv_free(&parser_); }

void CsvReader::FieldDone(void* text, std::size_t size, void* self) {
  auto* reader = static_cast<CsvReader*>(self);
  ++reader->fields_seen_;
  reader->row_bytes_ += size + 1;
  // What is over the limit is told at the row's end; until then it takes no memory.
  if (reader->fields_.size() <= kMaxColumns && reader->row_bytes_ <= kMaxFieldBytes) {
    reader->fields_.emplace_back(static_cast<const char*>(text), size);
  }
}

void CsvReader::RowDone(int /*end*/, void* self) {
  auto* reader = static_cast<CsvReader*>(self);
  reader->in_row_ = false;
  if (reader->row_bytes_ > kMaxFieldBytes) {
    reader->fields_.assign(kMaxColumns + 1, "");  // The same fault as too many columns.
  }
  reader->on_row_(reader->row_line_, reader->fields_);
  reader->fields_.clear();
  reader->row_bytes_ = 0;
}

Status CsvReader::Parse(std::string_view line) {
  if (!in_row_) {
    row_line_ = line_;
    in_row_ = true;
  }
  const bool was_quoted = InQuotes();
  const std::size_t fields_before = fields_seen_;
  const std::size_t done = csv_parse(&parser_, line.data(), line.size(), FieldDone, RowDone, this);
  if (InQuotes() && (!was_quoted || fields_seen_ != fields_before)) quote_line_ = line_;
  if (done != line.size()) {
    return Fault(
        InQuotes() ? quote_line_ : row_line_,
        InQuotes() ? "a field is over 64 KiB; is its quote closed?" : "a field is over 64 KiB",
        "CSV_TOO_LARGE");
  }
  if (!line.empty() && line.back() == '\n') ++line_;
  // A row that libcsv did not report was an empty line.
  if (fields_.empty() && parser_.entry_pos == 0 && parser_.quoted == 0) in_row_ = false;
  return {};
}

Status CsvReader::Feed(std::string_view bytes) {
  std::string first;
  if (!head_done_) {
    head_.append(bytes);
    if (head_.size() < kByteOrderMark.size()) return {};
    head_done_ = true;
    first = std::move(head_);
    bytes = first;
    for (const auto mark : kUtf16Marks) {
      if (bytes.starts_with(mark)) {
        return Fault(1, "the file is UTF-16; save it as CSV in UTF-8", "CSV_ENCODING");
      }
    }
    if (bytes.substr(0, kByteOrderMark.size()) == kByteOrderMark) {
      bytes.remove_prefix(kByteOrderMark.size());
    }
  }
  while (!bytes.empty()) {
    const auto end = bytes.find('\n');
    const auto size = end == std::string_view::npos ? bytes.size() : end + 1;
    if (auto parsed = Parse(bytes.substr(0, size)); !parsed) return parsed;
    bytes.remove_prefix(size);
  }
  return {};
}

Status CsvReader::End() {
  if (!head_done_) {
    head_done_ = true;
    if (auto parsed = Parse(std::exchange(head_, "")); !parsed) return parsed;
  }
  // Only here: a stray quote within a row is no fault, one that is open at the end is.
  parser_.options |= CSV_STRICT | CSV_STRICT_FINI;
  if (csv_fini(&parser_, FieldDone, RowDone, this) != 0) {
    return Fault(quote_line_, "a quote is opened here and never closed", "CSV_UNCLOSED_QUOTE");
  }
  return {};
}

}  // namespace callfleet::dialer
