// Prompts on their way in: their name and file, and faults of both.
#include "tests/integration/supervisor/house.h"

namespace callfleet::supervisor::test {
namespace {

class PromptsTest : public House {
 protected:
  void SetUp() override {
    House::SetUp();
    StartSupervisor();
  }
  // A form of these lines: head, content, head, content, …
  Answer Form(const std::vector<std::pair<std::string, std::string>>& parts,
              const std::string& query = "") const {
    std::string body;
    for (const auto& [head, content] : parts) {
      body += "--cut\r\nContent-Disposition: form-data; " + head + "\r\n\r\n" + content + "\r\n";
    }
    return Ask("POST", "/prompts" + query, body + "--cut--\r\n",
               {{"Content-Type", "multipart/form-data; boundary=cut"}});
  }
  Answer Raw(const std::string& query, const std::string& file) const {
    return Ask("POST", "/prompts" + query, file, {{"Content-Type", "audio/wav"}});
  }
  static constexpr const char* kFile = "name=\"file\"; filename=\"closed.wav\"";
  static constexpr const char* kName = "name=\"name\"";
};

TEST_F(PromptsTest, TheNameIsOfTheQueryTheFormOrTheFile) {
  EXPECT_EQ(Raw("?name=a", "RIFF").status, 201);
  EXPECT_EQ(Form({{kName, "b"}, {kFile, "RIFF"}}).status, 201);
  EXPECT_EQ(Form({{kFile, "RIFF"}, {kName, "c"}}).status, 201);
  EXPECT_EQ(Form({{kFile, "RIFF"}}).status, 201);
  for (const char* name : {"a", "b", "c", "closed"}) EXPECT_TRUE(edge->prompts.contains(name));
}

TEST_F(PromptsTest, WithoutAnyNameItIs400) {
  const auto raw = Raw("", "RIFF");
  EXPECT_EQ(raw.status, 400);
  EXPECT_EQ(raw.field(), "name");
  EXPECT_EQ(Form({{"name=\"file\"", "RIFF"}}).field(), "name");
  EXPECT_TRUE(edge->prompts.empty());
}

TEST_F(PromptsTest, AFieldThatComesTwiceOrIsTooLongIs400) {
  EXPECT_EQ(Form({{kName, "hold"}, {kName, "-music"}, {kFile, "RIFF"}}).field(), "name");
  EXPECT_EQ(Form({{kFile, "RIFF"}, {kFile, "RIFF"}}).field(), "file");
  EXPECT_EQ(Form({{kName, std::string(300, 'x')}, {kFile, "RIFF"}}).field(), "name");
  EXPECT_EQ(Form({{kName, std::string(65, 'x')}, {kFile, "RIFF"}}).field(), "name");
  EXPECT_TRUE(edge->prompts.empty());
}

TEST_F(PromptsTest, FaultsOfTheFileAndTheNameAreNamedAsTheyAreSpeltHere) {
  EXPECT_EQ(Raw("?name=a", "no wav").field(), "file");
  EXPECT_EQ(Raw("?name=a%20b", "RIFF").field(), "name");
  EXPECT_EQ(Form({{kName, "\xff"}, {kFile, "RIFF"}}).field(), "name");
}

}  // namespace
}  // namespace callfleet::supervisor::test
