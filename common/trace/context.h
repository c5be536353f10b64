#pragma once
// Which operation something belongs to, over all services: W3C Trace Context
// (https://www.w3.org/TR/trace-context/), as far as it is passed on. No spans are exported.
#include <optional>
#include <string>
#include <string_view>

namespace callfleet::trace {

struct Context {
  std::string trace_id;  // 32 small hexadecimal digits, not all zero.
  std::string span_id;   // 16 of them: who passed it on.
  bool sampled = false;  // Somebody up there records this trace.
  friend bool operator==(const Context&, const Context&) = default;
};

// The header `traceparent`. nullopt where it is not as the recommendation says (3.2.2): whoever
// gets such a one begins a trace of its own.
std::optional<Context> Parse(std::string_view traceparent);
std::string Format(const Context& context);  // Version 00.

Context Begin();                         // A new trace, not sampled.
Context ChildOf(const Context& parent);  // The same trace, one step down.

// What this thread does is part of `context`, as long as the scope lives. Scopes nest.
class Scope {
 public:
  explicit Scope(const Context& context);
  ~Scope();
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;
  static const Context* Current();  // nullptr outside of any.

 private:
  const Context context_;
  const Context* outer_;
};

}  // namespace callfleet::trace
