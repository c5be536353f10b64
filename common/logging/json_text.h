#pragma once
#include <string>
#include <string_view>

namespace callfleet::logging {

// Appends `text` as a JSON string with its quotes (RFC 8259 7). Bytes that are not UTF-8 become
// U+FFFD, so that a hostile header never breaks a log line.
void AppendJsonString(std::string_view text, std::string* out);

}  // namespace callfleet::logging
