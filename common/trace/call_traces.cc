#include "common/trace/call_traces.h"

#include <algorithm>
#include <cstdint>

namespace callfleet::trace {
namespace {

// FNV-1a. Two of them, begun differently, for ids that are no UUIDs.
std::uint64_t Hash(std::string_view text, std::uint64_t begin) {
  std::uint64_t hash = begin;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return hash;
}

void AppendHex(std::uint64_t value, std::string* out) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (int shift = 60; shift >= 0; shift -= 4) *out += kDigits[(value >> shift) & 0xFU];
}

}  // namespace

std::string OwnTraceId(std::string_view call_id) {
  std::string digits(call_id);
  std::erase(digits, '-');
  const bool is_uuid = digits.size() == 32 &&
                       digits.find_first_not_of("0123456789abcdef") == std::string::npos &&
                       digits.find_first_not_of('0') != std::string::npos;
  if (is_uuid) return digits;
  std::string hashed;
  AppendHex(Hash(call_id, 0xcbf29ce484222325ULL), &hashed);
  AppendHex(Hash(call_id, 0x84222325cbf29ce4ULL) | 1U, &hashed);
  return hashed;
}

void CallTraces::Note(const std::string& call_id, const Context& context) {
  if (!context.sampled || call_id.empty()) return;
  const std::lock_guard lock(mutex_);
  if (noted_.insert_or_assign(call_id, context.trace_id).second) order_.push_back(call_id);
  if (order_.size() > kMostCalls) {
    noted_.erase(order_.front());
    order_.pop_front();
  }
}

Context CallTraces::Of(const std::string& call_id) const {
  Context context = Begin();
  if (call_id.empty()) return context;
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = noted_.find(call_id); found != noted_.end()) {
      context.trace_id = found->second;
      context.sampled = true;
      return context;
    }
  }
  context.trace_id = OwnTraceId(call_id);
  return context;
}

std::string CallTraces::IdOf(std::string_view call_id) const {
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = noted_.find(std::string(call_id)); found != noted_.end()) {
      return found->second;
    }
  }
  return OwnTraceId(call_id);
}

}  // namespace callfleet::trace
