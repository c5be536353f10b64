#include "services/supervisor/rest/openapi.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

namespace callfleet::supervisor::rest {
namespace {

std::string Upper(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

// "/api/v1/agents/{id}" → "/api/v1/agents/:id".
std::string Pattern(std::string path) {
  std::string out;
  for (const char c : path) {
    if (c != '}') out += c == '{' ? ':' : c;
  }
  return out;
}

std::set<std::string> Served() {
  std::set<std::string> served;
  const RouteTable table;
  for (const Route* route : table.routes()) {
    served.insert(std::string(Name(route->method)) + " " + std::string(route->path));
  }
  return served;
}

TEST(OpenApiTest, DescribesExactlyWhatIsServed) {
  const Json api = OpenApi(RouteTable());
  std::set<std::string> described;
  for (const auto& [path, operations] : api["paths"].items()) {
    for (const auto& [method, operation] : operations.items()) {
      described.insert(Upper(method) + " " + Pattern(path));
      EXPECT_FALSE(operation["responses"].empty());
    }
  }
  EXPECT_EQ(described, Served());
}

TEST(OpenApiTest, AFormIsDescribedWithItsFields) {
  const Json api = OpenApi(RouteTable());
  const auto form = [&](const char* path) {
    return api["paths"][path]["post"]["requestBody"]["content"]["multipart/form-data"]["schema"];
  };
  EXPECT_EQ(form("/api/v1/prompts")["properties"]["name"]["maxLength"], 64);
  EXPECT_EQ(form("/api/v1/prompts")["required"], Json::array({"file"}));
  EXPECT_EQ(form("/api/v1/suppressions/upload")["properties"].size(), 1U);
}

TEST(OpenApiTest, WhatNullTakesAwayMayBeNull) {
  const Json api = OpenApi(RouteTable());
  const Json queue = api["paths"]["/api/v1/queues/{id}"]["patch"]["requestBody"]["content"]
                        ["application/json"]["schema"]["properties"];
  EXPECT_EQ(queue["onClosed"]["type"], Json::array({"object", "null"}));
  EXPECT_EQ(queue["name"]["type"], "string");
}

TEST(OpenApiTest, PathParametersAreDeclared) {
  const Json api = OpenApi(RouteTable());
  for (const auto& [path, operations] : api["paths"].items()) {
    for (const auto& [method, operation] : operations.items()) {
      std::size_t in_path = 0;
      for (const auto& parameter : operation.value("parameters", Json::array())) {
        if (parameter["in"] != "path") continue;
        ++in_path;
        EXPECT_NE(path.find("{" + parameter["name"].get<std::string>() + "}"), std::string::npos);
      }
      EXPECT_EQ(in_path, static_cast<std::size_t>(std::ranges::count(path, '{'))) << path;
    }
  }
}

TEST(OpenApiTest, BodiesTellTypesLimitsAndWhatIsRequired) {
  const Json api = OpenApi(RouteTable());
  const Json& schema = api["paths"]["/api/v1/agents"]["post"]["requestBody"]["content"]
                          ["application/json"]["schema"];
  EXPECT_EQ(schema["required"], Json::array({"name"}));
  EXPECT_EQ(schema["properties"]["maxConcurrentCalls"]["maximum"], 100);
  EXPECT_EQ(schema["properties"]["name"]["maxLength"], 64);
}

// Every "$ref" below `json`.
void Collect(const Json& json, std::set<std::string>* refs) {
  if (json.is_object() && json.contains("$ref")) refs->insert(json["$ref"].get<std::string>());
  for (const auto& item : json) {
    if (item.is_structured()) Collect(item, refs);
  }
}

TEST(OpenApiTest, EveryAnswerHasASchemaWithMembers) {
  const Json api = OpenApi(RouteTable());
  const RouteTable table;
  for (const Route* route : table.routes()) {
    if (route->download != nullptr) continue;
    EXPECT_EQ(route->answer.data.type, ValueType::kObject) << route->path;
  }
  std::set<std::string> refs;
  Collect(api, &refs);
  for (const auto& ref : refs) {
    const Json::json_pointer place(ref.substr(1));
    ASSERT_TRUE(api.contains(place)) << ref;
    if (!ref.starts_with("#/components/schemas/")) continue;
    EXPECT_FALSE(api[place]["properties"].empty()) << ref;
  }
  EXPECT_EQ(api["components"]["schemas"].size() + 1, refs.size());  // And the failure's response.
}

TEST(OpenApiTest, AnAnswersMembersAreThoseOfItsSchema) {
  const Json api = OpenApi(RouteTable());
  const Json& agent = api["components"]["schemas"]["Agent"];
  EXPECT_EQ(agent["properties"]["presence"]["enum"],
            Json::array({"logged_out", "not_ready", "ready"}));
  EXPECT_EQ(agent["properties"]["contact"]["type"], Json::array({"string", "null"}));
  EXPECT_EQ(agent["properties"]["skills"]["items"]["$ref"], "#/components/schemas/Skill");
  EXPECT_EQ(agent["additionalProperties"], false);
  const Json& state = api["components"]["schemas"]["Campaign"]["properties"]["state"];
  EXPECT_NE(std::ranges::find(state["enum"], Json("running")), state["enum"].end());
}

TEST(OpenApiTest, TheReadmeListsEveryRoute) {
  std::ifstream file(std::string(CALLFLEET_SOURCE_DIR) + "/services/supervisor/README.md");
  std::stringstream text;
  text << file.rdbuf();
  for (const auto& route : Served()) {
    EXPECT_NE(text.str().find("`" + route + "`"), std::string::npos) << route;
  }
}

}  // namespace
}  // namespace callfleet::supervisor::rest
