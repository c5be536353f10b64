#pragma once
// A service declares its keys once, bound to the members of a struct; the members' first values are
// the defaults. Sources, each overriding the one before: defaults, file (TOML), environment, flags.
#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace callfleet::config {

struct Key {
  std::string name;  // snake_case with the unit last: "listen", "ring_timeout_ms".
  std::string help{};
  bool required = false;  // Must come from a source; the member's first value is ignored.
  bool secret = false;    // Its value is never printed, in no fault and no --print-config.
  std::int64_t min = std::numeric_limits<std::int64_t>::min();  // Int and DurationMs, inclusive.
  std::int64_t max = std::numeric_limits<std::int64_t>::max();
  std::vector<std::string> one_of{};  // String and List; empty: anything.
  // String and each item of a List, where they are not empty: "" or the fault; see checks.h.
  std::function<std::string(const std::string&)> check{};
};

// What Load reads from; tests give their own.
struct Inputs {
  std::vector<std::string> arguments;    // Without the program's name.
  std::vector<std::string> environment;  // "NAME=value".
};
Inputs ProcessInputs(int argc, char** argv);

// "1.2.3", of the whole product: the build's PROJECT_VERSION.
std::string ProductVersion();

// Lifetime: the bound members outlive the schema. Not thread safe.
class Schema {
 public:
  explicit Schema(std::string program, std::string version = ProductVersion());

  Schema& String(std::string* member, Key key);
  Schema& Int(std::int64_t* member, Key key);
  Schema& DurationMs(std::chrono::milliseconds* member, Key key);  // 0 or more; name ends in _ms.
  Schema& Bool(bool* member, Key key);
  Schema& List(std::vector<std::string>* member, Key key);  // "a,b" or a TOML array.

  // Judges members together, once all are set: "" or what is wrong with `name`.
  Schema& Check(std::string name, std::function<std::string()> check);

  // Fills the members and returns nothing, or returns the process's exit code: 0 after --help,
  // --version and --print-config, 2 after printing every fault, one a line, to `err`.
  std::optional<int> Load(const Inputs& inputs, std::ostream& out, std::ostream& err);

 private:
  using Values = std::vector<std::string>;
  struct Entry {
    Key key;
    bool list = false;
    bool boolean = false;
    std::string kind;  // "integer", "true or false", …
    // Sets the member; returns what is wrong with the values, or "".
    std::function<std::string(const Values&)> set;
    std::function<std::string()> print;
    std::string source{};  // The last source that gave a value.
  };
  class Loader;

  Schema& Add(Entry entry);
  Entry* Find(std::string_view name);
  void PrintHelp(std::ostream& out) const;
  void PrintConfig(std::ostream& out) const;

  std::string program_;
  std::string version_;
  std::vector<Entry> entries_;
  struct Joint {
    std::string name;
    std::function<std::string()> check;
  };
  std::vector<Joint> joints_;
};

}  // namespace callfleet::config
