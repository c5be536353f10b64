#pragma once
// Labelled WAV files: `labels.csv` in a folder, one `file,label` a line (label: human, machine,
// beep, fax, sit or silence); the files start with the answer, mono, 8 kHz, any encoding libsndfile
// reads.
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "tests/voice/samples.h"

namespace callfleet::amd_samples {

struct Labelled {
  std::string file;
  std::string label;
};
// Nothing where the list cannot be read; `why` tells.
std::optional<std::vector<Labelled>> ReadLabels(const std::filesystem::path& folder,
                                                std::string& why);
std::optional<Audio> ReadWav(const std::filesystem::path& file, std::string& why);
bool WriteWav(const std::filesystem::path& file, const Audio& audio);

}  // namespace callfleet::amd_samples
