// Real RTP in, a file out: who is left and right, what a pause leaves, what a full disk does.
#include "services/sip_edge/adapters/recorder.h"

#include <sndfile.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <future>
#include <mutex>
#include <numbers>

#include "services/sip_edge/adapters/file_hash.h"
#include "tests/integration/media/world.h"

namespace callfleet::sip_edge {
namespace {

using media::Codec;
using media::Phone;
using std::chrono::milliseconds;

constexpr double kCustomerHz = 600;
constexpr double kAgentHz = 1200;

class RecorderTest : public media::World {
 protected:
  void SetUp() override {
    folder_path_ =
        std::filesystem::temp_directory_path() / ("recorder-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_path_);
    StartEngine({.record = true});
  }
  void TearDown() override {
    Stop();
    std::filesystem::remove_all(folder_path_);
  }
  void StartRecorder(const std::string& folder) {
    folder_ = std::make_unique<RecordingFolder>(folder, logging::Logger("test"));
    ASSERT_TRUE(folder_->Load());
    disk_ = std::make_unique<RecordingDisk>(*folder_, [this](const RecordingResult& result) {
      const std::lock_guard lock(mutex_);
      results_.push_back(result);
    });
    recorder_ = std::make_unique<Recorder>(engine_->RecordLinks(), *disk_, clock_);
  }
  void Stop() {
    recorder_.reset();
    disk_.reset();
  }
  RecordingInfo Info(RecordingNumber number) {
    RecordingInfo info{
        .number = number, .id = "r" + std::to_string(number), .call = CallId("call")};
    info.start = clock_.Now().wall;
    info.delete_at = info.start + std::chrono::hours(24);
    info.file_name = info.id + ".wav";
    return info;
  }
  std::vector<RecordingResult> Results() {
    const std::lock_guard lock(mutex_);
    return results_;
  }

  std::filesystem::path folder_path_;
  std::unique_ptr<RecordingFolder> folder_;
  std::unique_ptr<RecordingDisk> disk_;
  std::unique_ptr<Recorder> recorder_;

 private:
  std::mutex mutex_;
  std::vector<RecordingResult> results_;
};

struct Stereo {
  std::vector<double> left;
  std::vector<double> right;
};

Stereo ReadStereo(const std::string& path) {
  SF_INFO info{};
  Stereo out;
  SNDFILE* file = sf_open(path.c_str(), SFM_READ, &info);
  if (file == nullptr) return out;
  EXPECT_EQ(info.samplerate, 8000);
  EXPECT_EQ(info.channels, 2);
  std::vector<double> samples(static_cast<std::size_t>(info.frames) * 2);
  sf_readf_double(file, samples.data(), info.frames);
  sf_close(file);
  for (std::size_t i = 0; i < samples.size(); i += 2) {
    out.left.push_back(samples[i]);
    out.right.push_back(samples[i + 1]);
  }
  return out;
}

double Energy(std::span<const double> samples) {
  double sum = 0;
  for (const double sample : samples) sum += sample * sample;
  return sum / static_cast<double>(samples.size());
}

// Share of the energy at `hz` (Goertzel).
double ShareOf(std::span<const double> samples, double hz) {
  const double w = 2 * std::numbers::pi * hz / 8000;
  double a = 0;
  double b = 0;
  for (const double sample : samples) {
    const double next = sample + 2 * std::cos(w) * a - b;
    b = a;
    a = next;
  }
  const double power = a * a + b * b - 2 * std::cos(w) * a * b;
  const auto n = static_cast<double>(samples.size());
  return Energy(samples) == 0 ? 0 : 2 * power / (n * n) / Energy(samples);
}

std::span<const double> Part(const std::vector<double>& samples, int from_ms, int to_ms) {
  const auto from = static_cast<std::size_t>(from_ms * 8);
  const auto to = std::min(static_cast<std::size_t>(to_ms * 8), samples.size());
  return from < to ? std::span(samples).subspan(from, to - from) : std::span<const double>();
}

TEST_F(RecorderTest, CustomerIsLeftAgentRightAndThePausedPartIsSilent) {
  StartRecorder(folder_path_.string());
  Phone customer(Codec::kPcma);
  Phone agent(Codec::kPcmu, "127.0.0.1", 2);
  const auto c = OpenLeg(customer, Codec::kPcma);
  const auto a = OpenLeg(agent);
  ASSERT_TRUE(engine_->Bridge(c.id, a.id).has_value());
  const auto tap = [&](RecordingNumber number) {
    ASSERT_TRUE(engine_->SetTap(c.id, number, 0).has_value());
    ASSERT_TRUE(engine_->SetTap(a.id, number, 1).has_value());
  };
  const auto talk = [&] {
    customer.SendFrame(c.port, kCustomerHz);
    agent.SendFrame(a.port, kAgentHz);
  };
  Run(milliseconds(200), {&customer, &agent}, talk);
  const auto info = Info(1);
  recorder_->Open(info);
  tap(1);
  Run(milliseconds(1000), {&customer, &agent}, talk);
  tap(0);
  Run(milliseconds(600), {&customer, &agent}, talk);
  tap(1);
  Run(milliseconds(600), {&customer, &agent}, talk);
  tap(0);
  recorder_->Close(info);
  Stop();
  ASSERT_EQ(Results().size(), 1U);
  const auto result = Results()[0];
  EXPECT_EQ(result.reason, "");
  EXPECT_NEAR(static_cast<double>(result.duration.count()), 2200, 150);

  const auto file = ReadStereo(folder_->PathOf(info));
  EXPECT_GT(ShareOf(Part(file.left, 200, 900), kCustomerHz), 0.9);
  EXPECT_GT(ShareOf(Part(file.right, 200, 900), kAgentHz), 0.9);
  EXPECT_LT(ShareOf(Part(file.left, 200, 900), kAgentHz), 0.01);
  EXPECT_EQ(Energy(Part(file.left, 1150, 1500)), 0);
  EXPECT_EQ(Energy(Part(file.right, 1150, 1500)), 0);
  EXPECT_GT(ShareOf(Part(file.left, 1800, 2100), kCustomerHz), 0.9);

  const auto piece = folder_->Read("r1", 0, result.size_bytes + 10);
  ASSERT_TRUE(piece);
  EXPECT_EQ(piece->bytes.size(), result.size_bytes);
  EXPECT_EQ(Sha256Of(piece->bytes), result.sha256);
}

TEST_F(RecorderTest, PiecesEndAtMultiplesOf64KiBAndNobodyHearsWhere) {
  StartRecorder(folder_path_.string());
  Phone customer;
  const auto c = OpenLeg(customer);
  const auto talk = [&] { customer.SendFrame(c.port, kCustomerHz); };
  Run(milliseconds(200), {&customer}, talk);
  const auto info = Info(6);
  recorder_->Open(info);
  ASSERT_TRUE(engine_->SetTap(c.id, 6, 0).has_value());
  Run(milliseconds(3500), {&customer}, talk);
  EXPECT_EQ(std::filesystem::file_size(folder_->PathOf(info)), 64U * 1024);
  recorder_->Close(info);
  Stop();
  ASSERT_EQ(Results().size(), 1U);
  EXPECT_NEAR(static_cast<double>(Results()[0].duration.count()), 3500, 150);
  const auto file = ReadStereo(folder_->PathOf(info));
  EXPECT_GT(ShareOf(Part(file.left, 1950, 2150), kCustomerHz), 0.97);
  EXPECT_EQ(Energy(file.right), 0);
}

TEST_F(RecorderTest, ARecordingThatItsEdgesDeathLeftOpenIsMendedAtTheNextStart) {
  StartRecorder(folder_path_.string());
  const auto info = Info(3);
  const auto file = disk_->Open(info);
  ASSERT_TRUE(disk_->Append(file, std::vector<std::int16_t>(16'000, 100)));
  Stop();  // The header still says that there is nothing.
  RecordingFolder fresh(folder_path_.string(), logging::Logger("test"));
  ASSERT_TRUE(fresh.Load());
  const auto page = fresh.List({.call = "call"});
  ASSERT_EQ(page->recordings.size(), 1U);
  EXPECT_EQ(page->recordings[0].reason, "EDGE_RESTARTED");
  EXPECT_EQ(page->recordings[0].duration, milliseconds(1000));
  EXPECT_EQ(ReadStereo(fresh.PathOf(info)).left.size(), 8000U);
}

TEST_F(RecorderTest, OldRecordingsAreDeletedAndOthersStay) {
  StartRecorder(folder_path_.string());
  for (RecordingNumber number : {4U, 5U}) {
    const auto info = Info(number);
    disk_->Close(disk_->Open(info), info, {});
  }
  Stop();
  EXPECT_EQ(folder_->Expire(clock_.Now().wall), 0U);
  ASSERT_TRUE(folder_->Delete("r4"));
  EXPECT_EQ(folder_->Delete("r4").error().reason, "RECORDING_UNKNOWN");
  EXPECT_EQ(folder_->Expire(clock_.Now().wall + std::chrono::hours(25)), 1U);
  EXPECT_EQ(folder_->size(), 0U);
  EXPECT_TRUE(std::filesystem::is_empty(folder_path_));
}

TEST_F(RecorderTest, AFullDiskEndsTheRecordingAndLeavesAWholeFile) {
  const std::string small = (folder_path_ / "small").string();
  std::filesystem::create_directory(small);
  if (::mount("tmpfs", small.c_str(), "tmpfs", 0, "size=64k") != 0) GTEST_SKIP() << "not root";
  StartRecorder(small);
  Phone customer;
  const auto c = OpenLeg(customer);
  const auto info = Info(2);
  recorder_->Open(info);
  ASSERT_TRUE(engine_->SetTap(c.id, 2, 0).has_value());
  const auto talk = [&] { customer.SendFrame(c.port, kCustomerHz); };
  for (int tries = 0; tries < 20 && Results().empty(); ++tries) {
    Run(milliseconds(500), {&customer}, talk);
  }
  Stop();
  ASSERT_EQ(Results().size(), 1U);
  EXPECT_EQ(Results()[0].reason, "DISK_FULL");
  EXPECT_GT(ShareOf(Part(ReadStereo(folder_->PathOf(info)).left, 200, 900), kCustomerHz), 0.9);
  EXPECT_GT(engine_->Counters().packets_received, 50U);
  ::umount(small.c_str());
}

}  // namespace
}  // namespace callfleet::sip_edge
