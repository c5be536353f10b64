#include "services/supervisor/rest/openapi.h"

#include <algorithm>
#include <cctype>
#include <cmath>

#include "services/supervisor/rest/answer_schemas.h"

namespace callfleet::supervisor::rest {
namespace {

Json Number(double value) {
  if (value == std::floor(value)) return static_cast<long long>(value);
  return value;
}

void AddRange(const FieldSpec& field, const char* min, const char* max, Json* schema) {
  if (field.min != 0 || field.type == JsonType::kInteger || field.type == JsonType::kNumber) {
    (*schema)[min] = Number(field.min);
  }
  if (field.max != kNoLimit) (*schema)[max] = Number(field.max);
}

Json Schema(const FieldSpec& field);

Json ObjectSchema(Fields fields) {
  Json schema{{"type", "object"}, {"properties", Json::object()}};
  for (const auto& field : fields) {
    Json& property = schema["properties"][std::string(field.name)] = Schema(field);
    if (field.nullable) property["type"] = Json::array({property["type"], "null"});
    if (field.required) schema["required"].push_back(field.name);
  }
  return schema;
}

Json Schema(const FieldSpec& field) {
  Json schema{{"description", field.about}};
  switch (field.type) {
    case JsonType::kString:
      schema["type"] = "string";
      AddRange(field, "minLength", "maxLength", &schema);
      for (const auto& choice : field.one_of) schema["enum"].push_back(choice);
      break;
    case JsonType::kInteger:
      schema["type"] = "integer";
      AddRange(field, "minimum", "maximum", &schema);
      break;
    case JsonType::kNumber:
      schema["type"] = "number";
      AddRange(field, "minimum", "maximum", &schema);
      break;
    case JsonType::kBoolean:
      schema["type"] = "boolean";
      break;
    case JsonType::kStringList:
      schema["type"] = "array";
      schema["items"] = {{"type", "string"}};
      AddRange(field, "minItems", "maxItems", &schema);
      break;
    case JsonType::kIntegerList: {
      Json item{{"type", "integer"}};
      AddRange(field, "minimum", "maximum", &item);
      schema["type"] = "array";
      schema["items"] = std::move(item);
      break;
    }
    case JsonType::kObject: {
      Json object = ObjectSchema(field.fields);
      object["description"] = field.about;
      return object;
    }
    case JsonType::kObjectList:
      schema["type"] = "array";
      schema["items"] = ObjectSchema(field.fields);
      AddRange(field, "minItems", "maxItems", &schema);
      break;
  }
  return schema;
}

Json Parameters(const Route& route) {
  Json parameters = Json::array();
  std::string_view path = route.path;
  for (auto colon = path.find(':'); colon != std::string_view::npos; colon = path.find(':')) {
    path.remove_prefix(colon + 1);
    parameters.push_back({{"name", path.substr(0, path.find('/'))},
                          {"in", "path"},
                          {"required", true},
                          {"schema", {{"type", "string"}}}});
  }
  for (const auto& field : route.query) {
    parameters.push_back(
        {{"name", field.name}, {"in", "query"}, {"required", false}, {"schema", Schema(field)}});
  }
  if (route.method != Method::kGet) {
    parameters.push_back(
        {{"name", "Idempotency-Key"},
         {"in", "header"},
         {"required", false},
         {"schema",
          {{"type", "string"}, {"minLength", 1}, {"maxLength", 64}, {"pattern", "^[ -~]+$"}}}});
  }
  return parameters;
}

Json RequestBody(const Route& route) {
  if (route.upload != nullptr) {
    Json form = ObjectSchema(route.form);
    form["properties"]["file"] = {{"type", "string"}, {"format", "binary"}};
    form["required"].push_back("file");
    return {{"required", true},
            {"content",
             {{"multipart/form-data", {{"schema", std::move(form)}}},
              {std::string(route.upload_type), {{"schema", {{"type", "string"}}}}}}}};
  }
  return {{"required", true},
          {"content", {{"application/json", {{"schema", ObjectSchema(route.body)}}}}}};
}

// Success envelope around the route's answer.
Json Envelope(const Route& route, Schemas* schemas) {
  Json data = schemas->Of(route.answer.data);
  if (route.answer.or_else != nullptr) {
    const Shape other{.type = ValueType::kObject, .object = route.answer.or_else};
    data = {{"anyOf", Json::array({std::move(data), schemas->Of(other)})}};
  }
  Json properties{{"success", {{"const", true}}},
                  {"data", std::move(data)},
                  {"stale", schemas->Of(kText.List())},
                  {"ignored", schemas->Of(kText.List())}};
  properties["stale"]["description"] = "Sources that are out of sight: what they told last.";
  properties["ignored"]["description"] = "Fields of the body that mean nothing here.";
  if (std::ranges::any_of(route.query, [](const auto& f) { return f.name == "pageToken"; })) {
    properties["nextPageToken"] = {{"type", "string"}, {"description", "Empty: the last page."}};
    properties["totalSize"] = {{"type", "integer"}, {"description", "Items on all pages."}};
  }
  for (const auto& member : route.answer.beside) {
    properties[std::string(member.name)] = schemas->Of(member);
  }
  return {{"type", "object"},
          {"required", {"success", "data"}},
          {"properties", std::move(properties)},
          {"additionalProperties", false}};
}

// The JSON of each event's data line.
Json Event(const Route& route, Schemas* schemas) {
  Json properties{{"seq", {{"type", "integer"}, {"description", "Of the update; rises."}}},
                  {"items", schemas->Of(route.answer.data)},
                  {"removed",
                   {{"type", "array"},
                    {"items", {{"type", "string"}}},
                    {"description", "Ids that are gone."}}}};
  for (const auto& member : route.answer.beside) {
    properties[std::string(member.name)] = schemas->Of(member);
  }
  return {{"type", "object"},
          {"required", {"seq", "items", "removed"}},
          {"properties", std::move(properties)},
          {"additionalProperties", false}};
}

Json Responses(const Route& route, Schemas* schemas) {
  const Json failure{{"$ref", "#/components/responses/Failure"}};
  Json success{{"description", route.summary}};
  if (route.download != nullptr) {
    success["content"]["audio/wav"]["schema"] = {{"type", "string"}, {"format", "binary"}};
  } else if (route.events != nullptr) {
    success["description"] =
        std::string(route.summary) + " Events: snapshot, then delta; data is x-event-data.";
    auto& content = success["content"]["text/event-stream"];
    content["schema"] = {{"type", "string"}};
    content["x-event-data"] = Event(route, schemas);
  } else {
    success["content"]["application/json"]["schema"] = Envelope(route, schemas);
  }
  Json responses{{std::to_string(route.success), success}, {"default", failure}};
  if (route.download != nullptr) {
    success["description"] = "The part that the header Range asks for.";
    responses["206"] = std::move(success);
  }
  return responses;
}

std::string OpenApiPath(std::string_view path) {
  std::string out;
  bool in_name = false;
  for (const char c : path) {
    if (c == '/' && in_name) out += '}';
    if (c == '/') in_name = false;
    out += c == ':' ? '{' : c;
    in_name |= c == ':';
  }
  return in_name ? out + '}' : out;
}

std::string Lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

Json Components(Json schemas) {
  const Json text{{"type", "string"}};
  const Json error{{"type", "object"},
                   {"required", {"code", "reason", "message"}},
                   {"properties",
                    {{"code", text},
                     {"reason", text},
                     {"message", text},
                     {"field", text},
                     {"fields", {{"type", "array"}, {"items", {{"type", "object"}}}}},
                     {"details", {{"type", "object"}}},
                     {"retryAfterSeconds", {{"type", "integer"}}}}}};
  schemas["Failure"] = {{"type", "object"},
                        {"required", {"success", "error"}},
                        {"properties", {{"success", {{"const", false}}}, {"error", error}}}};
  const Json failure_content{
      {"application/json", {{"schema", {{"$ref", "#/components/schemas/Failure"}}}}}};
  return {{"schemas", std::move(schemas)},
          {"responses",
           {{"Failure",
             {{"description", "Why it was refused; nothing was changed."},
              {"content", failure_content}}}}},
          {"securitySchemes", {{"bearer", {{"type", "http"}, {"scheme", "bearer"}}}}}};
}

}  // namespace

Json OpenApi(const RouteTable& table) {
  Json paths = Json::object();
  Schemas schemas;
  for (const Route* route : table.routes()) {
    Json operation{{"summary", route->summary},
                   {"x-role", auth::Name(route->role)},
                   {"responses", Responses(*route, &schemas)}};
    if (Json parameters = Parameters(*route); !parameters.empty()) {
      operation["parameters"] = std::move(parameters);
    }
    if (route->upload != nullptr || !route->body.empty()) {
      operation["requestBody"] = RequestBody(*route);
    }
    paths[OpenApiPath(route->path)][Lower(Name(route->method))] = std::move(operation);
  }
  return {{"openapi", "3.1.0"},
          {"info", {{"title", "Callfleet supervisor"}, {"version", "1"}}},
          {"security", Json::array({Json::object(), {{"bearer", Json::array()}}})},
          {"paths", std::move(paths)},
          {"components", Components(schemas.Take())}};
}

}  // namespace callfleet::supervisor::rest
