#include "services/dialer/adapters/lead_csv.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <iterator>
#include <map>
#include <string_view>

#include "common/text/utf8.h"
#include "services/dialer/adapters/csv_reader.h"
#include "services/dialer/adapters/phone_numbers.h"
#include "services/dialer/adapters/tz_zones.h"

namespace callfleet::dialer {

namespace {

constexpr std::size_t kMaxName = 256;
constexpr std::size_t kMaxExtraBytes = 1024;
constexpr std::size_t kMaxColumnName = 64;
constexpr int kMaxPriority = 1000;

std::string Trim(const std::string& text) {
  const auto from = text.find_first_not_of(" \t\r\n");
  if (from == std::string::npos) return {};
  return text.substr(from, text.find_last_not_of(" \t\r\n") - from + 1);
}

std::string Plain(const std::string& name) {
  std::string plain;
  for (const unsigned char c : name) {
    if (c != ' ' && c != '_' && c != '-') plain += static_cast<char>(std::tolower(c));
  }
  return plain;
}

// An empty one is 0.
bool ParsePriority(const std::string& text, int* priority) {
  if (text.empty()) return true;
  const char* last = text.data() + text.size();
  const auto [end, fault] = std::from_chars(text.data(), last, *priority);
  return fault == std::errc{} && end == last && std::abs(*priority) <= kMaxPriority;
}

tl::unexpected<Error> Bad(const char* column, const std::string& why) {
  return InvalidField(column, why);
}

}  // namespace

// What a header without a column of numbers most likely is.
std::string HeaderHint(const std::vector<std::string>& header) {
  const auto holds = [&](char c) {
    return std::any_of(header.begin(), header.end(),
                       [c](const std::string& name) { return name.find(c) != std::string::npos; });
  };
  if (holds('\0')) return "; the file looks like UTF-16: save it as CSV in UTF-8";
  if (holds(';')) return "; the file is separated by semicolons: save it with commas";
  if (holds('\t')) return "; the file is separated by tabs: save it with commas";
  return "";
}

Result<LeadColumns> LeadColumns::Of(const std::vector<std::string>& header) {
  LeadColumns columns;
  columns.count_ = header.size();
  const std::map<std::string, int LeadColumns::*> kKnown{
      {"phonenumber", &LeadColumns::number_}, {"phone", &LeadColumns::number_},
      {"number", &LeadColumns::number_},      {"tel", &LeadColumns::number_},
      {"name", &LeadColumns::name_},          {"timezone", &LeadColumns::zone_},
      {"priority", &LeadColumns::priority_},  {"skills", &LeadColumns::skills_}};
  for (std::size_t i = 0; i < header.size(); ++i) {
    const std::string name = Trim(header[i]);
    if (name.find('\0') != std::string::npos) break;  // No text of ours: told below.
    if (!IsUtf8(name) || name.size() > kMaxColumnName) {
      return InvalidField(
          "header", "column " + std::to_string(i + 1) + " has no name of at most 64 bytes of UTF-8",
          "CSV_HEADER");
    }
    const auto known = kKnown.find(Plain(name));
    if (known == kKnown.end()) {
      if (!name.empty()) columns.extra_.push_back({.column = i, .name = name});
      continue;
    }
    if (columns.*known->second >= 0) {
      return InvalidField("header", "two columns mean the same: " + name, "CSV_HEADER");
    }
    columns.*known->second = static_cast<int>(i);
  }
  if (columns.number_ < 0) {
    return InvalidField("header",
                        "no column is named phoneNumber, phone or number" + HeaderHint(header),
                        "CSV_HEADER");
  }
  return columns;
}

Result<Lead> LeadColumns::Read(std::vector<std::string>& fields,
                               const std::string& default_region) const {
  if (fields.size() > CsvReader::kMaxColumns) return Bad("row", "is too large");
  if (fields.size() > count_) return Bad("row", "has more fields than the header");
  if (!std::all_of(fields.begin(), fields.end(), IsUtf8)) return Bad("row", "is not UTF-8");
  // PostgreSQL keeps no such character: the whole piece would be refused for one row.
  if (std::any_of(fields.begin(), fields.end(),
                  [](const std::string& field) { return field.find('\0') != std::string::npos; })) {
    return Bad("row", "holds the character 0");
  }
  const auto at = [&](int column) {
    return column >= 0 && static_cast<std::size_t>(column) < fields.size()
               ? Trim(fields[static_cast<std::size_t>(column)])
               : std::string();
  };
  auto number = NormalNumber(at(number_), default_region);
  if (!number) return Fail(number.error());
  Lead lead;
  lead.number = std::move(number->e164);
  lead.region = std::move(number->region);
  lead.name = at(name_);
  if (lead.name.size() > kMaxName) return Bad("name", "is longer than 256 bytes");
  lead.zone = at(zone_);
  if (!lead.zone.empty() && !TzZones::Known(lead.zone)) return Bad("timezone", "is no IANA zone");
  if (!ParsePriority(at(priority_), &lead.priority)) {
    return Bad("priority", "is no whole number from -1000 to 1000");
  }
  if (!ParseSkills(at(skills_), lead.skills)) {
    return Bad("skills", "are not like sales:3|english, levels 1 to 10");
  }
  std::size_t bytes = 0;
  for (const auto& extra : extra_) {
    std::string value = at(static_cast<int>(extra.column));
    if (value.empty()) continue;
    bytes += extra.name.size() + value.size();
    lead.metadata[extra.name] = std::move(value);
  }
  if (bytes > kMaxExtraBytes) return Bad("row", "has more than 1 KiB in other columns");
  return lead;
}

}  // namespace callfleet::dialer
