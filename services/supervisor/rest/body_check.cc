#include "services/supervisor/rest/body_check.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "common/text/utf8.h"

namespace callfleet::supervisor::rest {
namespace {

// What neither protobuf nor PostgreSQL takes as text; nullptr: nothing is wrong.
const char* TextFault(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) return "must not hold the character 0";
  return IsUtf8(text) ? nullptr : "must be UTF-8";
}

class Checker {
 public:
  explicit Checker(std::vector<std::string>* ignored) : ignored_(ignored) {}

  void Object(Fields fields, const std::string& prefix, Json* object,
              Nulls nulls = Nulls::kAbsent) {
    for (auto it = object->begin(); it != object->end();) {
      const bool known = std::ranges::any_of(
          fields, [&](const FieldSpec& field) { return field.name == it.key(); });
      if (!known && ignored_ != nullptr) ignored_->push_back(prefix + it.key());
      const bool stays = known && (nulls == Nulls::kClear || !it->is_null());
      it = stays ? std::next(it) : object->erase(it);
    }
    for (const auto& field : fields) {
      const auto found = object->find(field.name);
      const std::string path = prefix + std::string(field.name);
      if (found != object->end() && found->is_null()) {
        if (!field.nullable) Fault(path, "must not be null");
      } else if (found != object->end()) {
        Value(field, path, &*found);
      } else if (field.required) {
        Fault(path, "is required");
      }
    }
  }

  Status Done() && {
    if (faults_.empty()) return {};
    Error error{.code = ErrorCode::kInvalidArgument,
                .reason = "INVALID_ARGUMENT",
                .message = faults_.front().field + ": " + faults_.front().description};
    error.fields = std::move(faults_);
    return Fail(std::move(error));
  }

 private:
  void Fault(std::string path, std::string what) {
    if (faults_.size() < kMaxFaults) faults_.push_back({std::move(path), std::move(what)});
  }

  static std::string Limits(const FieldSpec& field) {
    const auto text = [](double value) {
      return value == std::floor(value) ? std::to_string(static_cast<long long>(value))
                                        : std::to_string(value).substr(0, 5);
    };
    if (field.max == kNoLimit) return text(field.min) + " or more";
    return text(field.min) + " to " + text(field.max);
  }

  static std::size_t Characters(const std::string& text) {
    std::size_t count = 0;
    for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1 : 0;
    return count;
  }

  static bool Outside(const FieldSpec& field, double value) {
    return !(value >= field.min && value <= field.max);
  }

  void Value(const FieldSpec& field, const std::string& path, Json* value) {
    switch (field.type) {
      case JsonType::kString:
        String(field, path, *value);
        break;
      case JsonType::kInteger:
        Integer(field, path, *value);
        break;
      case JsonType::kNumber:
        if (!value->is_number() || Outside(field, value->get<double>())) {
          Fault(path, "must be a number, " + Limits(field));
        }
        break;
      case JsonType::kBoolean:
        if (!value->is_boolean()) Fault(path, "must be true or false");
        break;
      case JsonType::kStringList:
      case JsonType::kIntegerList:
      case JsonType::kObjectList:
        List(field, path, value);
        break;
      case JsonType::kObject:
        if (value->is_object()) {
          Object(field.fields, path + ".", value);
        } else {
          Fault(path, "must be an object");
        }
        break;
    }
  }

  void String(const FieldSpec& field, const std::string& path, const Json& value) {
    if (!value.is_string()) {
      Fault(path, "must be a string");
      return;
    }
    const auto& text = value.get_ref<const std::string&>();
    if (const char* fault = TextFault(text)) {
      Fault(path, fault);
    } else if (Outside(field, static_cast<double>(Characters(text)))) {
      Fault(path, "must have " + Limits(field) + " characters");
    } else if (!field.one_of.empty() &&
               std::ranges::find(field.one_of, text) == field.one_of.end()) {
      std::string choices;
      for (const auto& choice : field.one_of) {
        choices += (choices.empty() ? "" : ", ") + std::string(choice);
      }
      Fault(path, "must be one of " + choices);
    }
  }

  void Integer(const FieldSpec& field, const std::string& path, const Json& value) {
    if (!value.is_number_integer() || Outside(field, value.get<double>())) {
      Fault(path, "must be an integer, " + Limits(field));
    }
  }

  void List(const FieldSpec& field, const std::string& path, Json* value) {
    if (!value->is_array()) {
      Fault(path, "must be a list");
      return;
    }
    const auto count = static_cast<double>(value->size());
    const bool integers = field.type == JsonType::kIntegerList;
    if (!integers && Outside(field, count)) Fault(path, "must have " + Limits(field) + " items");
    for (std::size_t i = 0; i < value->size(); ++i) {
      Json& item = (*value)[i];
      const std::string item_path = path + "[" + std::to_string(i) + "]";
      if (integers) {
        Integer(field, item_path, item);
      } else if (field.type == JsonType::kStringList) {
        String({.name = field.name, .about = "", .min = 1, .max = 256}, item_path, item);
      } else if (item.is_object()) {
        Object(field.fields, item_path + ".", &item);
      } else {
        Fault(item_path, "must be an object");
      }
    }
  }

  static constexpr std::size_t kMaxFaults = 50;
  std::vector<std::string>* ignored_;
  std::vector<FieldViolation> faults_;
};

Json FromText(JsonType type, const std::string& text) {
  if (type == JsonType::kInteger) {
    long long value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc{} && end == text.data() + text.size()) return value;
  }
  if (type == JsonType::kBoolean && text == "true") return true;
  if (type == JsonType::kBoolean && text == "false") return false;
  return text;  // Of the wrong type: the check says so.
}

// How deep objects and lists nest; looked at before anything is built from the text.
std::size_t Depth(const std::string& text) {
  std::size_t depth = 0;
  std::size_t deepest = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string && c == '\\') {
      ++i;
    } else if (c == '"') {
      in_string = !in_string;
    } else if (!in_string && (c == '{' || c == '[')) {
      deepest = std::max(deepest, ++depth);
    } else if (!in_string && (c == '}' || c == ']') && depth > 0) {
      --depth;
    }
  }
  return deepest;
}

}  // namespace

Result<Json> ParseBody(const std::string& text) {
  if (Depth(text) > kMaxJsonDepth) {
    return InvalidField("body", "may nest objects and lists to a depth of 32", "JSON_TOO_DEEP");
  }
  Json body = Json::parse(text, nullptr, false);
  if (body.is_object()) return body;
  return InvalidField("body", body.is_discarded() ? "is not JSON" : "must be a JSON object",
                      "NOT_JSON");
}

Status CheckBody(Fields fields, Json* body, std::vector<std::string>* ignored, Nulls nulls) {
  Checker checker(ignored);
  checker.Object(fields, "", body, nulls);
  return std::move(checker).Done();
}

Result<Json> CheckQuery(Fields fields, const std::multimap<std::string, std::string>& query) {
  Json values = Json::object();
  for (const auto& [name, text] : query) {
    const auto field = std::ranges::find(fields, name, &FieldSpec::name);
    if (field == fields.end()) return InvalidField(name, "is not a parameter of this path");
    values[name] = FromText(field->type, text);
  }
  if (auto checked = CheckBody(fields, &values, nullptr); !checked) return Fail(checked.error());
  return values;
}

Status CheckPath(const std::map<std::string, std::string, std::less<>>& path) {
  for (const auto& [name, value] : path) {
    if (const char* fault = TextFault(value)) return InvalidField(name, fault);
  }
  return {};
}

}  // namespace callfleet::supervisor::rest
