#pragma once
// What all routes to history have in common: they wait for the database's answer, and read spans.
#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <utility>

#include "common/clock/clock.h"
#include "common/result/result.h"
#include "services/supervisor/rest/json_values.h"
#include "services/supervisor/rest/route.h"

namespace callfleet::supervisor::rest {

// UNAVAILABLE (DATABASE_AWAY) after 30 s; what comes later is dropped. Not on a thread that the
// answer needs.
template <class Value>
Result<Value> Wait(const std::function<void(std::function<void(Result<Value>)>)>& start) {
  auto promise = std::make_shared<std::promise<Result<Value>>>();
  auto answer = promise->get_future();
  start([promise](Result<Value> value) { promise->set_value(std::move(value)); });
  if (answer.wait_for(std::chrono::seconds(30)) != std::future_status::ready) {
    return Unavailable("DATABASE_AWAY", "The history did not answer in 30 s.");
  }
  return answer.get();
}

struct Span {
  WallTime start{};  // The epoch unless given.
  std::optional<WallTime> end{};
};
// `start` and `end` of a query; INVALID_ARGUMENT naming the one that is no time.
Result<Span> ReadSpan(const Json& query);

// CALL_NOT_FOUND: neither the live view nor the history has it.
Status KnownCall(Context& context, const std::string& id);

}  // namespace callfleet::supervisor::rest
