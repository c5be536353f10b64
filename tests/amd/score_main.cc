// Scores answering-machine detection: labelled WAV files, or generated calls from seeds.
//   amd_score --wav FOLDER [--longest_run 1200 …]     a folder with labels.csv (see wav.h)
//   amd_score --calls 2000 --seed 7 [--tuning]        generated; held-out settings unless --tuning
//   amd_score --calls 20 --write FOLDER               writes what it generates, with labels.csv
#include <CLI/CLI.hpp>
#include <chrono>
#include <fstream>
#include <iostream>

#include "tests/amd/confusion.h"
#include "tests/amd/play.h"
#include "tests/amd/wav.h"

namespace callfleet::amd_samples {
namespace {

struct Options {
  std::string wav;
  std::string write;
  int calls = 1000;
  std::uint64_t seed = 1;
  bool tuning = false;
  int rtp_late_ms = 0;
  bool a_law = false;
  amd::Thresholds thresholds;
};

void AddThresholds(CLI::App& app, amd::Thresholds& t) {
  const auto ms = [&app](const std::string& name, amd::Millis& value) {
    app.add_option_function<int>(
        "--" + name, [&value](int v) { value = amd::Millis{v}; }, "ms");
  };
  ms("max_from_rtp", t.max_from_rtp);
  ms("max_from_answer", t.max_from_answer);
  ms("silence", t.silence);
  ms("after_greeting", t.after_greeting);
  ms("longest_run", t.longest_run);
  ms("word_gap", t.word_gap);
  app.add_option("--max_words", t.max_words);
  app.add_option("--min_level_dbm0", t.min_level_dbm0);
  app.add_option("--over_floor_db", t.over_floor_db);
  app.add_option("--under_peak_db", t.under_peak_db);
}

void Summary(const Confusion& table) {
  const int persons = table.Calls("human");
  const int machines = table.Calls("machine");
  std::cout << table.Table()
            << "persons called machine: " << table.Said("human", amd::Verdict::kMachine) << " of "
            << persons << "; lost in all (machine, beep, fax, sit): " << table.PersonsLost()
            << "\nmachines found: "
            << table.Said("machine", amd::Verdict::kMachine) +
                   table.Said("machine", amd::Verdict::kBeep)
            << " of " << machines << "\ndecision from the first RTP: p50 " << table.Time(0.5)
            << " ms, p95 " << table.Time(0.95) << " ms; latest from the answer "
            << table.LatestFromAnswer() << " ms\n\n";
}

int ScoreFiles(const Options& options) {
  std::string why;
  const auto labels = ReadLabels(options.wav, why);
  if (!labels) {
    std::cerr << why << "\n";
    return 2;
  }
  Confusion table;
  std::uint64_t seed = options.seed;
  for (const auto& [file, label] : *labels) {
    const auto audio = ReadWav(std::filesystem::path(options.wav) / file, why);
    if (!audio) {
      std::cerr << why << "\n";
      return 2;
    }
    const Line line{.rtp_late_ms = options.rtp_late_ms, .a_law = options.a_law};
    table.Add(label, label, Play(*audio, line, options.thresholds, ++seed).decision);
  }
  Summary(table);
  return 0;
}

// Persons as they answer, and a quarter as many of each other kind.
std::vector<Kind> KindsOf(int calls, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<Kind> kinds;
  for (int i = 0; i < calls; ++i) kinds.push_back(DrawPerson(random));
  for (int k = static_cast<int>(Kind::kMachineLong); k < kKinds; ++k) {
    kinds.insert(kinds.end(), static_cast<std::size_t>(calls / 4), static_cast<Kind>(k));
  }
  return kinds;
}

int ScoreGenerated(const Options& options) {
  std::ofstream labels;
  if (!options.write.empty()) {
    std::filesystem::create_directories(options.write);
    labels.open(std::filesystem::path(options.write) / "labels.csv");
  }
  std::chrono::steady_clock::duration spent{};
  std::uint64_t frames = 0;
  std::uint64_t seed = options.seed * 1000000;
  for (const Setting& setting : options.tuning ? TuningSettings() : HeldOutSettings()) {
    Confusion table;
    for (const Kind kind : KindsOf(options.calls, options.seed)) {
      const Sample sample = Generate(kind, setting, ++seed);
      if (labels.is_open()) {
        const std::string file = Name(kind) + "_" + std::to_string(seed) + ".wav";
        WriteWav(std::filesystem::path(options.write) / file, sample.audio);
        labels << file << "," << Truth(kind) << "\n";
      }
      const auto began = std::chrono::steady_clock::now();
      const Played played = Play(sample.audio, sample.line, options.thresholds, seed);
      spent += std::chrono::steady_clock::now() - began;
      frames += played.frames;
      table.Add(Name(kind), Truth(kind), played.decision);
    }
    std::cout << "== " << setting.name << "\n";
    Summary(table);
  }
  std::cout << "packet building and detection together: "
            << std::chrono::duration<double, std::micro>(spent).count() /
                   static_cast<double>(frames)
            << " us a frame that was heard\n";
  return 0;
}

}  // namespace
}  // namespace callfleet::amd_samples

int main(int argc, char** argv) {
  using namespace callfleet::amd_samples;  // NOLINT: a main of one screen.
  CLI::App app{"Scores answering-machine detection."};
  Options options;
  app.add_option("--wav", options.wav, "folder with labels.csv");
  app.add_option("--write", options.write, "folder for the generated files");
  app.add_option("--calls", options.calls, "persons a setting");
  app.add_option("--seed", options.seed);
  app.add_flag("--tuning", options.tuning, "the settings that thresholds are tuned on");
  app.add_option("--rtp_late", options.rtp_late_ms, "ms, of files");
  app.add_flag("--a_law", options.a_law, "of files");
  AddThresholds(app, options.thresholds);
  CLI11_PARSE(app, argc, argv);
  if (const auto ok = callfleet::sip_edge::media::amd::Check(options.thresholds); !ok) {
    const auto& fault = ok.error().fields.at(0);
    std::cerr << fault.field << " " << fault.description << "\n";
    return 2;
  }
  return options.wav.empty() ? ScoreGenerated(options) : ScoreFiles(options);
}
