// Files go through in pieces: memory does not grow with them.
#include <fstream>

#include "tests/integration/supervisor/house.h"

namespace callfleet::supervisor::test {
namespace {

constexpr std::size_t kMebibyte = 1024 * 1024;

std::size_t ResidentBytes(const char* key) {
  std::ifstream file("/proc/self/status");
  std::string word;
  while (file >> word) {
    if (word != key) continue;
    std::size_t kib = 0;
    file >> kib;
    return kib * 1024;
  }
  return 0;
}

class UploadTest : public House {
 protected:
  void SetUp() override {
    House::SetUp();
    StartSupervisor();
    campaign = Post("/campaigns", {{"name", "Spring"}, {"maxConcurrent", 5}}).data()["id"];
  }
  std::string campaign;
};

// `size` bytes of rows made by the shell, so that no process holds them.
std::string Rows(std::size_t size) {
  return "yes 'Jane Doe,+14155550100,America/New_York,0,some more text here' | head -c " +
         std::to_string(size);
}

TEST_F(UploadTest, AHundredMegabytesPassInBoundedMemory) {
  const std::size_t size = 100 * kMebibyte;
  const std::size_t before = ResidentBytes("VmRSS:");
  const auto answer = Curl("--max-time 60 -X POST {url}/campaigns/" + campaign +
                           "/leads/upload -F 'file=@-;filename=leads.csv' < /dev/null");
  EXPECT_EQ(answer.status, 200);
  const std::string command =
      Rows(size) + " | curl -s -o /dev/null -w '%{http_code}' --max-time 60 -X POST " + url() +
      "/api/v1/campaigns/" + campaign +
      "/leads/upload -H 'Content-Type: text/csv' -H 'Transfer-Encoding: chunked' -T -";
  std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen(command.c_str(), "r"), ::pclose);
  char status[4] = {};
  ASSERT_EQ(std::fread(status, 1, 3, pipe.get()), 3U);
  EXPECT_STREQ(status, "200");
  EXPECT_EQ(dialer->uploaded_bytes(), size);
  EXPECT_LT(ResidentBytes("VmHWM:"), before + 60 * kMebibyte);
}

TEST_F(UploadTest, AFormFieldOfAHundredMegabytesPassesToo) {
  const std::string path = ::testing::TempDir() + "supervisor-upload.csv";
  ASSERT_EQ(std::system((Rows(100 * kMebibyte) + " > " + path).c_str()), 0);
  const std::size_t before = ResidentBytes("VmRSS:");
  const auto answer =
      Curl("--max-time 60 -X POST {url}/campaigns/" + campaign + "/leads/upload -F file=@" + path);
  std::remove(path.c_str());
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(dialer->uploaded_bytes(), 100 * kMebibyte);
  EXPECT_LT(ResidentBytes("VmRSS:"), before + 60 * kMebibyte);
}

TEST_F(UploadTest, AFormWithoutTheFileNamesTheField) {
  const auto answer = Curl("-X POST {url}/campaigns/" + campaign + "/leads/upload -F other=1");
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.field(), "file");
  EXPECT_EQ(Post("/campaigns/" + campaign + "/leads/upload").field(), "file");
}

TEST_F(UploadTest, AnUnknownCampaignIs404HoweverLargeTheFile) {
  const std::string file(8 * kMebibyte, 'x');
  const auto answer =
      Ask("POST", "/campaigns/none/leads/upload", file, {{"Content-Type", "text/csv"}});
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(answer.reason(), "CAMPAIGN_NOT_FOUND");
}

TEST_F(UploadTest, AClientThatLeavesInTheMiddleAddsNoLeads) {
  const std::string command =
      "(" + Rows(2 * kMebibyte) + "; sleep 5) | timeout 1 curl -s -o /dev/null -X POST " + url() +
      "/api/v1/campaigns/" + campaign + "/leads/upload -H 'Content-Type: text/csv' -T -";
  static_cast<void>(std::system(command.c_str()));
  EXPECT_TRUE(Eventually([&] { return dialer->uploads_broken() == 1; }));
  EXPECT_EQ(dialer->last_head(), "");
}

}  // namespace
}  // namespace callfleet::supervisor::test
