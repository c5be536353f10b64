#include "services/sip_edge/adapters/prompt_library.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include "services/sip_edge/adapters/built_in_prompts.h"
#include "services/sip_edge/adapters/file_hash.h"
#include "services/sip_edge/adapters/wav_reader.h"
#include "services/sip_edge/domain/media/g711.h"
#include "services/sip_edge/domain/media/hold_music.h"
#include "services/sip_edge/media/clip_encoder.h"

namespace callfleet::sip_edge {
namespace {

constexpr std::size_t kMaxPrompts = 1000;
constexpr std::size_t kMaxSamples = std::size_t{8000} * 3600 * 4;  // Four hours in all.
constexpr std::chrono::seconds kPatience{10};

Error Limit(const char* what) {
  return {.code = ErrorCode::kResourceExhausted, .reason = "PROMPT_LIMIT", .message = what};
}

Error Unknown() {
  return {.code = ErrorCode::kNotFound, .reason = "PROMPT_UNKNOWN", .message = "no such prompt"};
}

std::chrono::milliseconds LengthOf(const media::SoundClip& clip) {
  return std::chrono::milliseconds(clip.size() / media::kSamplesPerMs);
}

std::string AsWav(const media::SoundClip& clip) {
  std::string wav = WavHeader(media::kClockHz, 1, static_cast<std::uint32_t>(clip.size() * 2));
  for (const std::uint8_t octet : clip.Octets(media::Codec::kPcmu)) {
    const auto sample = static_cast<std::uint16_t>(media::DecodeMuLaw(octet));
    wav += static_cast<char>(sample & 0xFF);
    wav += static_cast<char>(sample >> 8);
  }
  return wav;
}

}  // namespace

Result<PromptLibrary::Entry> PromptLibrary::Decode(const std::string& name, PromptSource source,
                                                   std::string_view wav) {
  auto samples = ReadWav(wav, "chunk");
  if (!samples) return Fail(samples.error());
  auto clip = std::make_shared<const media::SoundClip>(media::EncodeClip(*samples));
  return Entry{{.name = name,
                .source = source,
                .duration = LengthOf(*clip),
                .size_bytes = wav.size(),
                .sha256 = Sha256Of(wav)},
               clip};
}

PromptLibrary::PromptLibrary(pg::Pool* pool, logging::Logger log)
    : pool_(pool), log_(std::move(log)) {
  for (const auto& [name, wav] : BuiltInPrompts()) {
    auto entry = Decode(std::string(name), PromptSource::kBuiltIn, wav);
    if (entry) built_in_.emplace(name, *std::move(entry));
  }
  for (const auto& [name, parts] : ComposedPrompts()) PutBuiltIn(name, Join(parts));
  PutBuiltIn(std::string(kHoldMusic), media::EncodeClip(media::RenderHoldMusic()));
}

// One clip of several, in every codec.
media::SoundClip PromptLibrary::Join(const std::vector<std::string>& parts) const {
  media::SoundClip joined;
  for (const auto& part : parts) {
    const Entry& entry = built_in_.at(part);
    for (std::size_t codec = 0; codec < joined.octets.size(); ++codec) {
      const auto& octets = entry.clip->octets[codec];
      joined.octets[codec].insert(joined.octets[codec].end(), octets.begin(), octets.end());
    }
  }
  return joined;
}

void PromptLibrary::PutBuiltIn(const std::string& name, media::SoundClip made) {
  auto clip = std::make_shared<const media::SoundClip>(std::move(made));
  const std::string wav = AsWav(*clip);
  built_in_[name] = {{.name = name,
                      .source = PromptSource::kBuiltIn,
                      .duration = LengthOf(*clip),
                      .size_bytes = wav.size(),
                      .sha256 = Sha256Of(wav)},
                     clip};
}

void PromptLibrary::ReadFolder(const std::string& folder) {
  std::error_code error;
  for (const auto& file : std::filesystem::directory_iterator(folder, error)) {
    if (!file.is_regular_file(error) || file.path().extension() != ".wav") continue;
    const std::string name = file.path().stem().string();
    const auto pass_over = [&](const std::string& why) {
      log_.Warn("prompt passed over", {{"file", file.path().string()}, {"detail", why}});
    };
    if (!IsPromptName(name)) {
      pass_over("its name is none for a prompt");
    } else if (file.file_size(error) > kMaxPromptBytes) {
      pass_over("larger than 12 MiB");
    } else {
      std::ifstream in(file.path(), std::ios::binary);
      const std::string wav((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
      auto entry = Decode(name, PromptSource::kFolder, wav);
      const std::lock_guard lock(mutex_);
      const Status may = entry ? MayAdd(name, *entry) : Fail(entry.error());
      if (may) {
        folder_[name] = *std::move(entry);
      } else {
        pass_over(may.error().fields.empty() ? may.error().message
                                             : may.error().fields.front().description);
      }
    }
  }
  if (error) log_.Warn("prompts_dir cannot be read", {{"detail", error.message()}});
}

const PromptLibrary::Entry* PromptLibrary::FindEntry(const std::string& name) const {
  for (const Layer* layer : {&uploaded_, &folder_, &built_in_}) {
    if (const auto found = layer->find(name); found != layer->end()) return &found->second;
  }
  return nullptr;
}

Status PromptLibrary::MayAdd(const std::string& name, const Entry& entry) const {
  std::size_t samples = entry.clip->size();
  std::size_t count = 1;
  for (const Layer* layer : {&folder_, &uploaded_}) {
    for (const auto& [known, other] : *layer) {
      if (known == name && other.info.source == entry.info.source) continue;
      samples += other.clip->size();
      ++count;
    }
  }
  if (count > kMaxPrompts) return Fail(Limit("at most 1,000 prompts"));
  if (samples > kMaxSamples) return Fail(Limit("at most four hours of prompts in all"));
  return {};
}

void PromptLibrary::Put(const std::string& name, Entry entry) {
  {
    const std::lock_guard lock(mutex_);
    uploaded_[name] = std::move(entry);
  }
  TellChange();
}

void PromptLibrary::TellChange() {
  if (changed_) changed_(Names());
}

PromptNames PromptLibrary::Names() const {
  const std::lock_guard lock(mutex_);
  PromptNames names;
  for (const Layer* layer : {&built_in_, &folder_, &uploaded_}) {
    for (const auto& [name, entry] : *layer) names.insert(name);
  }
  return names;
}

std::shared_ptr<const media::SoundClip> PromptLibrary::Find(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  const Entry* entry = FindEntry(name);
  return entry != nullptr ? entry->clip : nullptr;
}

std::vector<PromptInfo> PromptLibrary::List() const {
  const PromptNames names = Names();
  std::vector<std::string> sorted(names.begin(), names.end());
  std::sort(sorted.begin(), sorted.end());
  const std::lock_guard lock(mutex_);
  std::vector<PromptInfo> infos;
  for (const auto& name : sorted) {
    if (const Entry* entry = FindEntry(name)) infos.push_back(entry->info);
  }
  return infos;
}

Result<FilePiece> PromptLibrary::Read(const std::string& name, std::uint64_t offset,
                                      std::size_t length) const {
  const auto clip = Find(name);
  if (!clip) return Fail(Unknown());
  const std::string wav = AsWav(*clip);
  FilePiece piece{.size = wav.size()};
  if (offset < wav.size()) piece.bytes = wav.substr(offset, length);
  return piece;
}

}  // namespace callfleet::sip_edge
