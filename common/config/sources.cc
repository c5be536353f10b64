#include <CLI/Config.hpp>
#include <CLI/ConfigFwd.hpp>
#include <CLI/Error.hpp>
#include <algorithm>
#include <cctype>
#include <fstream>

#include "common/config/loader.h"
#include "common/config/value.h"

extern char** environ;

namespace callfleet::config {
namespace {

constexpr std::string_view kPrefix = "CALLFLEET_";
constexpr std::string_view kFlags = "flags";

// Kubernetes puts such names into each container for every Service called callfleet-*.
bool IsServiceLink(std::string_view name, std::string_view value) {
  if (name.find("_SERVICE_HOST") != std::string_view::npos) return true;
  if (name.find("_SERVICE_PORT") != std::string_view::npos) return true;
  if (value.starts_with("tcp://") || value.starts_with("udp://")) return true;
  const auto port = name.find("_PORT_");
  return port != std::string_view::npos && port + 6 < name.size() &&
         std::isdigit(static_cast<unsigned char>(name[port + 6])) != 0;
}

std::string Lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

}  // namespace

Inputs ProcessInputs(int argc, char** argv) {
  Inputs inputs;
  for (int i = 1; i < argc; ++i) inputs.arguments.emplace_back(argv[i]);
  for (char** entry = environ; *entry != nullptr; ++entry) inputs.environment.emplace_back(*entry);
  return inputs;
}

std::optional<int> Schema::Load(const Inputs& inputs, std::ostream& out, std::ostream& err) {
  Loader loader(this, inputs);
  loader.Run();
  if (loader.help) {
    PrintHelp(out);
    return 0;
  }
  if (loader.version) {
    out << program_ << " " << version_ << "\n";
    return 0;
  }
  if (!loader.faults().empty()) {
    for (const auto& fault : loader.faults()) err << program_ << ": " << fault << "\n";
    return 2;
  }
  if (loader.print) {
    PrintConfig(out);
    return 0;
  }
  return std::nullopt;
}

void Schema::Loader::Run() {
  ReadFlags();
  if (help || version) return;  // Asked before anything is judged.
  for (const auto& entry : inputs_.environment) {
    if (entry.starts_with("CALLFLEET_CONFIG=") && file_.empty()) file_ = entry.substr(17);
  }
  if (!file_.empty()) ReadFile(file_);
  ReadEnvironment();
  ApplyFlags();
  for (const auto& entry : schema_->entries_) {
    if (entry.key.required && entry.source.empty()) {
      Fault(entry.key.name, "is required and no source gives it", "all sources");
    }
  }
  for (const auto& joint : schema_->joints_) {
    const auto what = joint.check();
    if (!what.empty()) Fault(joint.name, what, "all sources");
  }
}

void Schema::Loader::Fault(std::string_view key, std::string_view what, std::string_view source) {
  faults_.push_back(std::string(key) + " " + std::string(what) + " (" + std::string(source) + ")");
}

void Schema::Loader::Set(std::string_view name, const Values& values, const std::string& source) {
  Entry* entry = schema_->Find(name);
  if (entry == nullptr) {
    Fault(name, "is not a known key", source);
    return;
  }
  // A faulty value counts as given: one fault a key and source, no "is required" on top.
  entry->source = source;
  if (auto what = entry->set(values); !what.empty()) Fault(name, what, source);
}

void Schema::Loader::ReadFlags() {
  for (std::size_t at = 0; at < inputs_.arguments.size();) at += ReadFlag(at);
}

// Returns how many arguments it took. A flag may be written --ring-timeout-ms too.
std::size_t Schema::Loader::ReadFlag(std::size_t at) {
  const auto& arguments = inputs_.arguments;
  const std::string& text = arguments[at];
  if (!text.starts_with("--") || text.size() == 2) {
    Fault("'" + text + "'", "is not a flag; flags are --key value", kFlags);
    return 1;
  }
  const auto equals = text.find('=');
  std::string name = text.substr(2, equals == std::string::npos ? equals : equals - 2);
  std::ranges::replace(name, '-', '_');
  if (name == "help") help = true;
  if (name == "version") version = true;
  if (name == "print_config") print = true;
  if (name == "help" || name == "version" || name == "print_config") return 1;
  const bool has_next = at + 1 < arguments.size() && !arguments[at + 1].starts_with("--");
  const Entry* entry = schema_->Find(name);
  std::size_t taken = 1;
  std::string value;
  if (equals != std::string::npos) {
    value = text.substr(equals + 1);
  } else if (has_next) {
    value = arguments[at + 1];
    taken = 2;
  } else if (entry != nullptr && entry->boolean) {
    value = "true";
  } else {
    Fault(name, entry != nullptr || name == "config" ? "needs a value" : "is not a known key",
          kFlags);
    return 1;
  }
  if (name == "config") {
    file_ = value;
  } else {
    flags_.push_back({name, value});
  }
  return taken;
}

void Schema::Loader::ApplyFlags() {
  for (const auto& flag : flags_) {
    const Entry* entry = schema_->Find(flag.name);
    const bool list = entry != nullptr && entry->list;
    Set(flag.name, list ? SplitList(flag.value) : Values{flag.value}, std::string(kFlags));
  }
}

void Schema::Loader::ReadFile(const std::string& path) {
  const std::string source = "file " + path;
  std::ifstream file(path);
  if (!file) {
    Fault("config", "cannot be read", source);
    return;
  }
  try {
    for (const auto& item : CLI::ConfigTOML().from_config(file)) {
      if (item.name == "++" || item.name == "--") continue;  // A section opens or closes.
      auto values = item.inputs;
      if (values == Values{""} || values == Values{"[]"}) {
        const Entry* entry = schema_->Find(item.fullname());
        if (entry != nullptr && entry->list) values.clear();
      }
      Set(item.fullname(), values, source);
    }
  } catch (const CLI::Error& error) {
    Fault("config", std::string("is not TOML: ") + error.what(), source);
  }
}

void Schema::Loader::ReadEnvironment() {
  for (const auto& line : inputs_.environment) {
    if (!line.starts_with(kPrefix)) continue;
    const auto equals = line.find('=');
    const std::string name = line.substr(0, equals);
    const std::string value = line.substr(equals + 1);
    const std::string key = Lower(name.substr(kPrefix.size()));
    const Entry* entry = schema_->Find(key);
    if (key == "config" || (entry == nullptr && IsServiceLink(name, value))) continue;
    const bool list = entry != nullptr && entry->list;
    Set(key, list ? SplitList(value) : Values{value}, "environment " + name);
  }
}

}  // namespace callfleet::config
