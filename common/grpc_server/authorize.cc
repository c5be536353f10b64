#include "common/grpc_server/authorize.h"

#include <optional>
#include <string_view>

namespace callfleet::grpc_server {

Result<auth::Caller> Authorize(const grpc::CallbackServerContext& context,
                               const auth::Tokens& tokens, auth::Role at_least) {
  std::optional<std::string_view> header;
  const auto found = context.client_metadata().find("authorization");
  if (found != context.client_metadata().end()) {
    header = std::string_view(found->second.data(), found->second.size());
  }
  return tokens.Check(header, at_least);
}

}  // namespace callfleet::grpc_server
