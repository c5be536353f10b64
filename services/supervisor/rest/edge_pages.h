#pragma once
// Pages of lists of which each edge has a part.
#include <algorithm>
#include <iterator>
#include <string>
#include <type_traits>
#include <vector>

#include "services/supervisor/rest/backend_call.h"

namespace callfleet::supervisor::rest {

constexpr int kDefaultEdgePage = 100;  // Items; where a request says nothing.

template <class Item>
struct EdgePage {
  std::vector<Item> items{};  // In order.
  bool more = false;          // Behind them.
};

// Of the pages of each edge, all read from the same place in `before`'s order, the first `most`
// items. What is the same at several edges is folded into the first edge's by `add`.
template <class Answer, class ItemsOf, class Before, class Add>
auto MergePages(const EdgeAnswers<Answer>& answers, int most, ItemsOf items_of, Before before,
                Add add) {
  using Item = std::decay_t<decltype(*items_of(answers.of_edges.front()).begin())>;
  EdgePage<Item> page;
  std::vector<Item> found;
  for (const auto& answer : answers.of_edges) {
    std::ranges::copy(items_of(answer), std::back_inserter(found));
    page.more = page.more || !answer.next_page_token().empty();
  }
  std::ranges::stable_sort(found, before);
  for (auto& item : found) {
    if (!page.items.empty() && !before(page.items.back(), item)) {
      add(item, &page.items.back());
    } else {
      page.items.push_back(std::move(item));
    }
  }
  if (page.items.size() > static_cast<std::size_t>(most)) {
    page.items.resize(static_cast<std::size_t>(most));
    page.more = true;
  }
  return page;
}

// "trunks@127.0.0.1:7001": its part is missing in the answer.
template <class Answer>
void NameAway(const EdgeAnswers<Answer>& answers, const std::string& what, Reply* reply) {
  for (const auto& edge : answers.away) reply->beside["stale"].push_back(what + "@" + edge);
}

}  // namespace callfleet::supervisor::rest
