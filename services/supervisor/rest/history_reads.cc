#include "services/supervisor/rest/history_reads.h"

#include <string>

#include "services/supervisor/rest/time_text.h"
#include "services/supervisor/rest/view_reads.h"

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

Status KnownCall(Context& context, const std::string& id) {
  auto live = ReadView(context, {SourceKind::kCalls}, [id](const World& world) {
    return world.FindCall(CallId(id)) == nullptr ? Result<Reply>(CallNotFound(id))
                                                 : Result<Reply>(Reply{});
  });
  if (live) return {};
  if (live.error().reason != "CALL_NOT_FOUND") return Fail(std::move(live.error()));
  const auto past = Wait<std::optional<CallRow>>(
      [&](auto reply) { context.reports->FindCall(id, std::move(reply)); });
  if (!past) return Fail(past.error());
  return *past ? Status() : Fail(std::move(live.error()));
}

}  // namespace callfleet::supervisor::rest
