#include "common/trace/context.h"

#include <algorithm>

#include "common/ids/id_source.h"

namespace callfleet::trace {
namespace {

constexpr std::size_t kLength = 55;  // 00-<32>-<16>-<2>
constexpr std::string_view kSampled = "13579bdf";

thread_local const Context* current = nullptr;

bool IsHex(std::string_view text) {
  return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}
bool IsZero(std::string_view text) { return text.find_first_not_of('0') == std::string_view::npos; }

std::string Digits() {
  std::string id = UuidSource().Next();
  std::erase(id, '-');
  return id;
}

}  // namespace

std::optional<Context> Parse(std::string_view text) {
  if (text.size() < kLength) return std::nullopt;
  const auto version = text.substr(0, 2);
  if (!IsHex(version) || version == "ff") return std::nullopt;
  // A later version may add fields behind another dash; ours has none.
  if (text.size() > kLength && (version == "00" || text[kLength] != '-')) return std::nullopt;
  if (text[2] != '-' || text[35] != '-' || text[52] != '-') return std::nullopt;
  const auto trace_id = text.substr(3, 32);
  const auto span_id = text.substr(36, 16);
  const auto flags = text.substr(53, 2);
  if (!IsHex(trace_id) || !IsHex(span_id) || !IsHex(flags)) return std::nullopt;
  if (IsZero(trace_id) || IsZero(span_id)) return std::nullopt;
  return Context{std::string(trace_id), std::string(span_id),
                 kSampled.find(flags[1]) != kSampled.npos};
}

std::string Format(const Context& context) {
  return "00-" + context.trace_id + '-' + context.span_id + (context.sampled ? "-01" : "-00");
}

Context Begin() { return {.trace_id = Digits(), .span_id = Digits().substr(16), .sampled = false}; }

Context ChildOf(const Context& parent) {
  return {.trace_id = parent.trace_id, .span_id = Digits().substr(16), .sampled = parent.sampled};
}

Scope::Scope(const Context& context) : context_(context), outer_(current) { current = &context_; }
Scope::~Scope() { current = outer_; }
const Context* Scope::Current() { return current; }

}  // namespace callfleet::trace
