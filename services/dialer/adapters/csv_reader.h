#pragma once
// CSV (RFC 4180) as it comes, chunk by chunk, in bounded memory: quoted fields, line breaks in
// them, a byte order mark, any line ending.
#include <csv.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "common/result/result.h"

namespace callfleet::dialer {

// One thread at a time.
class CsvReader {
 public:
  static constexpr std::size_t kMaxFieldBytes = 64 * 1024;
  static constexpr std::size_t kMaxColumns = 256;

  // `line` counts from 1, where the row begins. Empty lines give no row.
  using OnRow = std::function<void(int line, std::vector<std::string>& fields)>;

  explicit CsvReader(OnRow on_row);
  ~CsvReader();
  CsvReader(const CsvReader&) = delete;
  CsvReader& operator=(const CsvReader&) = delete;

  // INVALID_ARGUMENT, with the line in the metadata: CSV_TOO_LARGE, a field or a row without end;
  // CSV_ENCODING, UTF-16. Nothing may be fed afterwards.
  Status Feed(std::string_view bytes);
  // INVALID_ARGUMENT CSV_UNCLOSED_QUOTE with the line where it was opened.
  Status End();

 private:
  static void FieldDone(void* text, std::size_t size, void* self);
  static void RowDone(int end, void* self);
  Status Parse(std::string_view line);
  bool InQuotes() const { return parser_.quoted != 0; }

  OnRow on_row_;
  csv_parser parser_{};
  std::string head_;  // First bytes, until a byte order mark can be told.
  bool head_done_ = false;
  std::vector<std::string> fields_;
  std::size_t row_bytes_ = 0;
  int line_ = 1;
  int row_line_ = 1;
  int quote_line_ = 1;  // Where the quoted field under way begins.
  std::size_t fields_seen_ = 0;
  bool in_row_ = false;
};

}  // namespace callfleet::dialer
