#pragma once
// The highest token seen of each unit; whoever shows a lower one is no longer the owner.
#include <unordered_map>

#include "common/ids/ids.h"
#include "common/result/result.h"

namespace callfleet::sip_edge {

class Fence {
 public:
  Status Admit(const UnitToken& shown) {
    if (shown.token == 0) return InvalidField("context.unit.token", "1 or more");
    Token& highest = highest_[shown.unit];
    if (shown.token < highest) {
      return Fail(Error{.code = ErrorCode::kFailedPrecondition,
                        .reason = "FENCED",
                        .message = "a newer owner of this unit was seen",
                        .metadata = {{"token", std::to_string(highest)}}});
    }
    highest = shown.token;
    return {};
  }

 private:
  std::unordered_map<Unit, Token> highest_;
};

}  // namespace callfleet::sip_edge
