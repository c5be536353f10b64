#pragma once
// One run of Schema::Load: reads the sources in order and collects every fault.
#include <string>
#include <string_view>
#include <vector>

#include "common/config/schema.h"

namespace callfleet::config {

class Schema::Loader {
 public:
  Loader(Schema* schema, const Inputs& inputs) : schema_(schema), inputs_(inputs) {}
  void Run();
  const std::vector<std::string>& faults() const { return faults_; }
  bool help = false;
  bool version = false;
  bool print = false;

 private:
  void ReadFlags();
  std::size_t ReadFlag(std::size_t at);
  void ApplyFlags();
  void ReadFile(const std::string& path);
  void ReadEnvironment();
  void Set(std::string_view name, const Values& values, const std::string& source);
  void Fault(std::string_view key, std::string_view what, std::string_view source);

  struct Flag {
    std::string name;
    std::string value;
  };

  Schema* schema_;
  const Inputs& inputs_;
  std::string file_;
  std::vector<Flag> flags_;
  std::vector<std::string> faults_;
};

}  // namespace callfleet::config
