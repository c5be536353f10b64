#include "services/supervisor/rest/history_reads.h"

#include <string>

#include "services/supervisor/rest/time_text.h"

namespace callfleet::supervisor::rest {

Result<Span> ReadSpan(const Json& query) {
  Span span;
  for (const char* name : {"start", "end"}) {
    const auto text = Get<std::string>(query, name);
    if (!text) continue;
    const auto time = ParseTime(*text);
    if (!time) return InvalidField(name, "must be a time like 2026-11-21T09:00:00Z");
    if (*name == 's') span.start = *time;
    if (*name == 'e') span.end = *time;
  }
  return span;
}

}  // namespace callfleet::supervisor::rest
