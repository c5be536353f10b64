#include "common/pg/param.h"

#include <array>
#include <charconv>
#include <cstdio>

namespace callfleet::pg {
namespace {

using std::chrono::microseconds;

std::string WithoutZeroBytes(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (char c : text) {
    if (c == '\0') {
      out += "\xEF\xBF\xBD";
    } else {
      out += c;
    }
  }
  return out;
}

void AppendArrayItem(std::string_view item, std::string* out) {
  *out += '"';
  for (char c : item) {
    if (c == '"' || c == '\\') *out += '\\';
    *out += c;
  }
  *out += '"';
}

// The number of exactly `digits` digits at the start of `text`, which it takes off; -1 if none.
int TakeNumber(std::string_view* text, std::size_t digits) {
  int value = -1;
  if (text->size() < digits) return -1;
  const char* end = text->data() + digits;
  const auto parsed = std::from_chars(text->data(), end, value);
  if (parsed.ec != std::errc{} || parsed.ptr != end || value < 0) return -1;
  text->remove_prefix(digits);
  return value;
}

bool TakeChar(std::string_view* text, char c) {
  if (text->empty() || text->front() != c) return false;
  text->remove_prefix(1);
  return true;
}

// ".5" is 500000.
std::int64_t TakeFraction(std::string_view* text) {
  if (!TakeChar(text, '.')) return 0;
  std::int64_t micros = 0;
  std::int64_t scale = 100'000;
  while (!text->empty() && text->front() >= '0' && text->front() <= '9') {
    micros += (text->front() - '0') * scale;
    scale /= 10;
    text->remove_prefix(1);
  }
  return micros;
}

}  // namespace

Param::Param(std::string_view text)
    : text_(text.find('\0') == std::string_view::npos ? std::string(text)
                                                      : WithoutZeroBytes(text)) {}

Param::Param(double value) {
  std::array<char, 40> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  text_ = std::string(text.data(), end);
}

Param::Param(WallTime time) : text_(FormatTime(time)) {}

Param::Param(Bytes bytes) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string out = "\\x";
  out.reserve(2 + bytes.data.size() * 2);
  for (char c : bytes.data) {
    const auto byte = static_cast<unsigned char>(c);
    out += kHex[byte >> 4U];
    out += kHex[byte & 0xFU];
  }
  text_ = std::move(out);
}

Param::Param(const std::vector<std::string>& items)
    : Param(std::vector<Param>(items.begin(), items.end())) {}

Param::Param(const std::vector<std::int64_t>& items)
    : Param(std::vector<Param>(items.begin(), items.end())) {}

Param::Param(const std::vector<Param>& items) {
  std::string out = "{";
  for (const auto& item : items) {
    if (out.size() > 1) out += ',';
    if (item.text_) {
      AppendArrayItem(*item.text_, &out);
    } else {
      out += "NULL";
    }
  }
  text_ = out + "}";
}

std::string FormatTime(WallTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss<microseconds> clock(time - day);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02u %02d:%02d:%02d.%06d+00",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
                static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()),
                static_cast<int>(clock.subseconds().count()));
  return text.data();
}

std::optional<WallTime> ParseTime(std::string_view text) {
  const int year = TakeNumber(&text, 4);
  if (!TakeChar(&text, '-')) return std::nullopt;
  const int month = TakeNumber(&text, 2);
  if (!TakeChar(&text, '-')) return std::nullopt;
  const int day = TakeNumber(&text, 2);
  if (!TakeChar(&text, ' ')) return std::nullopt;
  const int hour = TakeNumber(&text, 2);
  if (!TakeChar(&text, ':')) return std::nullopt;
  const int minute = TakeNumber(&text, 2);
  if (!TakeChar(&text, ':')) return std::nullopt;
  const int second = TakeNumber(&text, 2);
  const auto fraction = TakeFraction(&text);
  if (text != "+00" || year < 0 || hour < 0 || minute < 0 || second < 0) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  return WallTime(std::chrono::sys_days(date)) + std::chrono::hours(hour) +
         std::chrono::minutes(minute) + std::chrono::seconds(second) + microseconds(fraction);
}

}  // namespace callfleet::pg
