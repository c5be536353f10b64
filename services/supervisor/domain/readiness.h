#pragma once
#include <span>
#include <vector>

#include "common/result/result.h"
#include "services/supervisor/domain/view_update.h"

namespace callfleet::supervisor {

std::string ToString(const Source& source);  // "calls@127.0.0.1:7101".

// UNAVAILABLE VIEW_NOT_READY, naming the first source of these kinds that is not in step: what
// stands on it would be a guess.
Status RequireInStep(const World& world, std::span<const SourceKind> kinds);

// Of these, what the whole service cannot do without: one edge of several may be away, views that
// stand on it say so.
std::vector<Source> Vital(std::span<const Source> out_of_step, std::size_t edges);

// What a topic stands on.
std::span<const SourceKind> Needs(TopicKind topic);

}  // namespace callfleet::supervisor
