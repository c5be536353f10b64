#pragma once
#include <span>

#include "common/result/result.h"
#include "services/supervisor/domain/view_update.h"

namespace callfleet::supervisor {

std::string ToString(const Source& source);  // "calls@127.0.0.1:7101".

// UNAVAILABLE VIEW_NOT_READY, naming the first source of these kinds that is not in step: what
// stands on it would be a guess.
Status RequireInStep(const World& world, std::span<const SourceKind> kinds);

// What a topic stands on.
std::span<const SourceKind> Needs(TopicKind topic);

}  // namespace callfleet::supervisor
