#include "common/logging/logger.h"

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "common/logging/json_text.h"

namespace callfleet::logging {
namespace {

spdlog::level::level_enum ToSpdlog(Level level) {
  switch (level) {
    case Level::kDebug:
      return spdlog::level::debug;
    case Level::kInfo:
      return spdlog::level::info;
    case Level::kWarn:
      return spdlog::level::warn;
    case Level::kError:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

std::shared_ptr<spdlog::logger> MakeSink(spdlog::sink_ptr sink) {
  auto logger = std::make_shared<spdlog::logger>("callfleet", std::move(sink));
  logger->set_formatter(std::make_unique<spdlog::pattern_formatter>(
      R"({"level":"%l","time":"%Y-%m-%dT%H:%M:%S.%fZ",%v})", spdlog::pattern_time_type::utc));
  logger->set_level(spdlog::level::info);
  logger->flush_on(spdlog::level::info);
  return logger;
}

template <class Number>
void AppendNumber(Number value, std::string* out) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  out->append(text.data(), end);
}

struct AppendValue {
  std::string* out;
  void operator()(std::string_view value) const { AppendJsonString(value, out); }
  void operator()(std::int64_t value) const { AppendNumber(value, out); }
  void operator()(std::uint64_t value) const { AppendNumber(value, out); }
  void operator()(bool value) const { *out += value ? "true" : "false"; }
  void operator()(double value) const {
    if (std::isfinite(value)) {
      AppendNumber(value, out);
    } else {
      *out += "null";  // JSON has no NaN.
    }
  }
};

void AppendFields(Fields fields, const trace::CallTraces& traces, std::string* out) {
  const auto has_trace = [](const Field& field) { return field.key == "trace_id"; };
  const bool traced = std::any_of(fields.begin(), fields.end(), has_trace);
  for (const auto& field : fields) {
    *out += ',';
    AppendJsonString(field.key, out);
    *out += ':';
    std::visit(AppendValue{out}, field.value);
    const auto* text = std::get_if<std::string_view>(&field.value);
    if (field.key == "call_id" && text != nullptr && !text->empty() && !traced) {
      *out += ",\"trace_id\":";
      AppendJsonString(traces.IdOf(*text), out);
    }
  }
}

std::string Head(const std::string& service) {
  std::string head = "\"service\":";
  AppendJsonString(service, &head);
  return head + ",\"msg\":";
}

}  // namespace

std::optional<Level> ParseLevel(std::string_view name) {
  if (name == "debug") return Level::kDebug;
  if (name == "info") return Level::kInfo;
  if (name == "warn") return Level::kWarn;
  if (name == "error") return Level::kError;
  return std::nullopt;
}

Logger::Logger(std::string service)
    : sink_(MakeSink(std::make_shared<spdlog::sinks::stderr_sink_mt>())), head_(Head(service)) {}

Logger::Logger(std::string service, std::ostream& stream)
    : sink_(MakeSink(std::make_shared<spdlog::sinks::ostream_sink_mt>(stream))),
      head_(Head(service)) {}

Logger Logger::With(Fields fields) const {
  Logger copy = *this;
  AppendFields(fields, *traces_, &copy.bound_);
  return copy;
}

void Logger::SetLevel(Level level) const { sink_->set_level(ToSpdlog(level)); }

bool Logger::Writes(Level level) const { return sink_->should_log(ToSpdlog(level)); }

void Logger::Write(Level level, std::string_view msg, Fields fields) const {
  if (!Writes(level)) return;
  std::string line = head_;
  AppendJsonString(msg, &line);
  line += bound_;
  AppendFields(fields, *traces_, &line);
  sink_->log(ToSpdlog(level), spdlog::string_view_t(line));
}

}  // namespace callfleet::logging
