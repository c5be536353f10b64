#pragma once
// Calls of other services by their generated messages.
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "services/supervisor/rest/route.h"

namespace callfleet::supervisor::rest {

template <class Request, class Response>
struct Rpc {
  Service service;
  std::string_view method;  // "/package.Service/Method".
};

template <class Out>
Result<Out> ReadAnswer(Result<std::string> bytes) {
  if (!bytes) return Fail(std::move(bytes.error()));
  Out response;
  if (!response.ParseFromString(*bytes)) {
    return Fail({.code = ErrorCode::kInternal,
                 .reason = "BAD_ANSWER",
                 .message = "The service below answered something that cannot be read."});
  }
  return response;
}

template <class In, class Out>
Result<Out> Call(Context& context, const Rpc<In, Out>& rpc, const In& request) {
  return ReadAnswer<Out>(
      context.backend->Call(rpc.service, rpc.method, request.SerializeAsString()));
}

template <class Out>
struct EdgeAnswers {
  std::vector<Out> of_edges{};      // At least one.
  std::vector<std::string> away{};  // Addresses of the others.
};

// For what every edge has a part of. An Error: no edge answered; away ones are told of last.
template <class In, class Out>
Result<EdgeAnswers<Out>> CallEach(Context& context, const Rpc<In, Out>& rpc, const In& request) {
  EdgeAnswers<Out> answers;
  std::optional<Error> refused;
  const std::string bytes = request.SerializeAsString();
  for (const auto& edge : context.backend->Edges()) {
    auto answer = ReadAnswer<Out>(context.backend->CallEdge(edge, rpc.method, bytes));
    if (answer) {
      answers.of_edges.push_back(*std::move(answer));
      continue;
    }
    if (IsAway(answer.error())) answers.away.push_back(edge);
    if (!refused || IsAway(*refused)) refused = std::move(answer.error());
  }
  if (answers.of_edges.empty()) return Fail(*std::move(refused));
  return answers;
}

}  // namespace callfleet::supervisor::rest
