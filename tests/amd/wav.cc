#include "tests/amd/wav.h"

#include <sndfile.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <memory>
#include <set>

namespace callfleet::amd_samples {
namespace {

using File = std::unique_ptr<SNDFILE, decltype(&sf_close)>;
constexpr sf_count_t kMostSamples = 60 * kRate;

}  // namespace

std::optional<std::vector<Labelled>> ReadLabels(const std::filesystem::path& folder,
                                                std::string& why) {
  static const std::set<std::string> kLabels{"human", "machine", "beep", "fax", "sit", "silence"};
  std::ifstream in(folder / "labels.csv");
  if (!in) {
    why = (folder / "labels.csv").string() + " cannot be read";
    return std::nullopt;
  }
  std::vector<Labelled> out;
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line[0] == '#') continue;
    const auto comma = line.rfind(',');
    const std::string label = comma == std::string::npos ? "" : line.substr(comma + 1);
    if (!kLabels.contains(label)) {
      why = "labels.csv: `" + line + "` is no `file,label`";
      return std::nullopt;
    }
    out.push_back({.file = line.substr(0, comma), .label = label});
  }
  return out;
}

std::optional<Audio> ReadWav(const std::filesystem::path& file, std::string& why) {
  SF_INFO info{};
  const File in(sf_open(file.c_str(), SFM_READ, &info), &sf_close);
  if (!in) {
    why = file.string() + ": " + sf_strerror(nullptr);
    return std::nullopt;
  }
  if (info.channels != 1 || info.samplerate != kRate) {
    why = file.string() + " is not mono with 8,000 Hz";
    return std::nullopt;
  }
  Audio audio(static_cast<std::size_t>(std::min(info.frames, kMostSamples)));
  const auto read = sf_readf_float(in.get(), audio.data(), static_cast<sf_count_t>(audio.size()));
  audio.resize(static_cast<std::size_t>(std::max<sf_count_t>(read, 0)));
  for (float& x : audio) x *= 32768;
  return audio;
}

bool WriteWav(const std::filesystem::path& file, const Audio& audio) {
  SF_INFO info{};
  info.channels = 1;
  info.samplerate = kRate;
  info.format = SF_FORMAT_WAV | SF_FORMAT_PCM_16;
  const File out(sf_open(file.c_str(), SFM_WRITE, &info), &sf_close);
  if (!out) return false;
  std::vector<short> samples(audio.size());
  std::transform(audio.begin(), audio.end(), samples.begin(), [](float x) {
    return static_cast<short>(std::lround(std::clamp(x, -32767.0F, 32767.0F)));
  });
  const auto count = static_cast<sf_count_t>(samples.size());
  return sf_writef_short(out.get(), samples.data(), count) == count;
}

}  // namespace callfleet::amd_samples
