#include "services/supervisor/rest/answer.h"

#include "services/supervisor/rest/json_values.h"

namespace callfleet::supervisor::rest {
namespace {

// The zero value is PREFIX_UNSPECIFIED.
std::string_view Prefix(const google::protobuf::EnumDescriptor& type) {
  std::string_view zero = type.value(0)->name();
  zero.remove_suffix(std::string_view("UNSPECIFIED").size());
  return zero;
}

constexpr auto kGoneRows = std::to_array<Row<std::string>>({
    {"id", kText, "Of what is gone.", [](const std::string& id) { return Json(id); }},
});

constexpr auto kDoneRows = std::to_array<Row<std::string>>({
    {"id", kText, "Of what was commanded.", [](const std::string& id) { return Json(id); }},
});

}  // namespace

const Table<std::string>& DoneTable() {
  static const Table<std::string> kTable("Done", kDoneRows);
  return kTable;
}

const Table<std::string>& GoneTable() {
  static const Table<std::string> kTable("Gone", kGoneRows);
  return kTable;
}

std::vector<std::string> EnumWords(const google::protobuf::EnumDescriptor& type) {
  std::vector<std::string> words;
  for (int i = 1; i < type.value_count(); ++i) {
    words.push_back(EnumJson(type.value(i)->name(), Prefix(type)).get<std::string>());
  }
  return words;
}

Json EnumWord(const google::protobuf::EnumDescriptor& type, int value) {
  const auto* found = type.FindValueByNumber(value);
  return found == nullptr ? Json() : EnumJson(found->name(), Prefix(type));
}

}  // namespace callfleet::supervisor::rest
