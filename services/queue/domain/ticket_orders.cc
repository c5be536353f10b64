#include "services/queue/domain/ticket_orders.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>

#include "common/text/utf8.h"

namespace callfleet::queue {
namespace {

constexpr std::size_t kLongestTicket = 64;

bool IsPlain(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
           c == '_' || c == '-';
  });
}

}  // namespace

Status CheckRequest(const std::string& request) {
  if (!request.empty() && request.size() <= 64 && IsOneLine(request)) return {};
  return InvalidField("request_id", "1 to 64 characters, none of them a control character.");
}

TicketId CallbackTicket(const std::string& request) {
  std::string id = "cb-" + request;
  if (id.size() <= kLongestTicket && IsPlain(request)) return TicketId(std::move(id));
  id = "cbx-";  // FNV-1a, twice, over what is too long or not plain.
  for (const std::uint64_t seed : {0xcbf29ce484222325ULL, 0x84222325cbf29ce4ULL}) {
    std::uint64_t hash = seed;
    for (const char c : request) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
    char text[17];
    std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(hash));
    id += text;
  }
  return TicketId(std::move(id));
}

}  // namespace callfleet::queue
