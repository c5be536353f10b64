#include "services/sip_edge/adapters/wav_reader.h"

#include <gtest/gtest.h>

#include <random>

namespace callfleet::sip_edge {
namespace {

void Put(std::string& out, std::uint32_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 0xFF);
}

// A file with these claims in its header.
std::string Wav(std::uint32_t rate, std::uint16_t channels, std::uint16_t bits, std::string data,
                std::uint16_t format = 1) {
  std::string out = "RIFF";
  Put(out, static_cast<std::uint32_t>(36 + data.size()), 4);
  out += "WAVEfmt ";
  Put(out, 16, 4);
  Put(out, format, 2);
  Put(out, channels, 2);
  Put(out, rate, 4);
  Put(out, rate * channels * bits / 8, 4);
  Put(out, static_cast<std::uint32_t>(channels * bits / 8), 2);
  Put(out, bits, 2);
  out += "data";
  Put(out, static_cast<std::uint32_t>(data.size()), 4);
  return out + data;
}

std::string Sample(int value) {
  std::string out;
  Put(out, static_cast<std::uint32_t>(value), 2);
  return out;
}

std::string Repeat(const std::string& what, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += what;
  return out;
}

std::string ReasonOf(const std::string& bytes) {
  const auto read = ReadWav(bytes, "file");
  if (read) return "OK";
  EXPECT_EQ(read.error().fields.front().field, "file");
  return read.error().reason;
}

TEST(WavReader, TakesWhatPromptsMayBe) {
  EXPECT_EQ(*ReadWav(Wav(8000, 1, 16, Sample(1000) + Sample(-1000)), "f"),
            (std::vector<std::int16_t>{1000, -1000}));
  EXPECT_EQ(*ReadWav(Wav(8000, 2, 16, Sample(1000) + Sample(3000)), "f"),
            std::vector<std::int16_t>{2000});
  EXPECT_EQ(*ReadWav(Wav(8000, 1, 8, std::string("\x80\xC0", 2)), "f"),
            (std::vector<std::int16_t>{0, 0x4000}));
  EXPECT_EQ(ReadWav(Wav(16000, 1, 16, Repeat(Sample(500), 320)), "f")->size(), 160U);
  EXPECT_EQ(ReadWav(Wav(16000, 2, 8, Repeat("\x80", 640)), "f")->size(), 160U);
}

TEST(WavReader, RefusesOtherFormatsByName) {
  EXPECT_EQ(ReasonOf(""), "PROMPT_FORMAT");
  EXPECT_EQ(ReasonOf("RIFF"), "PROMPT_FORMAT");
  EXPECT_EQ(ReasonOf(std::string(100, 'x')), "PROMPT_FORMAT");
  EXPECT_EQ(ReasonOf(Wav(44100, 1, 16, Sample(1))), "PROMPT_FORMAT");
  EXPECT_EQ(ReasonOf(Wav(8000, 3, 16, Repeat(Sample(1), 3))), "PROMPT_FORMAT");
  EXPECT_EQ(ReasonOf(Wav(8000, 1, 24, "abc")), "PROMPT_FORMAT");
  EXPECT_EQ(ReasonOf(Wav(8000, 1, 8, "abc", 7)), "PROMPT_FORMAT");  // µ-law.
  EXPECT_EQ(ReasonOf(Wav(8000, 1, 16, "")), "PROMPT_FORMAT");
}

TEST(WavReader, RefusesAFileThatBrokeOff) {
  const std::string whole = Wav(8000, 1, 16, Repeat(Sample(1), 100));
  EXPECT_EQ(ReasonOf(whole.substr(0, whole.size() - 2)), "PROMPT_FORMAT");
}

std::string With(std::string wav, std::size_t at, std::uint32_t value, int bytes) {
  std::string number;
  Put(number, value, bytes);
  return wav.replace(at, number.size(), number);
}

TEST(WavReader, RefusesLengthsThatTheFileDoesNotHave) {
  const std::string whole = Wav(8000, 1, 16, Repeat(Sample(1), 100));
  EXPECT_EQ(ReasonOf(With(whole, 40, 202, 4)), "PROMPT_FORMAT");  // data.
  EXPECT_EQ(ReasonOf(With(whole, 40, 0, 4)), "PROMPT_FORMAT");    // Never filled in.
  EXPECT_EQ(ReasonOf(With(whole, 4, 0, 4)), "PROMPT_FORMAT");     // RIFF, never filled in.
  EXPECT_EQ(ReasonOf(With(whole, 4, 200, 4)), "PROMPT_FORMAT");   // Less than its data.
}

TEST(WavReader, TakesWhatWasWrittenToAPipeToItsEnd) {
  const std::string whole = Wav(8000, 1, 16, Repeat(Sample(1), 100));
  const std::string piped = With(With(whole, 4, 0xFFFFFFFF, 4), 40, 0xFFFFFFFF, 4);
  EXPECT_EQ(ReadWav(piped, "f")->size(), 100U);
  EXPECT_EQ(ReadWav(With(whole, 4, 0xFFFFFFFF, 4), "f")->size(), 100U);
}

TEST(WavReader, RefusesBytesASampleOrASecondThatTheFormatDoesNotHave) {
  const std::string whole = Wav(8000, 1, 16, Repeat(Sample(1), 100));
  EXPECT_EQ(ReasonOf(With(whole, 32, 7, 2)), "PROMPT_FORMAT");
  EXPECT_EQ(ReasonOf(With(whole, 32, 0, 2)), "PROMPT_FORMAT");
  EXPECT_EQ(ReasonOf(With(whole, 28, 1, 4)), "PROMPT_FORMAT");
}

TEST(WavReader, TakesWhatStandsBeforeAndBehindTheSamples) {
  std::string wav = Wav(8000, 1, 8, "abc");  // An odd length, padded or not.
  EXPECT_EQ(ReadWav(wav, "f")->size(), 3U);
  std::string list = "LIST";
  Put(list, 3, 4);
  list += std::string("xyz\0", 4);
  wav.insert(12, list);
  wav += std::string("\0", 1) + list;
  EXPECT_EQ(ReadWav(With(wav, 4, static_cast<std::uint32_t>(wav.size() - 8), 4), "f")->size(), 3U);
}

TEST(WavReader, RefusesWhatIsTooLong) {
  EXPECT_EQ(ReasonOf(Wav(8000, 1, 8, std::string(8000 * kMaxPromptSeconds + 1, '\x80'))),
            "PROMPT_TOO_LONG");
}

// Short form of the fuzz test: whatever it is given, the reader answers and stays in bounds.
TEST(WavReader, SurvivesTenThousandDamagedFiles) {
  std::mt19937 random(20261126);
  const std::string good = Wav(16000, 2, 16, Repeat(Sample(700), 500));
  for (int round = 0; round < 10'000; ++round) {
    std::string bad = good;
    const int faults = 1 + static_cast<int>(random() % 8);
    for (int i = 0; i < faults; ++i) {
      const std::size_t at = random() % 3 == 0 ? random() % bad.size() : random() % 48;
      bad[at] = static_cast<char>(random());
    }
    if (random() % 4 == 0) bad.resize(random() % bad.size());
    if (const auto read = ReadWav(bad, "file")) {
      EXPECT_LE(read->size(), std::size_t{8000} * kMaxPromptSeconds);
    }
  }
}

}  // namespace
}  // namespace callfleet::sip_edge
