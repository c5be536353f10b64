#include "common/config/schema.h"

#include <cassert>
#include <iomanip>

#include "common/config/value.h"

namespace callfleet::config {

namespace {
std::string OneValue(const std::vector<std::string>& values) {
  return values.size() == 1 ? "" : "takes one value, got " + std::to_string(values.size());
}
}  // namespace

Schema::Schema(std::string program, std::string version)
    : program_(std::move(program)), version_(std::move(version)) {}

Schema& Schema::Add(Entry entry) {
  assert(Find(entry.key.name) == nullptr && "a key is declared once");
  entries_.push_back(std::move(entry));
  return *this;
}

Schema& Schema::String(std::string* member, Key key) {
  auto set = [member, key](const Values& values) {
    auto fault = OneValue(values);
    if (fault.empty()) fault = CheckChoice(values[0], key);
    if (fault.empty() && key.required && values[0].empty()) fault = "must not be empty";
    if (fault.empty() && key.check && !values[0].empty()) fault = key.check(values[0]);
    if (fault.empty()) *member = values[0];
    return fault;
  };
  auto print = [member] { return QuoteToml(*member); };
  return Add({.key = std::move(key), .kind = "text", .set = set, .print = print});
}

Schema& Schema::Int(std::int64_t* member, Key key) {
  auto set = [member, key](const Values& values) {
    auto fault = OneValue(values);
    return fault.empty() ? ParseInt(values[0], key, member) : fault;
  };
  auto print = [member] { return std::to_string(*member); };
  return Add({.key = std::move(key), .kind = "integer", .set = set, .print = print});
}

Schema& Schema::DurationMs(std::chrono::milliseconds* member, Key key) {
  assert(key.name.ends_with("_ms") && "a duration's name says its unit");
  if (key.min < 0) key.min = 0;
  auto set = [member, key](const Values& values) {
    auto fault = OneValue(values);
    std::int64_t count = 0;
    if (fault.empty()) fault = ParseInt(values[0], key, &count);
    if (fault.empty()) *member = std::chrono::milliseconds(count);
    return fault;
  };
  auto print = [member] { return std::to_string(member->count()); };
  return Add({.key = std::move(key), .kind = "milliseconds", .set = set, .print = print});
}

Schema& Schema::Bool(bool* member, Key key) {
  auto set = [member](const Values& values) {
    auto fault = OneValue(values);
    return fault.empty() ? ParseBool(values[0], member) : fault;
  };
  auto print = [member] { return std::string(*member ? "true" : "false"); };
  return Add({.key = std::move(key),
              .boolean = true,
              .kind = "true or false",
              .set = set,
              .print = print});
}

Schema& Schema::List(std::vector<std::string>* member, Key key) {
  auto set = [member, key](const Values& values) {
    for (const auto& value : values) {
      auto fault = CheckChoice(value, key);
      if (fault.empty() && key.check) fault = key.check(value);
      if (!fault.empty()) return fault;
    }
    if (key.required && values.empty()) return std::string("must not be empty");
    *member = values;
    return std::string();
  };
  auto print = [member] {
    Values quoted;
    for (const auto& item : *member) quoted.push_back(QuoteToml(item));
    return "[" + Join(quoted) + "]";
  };
  return Add({.key = std::move(key), .list = true, .kind = "list a,b", .set = set, .print = print});
}

Schema& Schema::Check(std::string name, std::function<std::string()> check) {
  joints_.push_back({std::move(name), std::move(check)});
  return *this;
}

Schema::Entry* Schema::Find(std::string_view name) {
  for (auto& entry : entries_) {
    if (entry.key.name == name) return &entry;
  }
  return nullptr;
}

void Schema::PrintHelp(std::ostream& out) const {
  out << program_ << " " << version_
      << "\nKeys, as --key value, CALLFLEET_<KEY> in the environment, or key = value in the file "
         "of --config FILE:\n";
  for (const auto& entry : entries_) {
    out << "  --" << std::left << std::setw(34) << entry.key.name << entry.key.help << " ("
        << entry.kind;
    if (!entry.key.one_of.empty()) out << " of " << Join(entry.key.one_of);
    if (entry.key.required) {
      out << ", required";
    } else if (!entry.key.secret) {
      out << ", default " << entry.print();
    }
    out << ")\n";
  }
  out << "  --help, --version, --print-config\n";
}

void Schema::PrintConfig(std::ostream& out) const {
  for (const auto& entry : entries_) {
    out << entry.key.name << " = " << (entry.key.secret ? "\"(secret)\"" : entry.print()) << "  # "
        << (entry.source.empty() ? "default" : entry.source) << "\n";
  }
}

}  // namespace callfleet::config
