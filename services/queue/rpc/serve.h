#pragma once
// What every handler does: is the caller one of us, is the page within its limits, answer once.
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "common/auth/tokens.h"
#include "common/grpc_server/authorize.h"
#include "common/grpc_server/command_limit.h"
#include "common/grpc_server/pending.h"

namespace callfleet::queue {

inline constexpr std::int32_t kDefaultPage = 100;
inline constexpr std::int32_t kMostPage = 1'000;

// 1 to 1,000; 0 is the default. nullopt: out of range.
inline std::optional<std::size_t> PageSize(std::int32_t asked) {
  const auto size = asked == 0 ? kDefaultPage : asked;
  if (size < 1 || size > kMostPage) return std::nullopt;
  return static_cast<std::size_t>(size);
}
inline Error FaultyPage() { return InvalidField("page_size", "0 to 1000.").value(); }

// `ask` gets the call that it answers by. With a limit the call is a command that must be durable:
// it waits no longer than that for a database that is away.
template <class Response>
grpc::ServerUnaryReactor* Serve(
    grpc::CallbackServerContext* context, const auth::Tokens& tokens, Response* response,
    const grpc_server::CommandLimit* limit,
    const std::function<void(std::shared_ptr<grpc_server::Pending<Response>>)>& ask) {
  if (auto caller = grpc_server::Authorize(*context, tokens, auth::Role::kService); !caller) {
    return grpc_server::FinishNow(context, caller.error());
  }
  if (limit != nullptr) {
    if (auto refused = limit->Refusal()) return grpc_server::FinishNow(context, *refused);
  }
  grpc::ServerUnaryReactor* reactor = nullptr;
  auto pending = grpc_server::Pending<Response>::Open(response, &reactor);
  if (limit != nullptr) limit->Bound(pending);
  ask(std::move(pending));
  return reactor;
}

}  // namespace callfleet::queue
