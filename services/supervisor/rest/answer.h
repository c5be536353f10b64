#pragma once
// What we answer with: one table makes the JSON of an object and its schema in OpenAPI, so that
// they cannot differ.
#include <google/protobuf/descriptor.h>

#include <array>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace callfleet::supervisor::rest {

using Json = nlohmann::json;

enum class ValueType { kText, kTime, kInteger, kNumber, kBoolean, kObject };
enum class Many { kOne, kList, kMap };  // kMap: by a name that is data, not schema.

struct ObjectShape;

// What a value may be.
struct Shape {
  ValueType type = ValueType::kText;
  Many many = Many::kOne;
  bool nullable = false;
  const ObjectShape& (*object)() = nullptr;         // kObject alone.
  std::vector<std::string> (*choices)() = nullptr;  // kText: all that it may be.

  constexpr Shape OrNull() const {
    Shape shape = *this;
    shape.nullable = true;
    return shape;
  }
  constexpr Shape List() const {
    Shape shape = *this;
    shape.many = Many::kList;
    return shape;
  }
  constexpr Shape Map() const {
    Shape shape = *this;
    shape.many = Many::kMap;
    return shape;
  }
};

inline constexpr Shape kText{.type = ValueType::kText};
inline constexpr Shape kTime{.type = ValueType::kTime};  // RFC 3339, milliseconds, UTC.
inline constexpr Shape kInteger{.type = ValueType::kInteger};
inline constexpr Shape kNumber{.type = ValueType::kNumber};
inline constexpr Shape kBoolean{.type = ValueType::kBoolean};

// All members are there in each answer, but for optional ones.
struct MemberShape {
  std::string_view name;
  Shape shape;
  std::string_view about;
  bool optional = false;
};

struct ObjectShape {
  std::string_view name;  // Of the component in OpenAPI.
  std::vector<MemberShape> members{};
};

// One member and where its value comes from.
template <class From>
struct Row {
  std::string_view name;
  Shape shape;
  std::string_view about;
  Json (*value)(const From&);
};

template <class From>
class Table : public ObjectShape {
 public:
  // `later` are members that the route adds itself.
  Table(std::string_view object, std::span<const Row<From>> rows,
        std::span<const MemberShape> later = {})
      : ObjectShape{object}, rows_(rows) {
    for (const auto& row : rows) members.push_back({row.name, row.shape, row.about});
    members.insert(members.end(), later.begin(), later.end());
  }

  Json operator()(const From& from) const {
    Json json = Json::object();
    for (const auto& row : rows_) json[std::string(row.name)] = row.value(from);
    return json;
  }
  template <class List>
  Json Each(const List& list) const {
    Json json = Json::array();
    for (const auto& item : list) json.push_back((*this)(item));
    return json;
  }

 private:
  std::span<const Row<From>> rows_;
};

// Of a function that returns a table.
template <auto kTable>
const ObjectShape& ShapeOf() {
  return kTable();
}
template <auto kTable>
inline constexpr Shape kObject{.type = ValueType::kObject, .object = ShapeOf<kTable>};

// {"words": …} of the names given.
template <const auto& kNames>
std::vector<std::string> Words() {
  return {std::begin(kNames), std::end(kNames)};
}

// The values of an enum on the wire, without its prefix and UNSPECIFIED.
std::vector<std::string> EnumWords(const google::protobuf::EnumDescriptor& type);
template <auto kDescriptor>
std::vector<std::string> WordsOfEnum() {
  return EnumWords(*kDescriptor());
}
// UNSPECIFIED is null.
Json EnumWord(const google::protobuf::EnumDescriptor& type, int value);
template <auto kDescriptor>
inline constexpr Shape kEnum{.nullable = true, .choices = WordsOfEnum<kDescriptor>};

inline Json TextOrNull(const std::string& text) { return text.empty() ? Json() : Json(text); }
template <class Number>
Json NotZero(Number number) {
  return number == 0 ? Json() : Json(number);
}

// What a route answers with: "data", and what stands beside it in the envelope.
struct Answer {
  Shape data = kText;
  const ObjectShape& (*or_else)() = nullptr;  // `data` may be one of these instead.
  std::span<const MemberShape> beside{};
};
template <auto kTable>
inline constexpr Answer kOne{.data = kObject<kTable>};
template <auto kTable>
inline constexpr Answer kList{.data = kObject<kTable>.List()};

// {"id": …} of what is gone.
const Table<std::string>& GoneTable();
// {"id": …} of what a verb was said to.
const Table<std::string>& DoneTable();

}  // namespace callfleet::supervisor::rest
