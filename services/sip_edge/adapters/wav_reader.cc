#include "services/sip_edge/adapters/wav_reader.h"

#include <sndfile.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <string>
#include <utility>

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

std::uint32_t NumberAt(std::string_view bytes, std::size_t at, std::size_t size = 4) {
  std::uint32_t number = 0;
  for (std::size_t i = size; i-- > 0;) {
    number = number << 8 | static_cast<unsigned char>(bytes[at + i]);
  }
  return number;
}

void Put(std::string& out, std::uint32_t number) {
  for (int i = 0; i < 4; ++i) out += static_cast<char>(number >> (8 * i) & 0xFF);
}

// Who writes to a pipe knows no length beforehand and announces the largest one.
bool IsUnknown(std::uint32_t announced) { return announced >= 0xFFFFFF00U; }

// Of a RIFF/WAVE file what matters here; without header.
struct Chunks {
  std::string_view format{};
  std::string_view samples{};
  // An upload that broke off must not pass as a shorter prompt, nor one whose lengths were never
  // filled in.
  bool lengths_fit = false;
};

Chunks ChunksOf(std::string_view bytes) {
  Chunks found;
  const std::uint32_t riff = NumberAt(bytes, 4);
  const std::size_t end = IsUnknown(riff) ? bytes.size() : std::size_t{riff} + 8;
  for (std::size_t at = 12; at + 8 <= bytes.size();) {
    const std::string_view id = bytes.substr(at, 4);
    const std::uint32_t announced = NumberAt(bytes, at + 4);
    const std::string_view rest = bytes.substr(at + 8);
    if (id == "data") {
      const std::size_t size = IsUnknown(announced) ? rest.size() : announced;
      found.samples = rest.substr(0, size);
      found.lengths_fit = end <= bytes.size() && size <= rest.size() && at + 8 + size <= end;
      break;
    }
    if (announced > rest.size()) break;
    if (id == "fmt " && found.format.empty()) found.format = rest.substr(0, announced);
    at += 8 + std::size_t{announced} + (announced & 1);  // Chunks begin at even places.
  }
  return found;
}

// All that the library is given: it believes what other chunks say of their length, and would read
// for minutes in a list of 4 GiB that a file of 216 bytes announces.
std::string FormatAndSamples(const Chunks& chunks) {
  std::string body = "WAVE";
  for (const auto& [id, content] : {std::pair("fmt ", chunks.format), {"data", chunks.samples}}) {
    body += id;
    Put(body, static_cast<std::uint32_t>(content.size()));
    body += content;
    if (content.size() % 2 != 0) body += '\0';
  }
  std::string out = "RIFF";
  Put(out, static_cast<std::uint32_t>(body.size()));
  return out + body;
}

// Rate, bytes a frame and bytes a second say the same thing.
bool Agrees(std::string_view format, const SF_INFO& info) {
  if (format.size() < 16) return false;
  const int bytes = (info.format & SF_FORMAT_SUBMASK) == SF_FORMAT_PCM_16 ? 2 : 1;
  const auto frame = static_cast<std::uint32_t>(info.channels * bytes);
  return NumberAt(format, 12, 2) == frame &&
         NumberAt(format, 8) == frame * static_cast<std::uint32_t>(info.samplerate);
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
  const Chunks chunks = ChunksOf(bytes);
  if (!chunks.samples.empty() && !chunks.lengths_fit) {
    return Refuse("PROMPT_FORMAT", field, "announces another length than it has");
  }
  const std::string plain = FormatAndSamples(chunks);
  Bytes memory{plain};
  SF_VIRTUAL_IO io{Length, Seek, Read, Write, Tell};
  SF_INFO info{};
  const std::unique_ptr<SNDFILE, int (*)(SNDFILE*)> file(
      sf_open_virtual(&io, SFM_READ, &info, &memory), sf_close);
  if (!file) return Refuse("PROMPT_FORMAT", field, "is no WAV file that can be read");
  if (auto status = CheckInfo(info, field); !status) return Fail(status.error());
  if (!Agrees(chunks.format, info)) {
    return Refuse("PROMPT_FORMAT", field, "contradicts itself in bytes a sample or a second");
  }
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
