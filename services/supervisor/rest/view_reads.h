#pragma once
// Readings of the live view for handlers.
#include <functional>
#include <initializer_list>
#include <string>
#include <vector>

#include "services/supervisor/rest/route.h"

namespace callfleet::supervisor::rest {

// Runs `read` if the sources that it stands on are in step, else UNAVAILABLE VIEW_NOT_READY naming
// them. Sources out of step that it only touches are named beside the data as "stale".
Result<Reply> ReadView(Context& context, std::initializer_list<SourceKind> needs,
                       std::function<Result<Reply>(const World&)> read);

// A page of `ids`, in their order, after the last id of the page before. `make` is called for the
// ids of the page only. INVALID_ARGUMENT for a pageToken that is none of ours.
Result<Reply> PageOf(const std::vector<std::string>& ids, const Json& query,
                     const std::function<Json(const std::string&)>& make);

tl::unexpected<Error> AgentNotFound(const std::string& id);
tl::unexpected<Error> CallNotFound(const std::string& id);
// The agent's id, by id or name.
Result<std::string> ResolveAgent(Context& context, const std::string& id_or_name);

}  // namespace callfleet::supervisor::rest
