#pragma once
// Structured logs: one JSON object a line on stderr with level, time, service, msg and fields.
//   log.Info("call ended", {{"call_id", id}, {"cause", 16}});
// A line that names a call_id also gets the trace_id of that call.
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <variant>

#include "common/ids/ids.h"
#include "common/trace/call_traces.h"

namespace spdlog {
class logger;
}

namespace callfleet::logging {

enum class Level { kDebug, kInfo, kWarn, kError };
std::optional<Level> ParseLevel(std::string_view name);  // "debug", "info", "warn", "error".

// Views only: lives as long as the expression that logs.
struct Field {
  std::string_view key;
  std::variant<std::string_view, std::int64_t, std::uint64_t, double, bool> value;

  Field(std::string_view k, std::string_view v) : key(k), value(v) {}
  Field(std::string_view k, const char* v) : key(k), value(std::string_view(v)) {}
  Field(std::string_view k, const std::string& v) : key(k), value(std::string_view(v)) {}
  template <class Tag>
  Field(std::string_view k, const Id<Tag>& v) : key(k), value(std::string_view(v.str())) {}
  Field(std::string_view k, bool v) : key(k), value(v) {}
  Field(std::string_view k, double v) : key(k), value(v) {}
  template <std::signed_integral I>
  Field(std::string_view k, I v) : key(k), value(static_cast<std::int64_t>(v)) {}
  template <std::unsigned_integral I>
  requires(!std::same_as<I, bool>) Field(std::string_view k, I v)
      : key(k), value(static_cast<std::uint64_t>(v)) {}
};
using Fields = std::initializer_list<Field>;

// Cheap to copy; copies share the sink and the level. Thread safe.
class Logger {
 public:
  explicit Logger(std::string service);               // To stderr.
  Logger(std::string service, std::ostream& stream);  // For tests; the stream outlives the logger.

  void Debug(std::string_view msg, Fields fields = {}) const { Write(Level::kDebug, msg, fields); }
  void Info(std::string_view msg, Fields fields = {}) const { Write(Level::kInfo, msg, fields); }
  void Warn(std::string_view msg, Fields fields = {}) const { Write(Level::kWarn, msg, fields); }
  void Error(std::string_view msg, Fields fields = {}) const { Write(Level::kError, msg, fields); }

  // The same logger with fields put on each of its lines.
  Logger With(Fields fields) const;
  void SetLevel(Level level) const;  // At run time, for all copies.
  bool Writes(Level level) const;    // Else a line of this level is dropped.
  void Write(Level level, std::string_view msg, Fields fields) const;
  trace::CallTraces& traces() const { return *traces_; }  // Those of all copies.

 private:
  std::shared_ptr<spdlog::logger> sink_;
  std::shared_ptr<trace::CallTraces> traces_ = std::make_shared<trace::CallTraces>();
  std::string head_;   // "service":"x",
  std::string bound_;  // ,"call_id":"…" of With.
};

}  // namespace callfleet::logging
