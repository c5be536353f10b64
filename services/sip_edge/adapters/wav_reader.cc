#include "services/sip_edge/adapters/wav_reader.h"

#include <sndfile.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <string>

#include "services/sip_edge/domain/media/sound_clip.h"

namespace callfleet::sip_edge {
namespace {

constexpr int kRate = 8000;

// A read-only file in memory, as libsndfile wants it.
struct Bytes {
  std::string_view all;
  sf_count_t at = 0;
};

sf_count_t Length(void* user) {
  return static_cast<sf_count_t>(static_cast<Bytes*>(user)->all.size());
}

sf_count_t Seek(sf_count_t offset, int whence, void* user) {
  auto* bytes = static_cast<Bytes*>(user);
  const sf_count_t size = Length(user);
  const sf_count_t from = whence == SEEK_CUR ? bytes->at : whence == SEEK_END ? size : 0;
  sf_count_t to = 0;
  if (__builtin_add_overflow(from, offset, &to)) return -1;
  bytes->at = std::clamp<sf_count_t>(to, 0, size);
  return bytes->at;
}

sf_count_t Read(void* out, sf_count_t count, void* user) {
  auto* bytes = static_cast<Bytes*>(user);
  const sf_count_t piece = std::clamp<sf_count_t>(count, 0, Length(user) - bytes->at);
  std::memcpy(out, bytes->all.data() + bytes->at, static_cast<std::size_t>(piece));
  bytes->at += piece;
  return piece;
}

sf_count_t Write(const void*, sf_count_t, void*) { return 0; }
sf_count_t Tell(void* user) { return static_cast<Bytes*>(user)->at; }

tl::unexpected<Error> Refuse(std::string reason, const std::string& field, std::string message) {
  return InvalidField(field, std::move(message), std::move(reason));
}

std::uint32_t NumberAt(std::string_view bytes, std::size_t at) {
  std::uint32_t number = 0;
  for (std::size_t i = 4; i-- > 0;) {
    number = number << 8 | static_cast<unsigned char>(bytes[at + i]);
  }
  return number;
}

// An upload that broke off must not pass as a shorter prompt. Who writes to a pipe announces
// nothing.
bool IsCutShort(std::string_view bytes) {
  const std::uint32_t announced = NumberAt(bytes, 4);
  return announced < 0xFFFFFF00U && std::uint64_t{announced} + 8 > bytes.size();
}

// All that the library is given: it believes what other chunks say of their length, and would read
// for minutes in a list of 4 GiB that a file of 216 bytes announces.
std::string FormatAndSamples(std::string_view bytes) {
  std::string out(bytes.substr(0, 12));
  bool has_format = false;
  for (std::size_t at = 12; at + 8 <= bytes.size();) {
    const std::string_view id = bytes.substr(at, 4);
    const std::size_t size = NumberAt(bytes, at + 4);
    const std::size_t next = at + 8 + size + (size & 1);  // Chunks begin at even places.
    if (id == "data") {
      out += bytes.substr(at, next - at);
      break;
    }
    if (next > bytes.size()) break;
    if (id == "fmt " && !has_format) {
      has_format = true;
      out += bytes.substr(at, next - at);
    }
    at = next;
  }
  const auto rest = static_cast<std::uint32_t>(out.size() - 8);
  for (std::size_t i = 0; i < 4; ++i) out[4 + i] = static_cast<char>(rest >> (8 * i) & 0xFF);
  return out;
}

Status CheckInfo(const SF_INFO& info, const std::string& field) {
  const int type = info.format & SF_FORMAT_TYPEMASK;
  const int sub = info.format & SF_FORMAT_SUBMASK;
  if (type != SF_FORMAT_WAV && type != SF_FORMAT_WAVEX) {
    return Refuse("PROMPT_FORMAT", field, "must be a WAV file");
  }
  if (sub != SF_FORMAT_PCM_U8 && sub != SF_FORMAT_PCM_16) {
    return Refuse("PROMPT_FORMAT", field, "must be PCM of 8 or 16 bit");
  }
  if (info.samplerate != kRate && info.samplerate != 2 * kRate) {
    return Refuse("PROMPT_FORMAT", field, "must have 8,000 or 16,000 samples a second");
  }
  if (info.channels != 1 && info.channels != 2) {
    return Refuse("PROMPT_FORMAT", field, "must be mono or stereo");
  }
  if (info.frames > sf_count_t{kMaxPromptSeconds} * info.samplerate) {
    return Refuse("PROMPT_TOO_LONG", field, "at most 5 minutes");
  }
  return {};
}

std::vector<std::int16_t> ReadMono(SNDFILE* file, const SF_INFO& info) {
  // The header's count of frames is only a claim: what is there is read, and no more than allowed.
  constexpr sf_count_t kPiece = 4096;
  std::array<short, kPiece * 2> piece{};
  std::vector<std::int16_t> out;
  const auto most =
      static_cast<std::size_t>(kMaxPromptSeconds) * static_cast<std::size_t>(info.samplerate);
  while (out.size() < most) {
    const sf_count_t got = sf_readf_short(file, piece.data(), kPiece);
    if (got <= 0) break;
    for (sf_count_t i = 0; i < got; ++i) {
      const auto at = static_cast<std::size_t>(i * info.channels);
      const int left = piece[at];
      const int right = info.channels == 2 ? piece[at + 1] : left;
      out.push_back(static_cast<std::int16_t>((left + right) / 2));
    }
  }
  if (out.size() > most) out.resize(most);
  return out;
}

}  // namespace

Result<std::vector<std::int16_t>> ReadWav(std::string_view bytes, const std::string& field) {
  // Nothing but RIFF/WAVE reaches the library, which would try three dozen formats.
  if (bytes.size() < 12 || bytes.substr(0, 4) != "RIFF" || bytes.substr(8, 4) != "WAVE") {
    return Refuse("PROMPT_FORMAT", field, "must be a WAV file");
  }
  if (IsCutShort(bytes)) return Refuse("PROMPT_FORMAT", field, "ends before its announced length");
  const std::string plain = FormatAndSamples(bytes);
  Bytes memory{plain};
  SF_VIRTUAL_IO io{Length, Seek, Read, Write, Tell};
  SF_INFO info{};
  const std::unique_ptr<SNDFILE, int (*)(SNDFILE*)> file(
      sf_open_virtual(&io, SFM_READ, &info, &memory), sf_close);
  if (!file) return Refuse("PROMPT_FORMAT", field, "is no WAV file that can be read");
  if (auto status = CheckInfo(info, field); !status) return Fail(status.error());
  auto samples = ReadMono(file.get(), info);
  if (samples.empty()) return Refuse("PROMPT_FORMAT", field, "holds no samples");
  if (info.samplerate == kRate) return samples;
  return media::HalveRate(samples);
}

std::string WavHeader(std::uint32_t rate, std::uint16_t channels, std::uint32_t data_bytes) {
  std::string out;
  const auto put = [&out](std::uint32_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 0xFF);
  };
  const std::uint16_t frame = static_cast<std::uint16_t>(channels * 2);
  out += "RIFF";
  put(data_bytes + kWavHeaderBytes - 8, 4);
  out += "WAVEfmt ";
  put(16, 4);
  put(1, 2);  // PCM.
  put(channels, 2);
  put(rate, 4);
  put(rate * frame, 4);
  put(frame, 2);
  put(16, 2);
  out += "data";
  put(data_bytes, 4);
  return out;
}

}  // namespace callfleet::sip_edge
