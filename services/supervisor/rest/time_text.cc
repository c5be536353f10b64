#include "services/supervisor/rest/time_text.h"

#include <array>
#include <cctype>
#include <string_view>

namespace callfleet::supervisor::rest {
namespace {

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}
  // So many digits as a number; -1 where they are not there.
  int Digits(int count) {
    int value = 0;
    for (int i = 0; i < count; ++i) {
      if (text_.empty() || std::isdigit(static_cast<unsigned char>(text_.front())) == 0) return -1;
      value = value * 10 + (text_.front() - '0');
      text_.remove_prefix(1);
    }
    return value;
  }
  bool Take(char c) {
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  // ".25" as microseconds; 0 where there is no fraction.
  std::int64_t Fraction() {
    if (!Take('.')) return 0;
    std::int64_t micros = 0;
    std::int64_t scale = 100'000;
    for (int digit = Digits(1); digit >= 0; digit = Digits(1)) {
      micros += digit * scale;
      scale /= 10;
    }
    return micros;
  }
  bool done() const { return text_.empty(); }

 private:
  std::string_view text_;
};

bool Within(int value, int low, int high) { return value >= low && value <= high; }

}  // namespace

std::optional<WallTime> ParseTime(const std::string& text) {
  Reader in(text);
  const int year = in.Digits(4);
  const int month = in.Take('-') ? in.Digits(2) : -1;
  const int day = in.Take('-') ? in.Digits(2) : -1;
  const int hour = in.Take('T') || in.Take(' ') ? in.Digits(2) : -1;
  const int minute = in.Take(':') ? in.Digits(2) : -1;
  const int second = in.Take(':') ? in.Digits(2) : -1;
  const auto micros = in.Fraction();
  int offset = 0;  // Minutes east of UTC.
  if (!in.Take('Z')) {
    // In a query a '+' that was not encoded has become a space.
    const bool east = in.Take('+') || in.Take(' ');
    if (!east && !in.Take('-')) return std::nullopt;
    const int hours = in.Digits(2);
    const int minutes = in.Take(':') ? in.Digits(2) : -1;
    if (!Within(hours, 0, 23) || !Within(minutes, 0, 59)) return std::nullopt;
    offset = (hours * 60 + minutes) * (east ? 1 : -1);
  }
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (year < 1970 || !date.ok() || !Within(hour, 0, 23) || !Within(minute, 0, 59) ||
      !Within(second, 0, 60) || !in.done()) {
    return std::nullopt;
  }
  return WallTime(std::chrono::sys_days(date)) + std::chrono::hours(hour) +
         std::chrono::minutes(minute - offset) + std::chrono::seconds(second) +
         std::chrono::microseconds(micros);
}

}  // namespace callfleet::supervisor::rest
