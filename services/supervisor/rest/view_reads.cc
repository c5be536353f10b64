#include "services/supervisor/rest/view_reads.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "services/supervisor/domain/readiness.h"
#include "services/supervisor/rest/json_values.h"

namespace callfleet::supervisor::rest {
namespace {

constexpr std::size_t kDefaultPage = 100;

// The last id of a page, and a few letters by which a token of ours is known from anything else.
std::string ToToken(const std::string& id) {
  std::uint32_t hash = 2'166'136'261U;  // FNV-1a.
  for (const char c : id) hash = (hash ^ static_cast<unsigned char>(c)) * 16'777'619U;
  std::array<char, 10> text{};
  std::snprintf(text.data(), text.size(), "%08x.", hash);
  return text.data() + id;
}

std::optional<std::string> FromToken(const std::string& token) {
  if (token.size() < 9) return std::nullopt;
  std::string id = token.substr(9);
  return ToToken(id) == token ? std::optional(std::move(id)) : std::nullopt;
}

}  // namespace

Result<Reply> ReadView(Context& context, std::initializer_list<SourceKind> needs,
                       std::function<Result<Reply>(const World&)> read) {
  const std::vector<SourceKind> needed(needs);
  return Ask<Reply>(*context.view, [needed, read = std::move(read)](const World& world) {
    if (auto ready = RequireInStep(world, needed); !ready) {
      return Result<Reply>(Fail(std::move(ready.error())));
    }
    auto reply = read(world);
    if (reply) {
      for (const auto& source : world.OutOfStep())
        reply->beside["stale"].push_back(ToString(source));
    }
    return reply;
  });
}

Result<Reply> PageOf(const std::vector<std::string>& ids, const Json& query,
                     const std::function<Json(const std::string&)>& make) {
  const std::size_t size = Get<std::size_t>(query, "pageSize").value_or(kDefaultPage);
  auto at = ids.begin();
  if (const auto after = Get<std::string>(query, "pageToken"); after && !after->empty()) {
    const auto last = FromToken(*after);
    if (!last) return InvalidField("pageToken", "must be the nextPageToken of an answer before");
    at = std::ranges::find(ids, *last);
    if (at != ids.end()) ++at;  // A page whose last item has gone was the last page.
  }
  Reply reply{.data = Json::array()};
  while (at != ids.end() && reply.data.size() < size) reply.data.push_back(make(*at++));
  reply.beside["nextPageToken"] = at == ids.end() ? std::string() : ToToken(*std::prev(at));
  reply.beside["totalSize"] = ids.size();
  return reply;
}

tl::unexpected<Error> AgentNotFound(const std::string& id) {
  Error error{.code = ErrorCode::kNotFound,
              .reason = "AGENT_NOT_FOUND",
              .message = "There is no such agent."};
  error.metadata["agentId"] = id;
  return Fail(std::move(error));
}

tl::unexpected<Error> CallNotFound(const std::string& id) {
  Error error{.code = ErrorCode::kNotFound,
              .reason = "CALL_NOT_FOUND",
              .message = "There is no such call, or its retention has ended."};
  error.metadata["callId"] = id;
  return Fail(std::move(error));
}

Result<std::string> ResolveAgent(Context& context, const std::string& id_or_name) {
  auto reply = ReadView(context, {SourceKind::kAgents}, [id_or_name](const World& world) {
    const AgentFact* agent = world.FindAgent(id_or_name);
    if (agent == nullptr) return Result<Reply>(AgentNotFound(id_or_name));
    return Result<Reply>(Reply{.data = agent->id.str()});
  });
  if (!reply) return Fail(std::move(reply.error()));
  return reply->data.get<std::string>();
}

}  // namespace callfleet::supervisor::rest
