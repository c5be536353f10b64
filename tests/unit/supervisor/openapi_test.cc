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
