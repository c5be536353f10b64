#include "services/sip_edge/adapters/prompt_library.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "services/sip_edge/adapters/wav_reader.h"

namespace callfleet::sip_edge {
namespace {

class LibraryTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() /
              ("prompts-" + std::to_string(::testing::UnitTest::GetInstance()->random_seed()) +
               "-" + std::to_string(reinterpret_cast<std::uintptr_t>(this)));
    std::filesystem::create_directory(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  void Write(const std::string& name, const std::string& bytes) {
    std::ofstream(folder_ / name, std::ios::binary) << bytes;
  }
  static std::string Wav(std::size_t samples) {
    return WavHeader(8000, 1, static_cast<std::uint32_t>(samples * 2)) +
           std::string(samples * 2, 0);
  }

  std::filesystem::path folder_;
  PromptLibrary library_{nullptr, logging::Logger("test")};
};

TEST_F(LibraryTest, ShipsMusicASafeMessageConsentAndDigits) {
  for (const char* name : {"hold-music", "safe-message", "consent", "position-1", "position-20",
                           "position-many", "wait-0-1", "wait-30", "0", "9"}) {
    ASSERT_TRUE(library_.Find(name)) << name;
    EXPECT_GT(library_.Find(name)->size(), 1600U) << name;
  }
}

TEST_F(LibraryTest, FileOfTheFolderStandsInFrontOfABuiltInPrompt) {
  Write("safe-message.wav", Wav(800));
  Write("seller.wav", Wav(400));
  Write("broken.wav", "RIFF....");
  Write("no prompt.wav", Wav(400));
  Write("readme.txt", "x");
  library_.ReadFolder(folder_.string());
  EXPECT_EQ(library_.Find("safe-message")->size(), 800U);
  EXPECT_EQ(library_.Find("seller")->size(), 400U);
  EXPECT_FALSE(library_.Find("broken"));
  EXPECT_FALSE(library_.Find("no prompt"));
  EXPECT_TRUE(library_.Names().contains("seller"));
}

TEST_F(LibraryTest, PromptIsReadBackAsWavInPieces) {
  const auto head = library_.Read("consent", 0, 44);
  ASSERT_TRUE(head);
  EXPECT_EQ(head->bytes.substr(0, 4), "RIFF");
  EXPECT_EQ(head->size, 44 + 2 * library_.Find("consent")->size());
  EXPECT_EQ(library_.Read("consent", head->size, 10)->bytes, "");
  EXPECT_EQ(library_.Read("absent", 0, 10).error().reason, "PROMPT_UNKNOWN");
}

TEST_F(LibraryTest, WithoutADatabaseNothingIsUploadedAndBuiltInPromptsStay) {
  std::string reason;
  library_.Upload("x", Wav(100), [&](Result<PromptInfo> info) { reason = info.error().reason; });
  EXPECT_EQ(reason, "NO_DATABASE");
  library_.Upload("../x", Wav(100), [&](Result<PromptInfo> info) { reason = info.error().reason; });
  EXPECT_EQ(reason, "INVALID_ARGUMENT");
  library_.Remove("consent", [&](Status removed) { reason = removed.error().reason; });
  EXPECT_EQ(reason, "PROMPT_BUILT_IN");
}

}  // namespace
}  // namespace callfleet::sip_edge
