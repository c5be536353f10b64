#include "services/supervisor/rest/answer_schemas.h"

namespace callfleet::supervisor::rest {

Json Schemas::Of(const Shape& shape) {
  switch (shape.many) {
    case Many::kOne:
      return One(shape);
    case Many::kList:
      return {{"type", "array"}, {"items", One(shape)}};
    case Many::kMap:
      return {{"type", "object"}, {"additionalProperties", One(shape)}};
  }
  return {};
}

Json Schemas::Of(const MemberShape& member) {
  Json schema = Of(member.shape);
  schema["description"] = member.about;
  return schema;
}

Json Schemas::One(const Shape& shape) {
  const auto typed = [&](const char* type) {
    return Json{{"type", shape.nullable ? Json::array({type, "null"}) : Json(type)}};
  };
  switch (shape.type) {
    case ValueType::kText: {
      Json schema = typed("string");
      if (shape.choices == nullptr) return schema;
      schema["enum"] = shape.choices();
      if (shape.nullable) schema["enum"].push_back(nullptr);
      return schema;
    }
    case ValueType::kTime: {
      Json schema = typed("string");
      schema["format"] = "date-time";
      return schema;
    }
    case ValueType::kInteger:
      return typed("integer");
    case ValueType::kNumber:
      return typed("number");
    case ValueType::kBoolean:
      return typed("boolean");
    case ValueType::kObject: {
      Add(shape.object());
      Json schema{{"$ref", "#/components/schemas/" + std::string(shape.object().name)}};
      if (!shape.nullable) return schema;
      return {{"anyOf", Json::array({std::move(schema), {{"type", "null"}}})}};
    }
  }
  return {};
}

void Schemas::Add(const ObjectShape& object) {
  const std::string name(object.name);
  if (components_.contains(name)) return;
  components_[name] = Json::object();  // Met: an object may hold its like.
  Json schema{{"type", "object"},
              {"required", Json::array()},
              {"properties", Json::object()},
              {"additionalProperties", false}};
  for (const auto& member : object.members) {
    schema["properties"][std::string(member.name)] = Of(member);
    if (!member.optional) schema["required"].push_back(member.name);
  }
  components_[name] = std::move(schema);
}

}  // namespace callfleet::supervisor::rest
