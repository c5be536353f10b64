#pragma once
// A page of ids in their order; the token is the last id of the page before.
#include <algorithm>
#include <string>
#include <vector>

#include "common/result/result.h"

namespace callfleet::supervisor {

inline constexpr int kDefaultPage = 100;
inline constexpr int kLargestPage = 1'000;

struct IdPage {
  std::vector<std::string> ids;
  std::string next_token;
};

// INVALID_ARGUMENT page_size outside 0 to kLargestPage.
inline Result<IdPage> CutPage(const std::vector<std::string>& all, int size,
                              const std::string& token) {
  if (size < 0 || size > kLargestPage) return InvalidField("page_size", "must be 0 to 1000");
  if (size == 0) size = kDefaultPage;
  auto at = all.begin();
  if (!token.empty()) {
    at = std::ranges::find(all, token);
    if (at != all.end()) ++at;  // A page whose last item has gone was the last page.
  }
  IdPage page;
  while (at != all.end() && page.ids.size() < static_cast<std::size_t>(size)) {
    page.ids.push_back(*at++);
  }
  if (at != all.end()) page.next_token = page.ids.back();
  return page;
}

}  // namespace callfleet::supervisor
