// The part of the library that lives in the database.
#include <algorithm>
#include <utility>

#include "services/sip_edge/adapters/prompt_library.h"

namespace callfleet::sip_edge {
namespace {

constexpr pg::Statement kSaveUpload{
    "save_prompt",
    "INSERT INTO prompts (name, wav, updated_at) VALUES ($1, $2, clock_timestamp()) "
    "ON CONFLICT (name) DO UPDATE SET wav = excluded.wav, updated_at = excluded.updated_at "
    "RETURNING updated_at"};
constexpr pg::Statement kRemoveUpload{"remove_prompt", "DELETE FROM prompts WHERE name = $1"};
constexpr pg::Statement kStamps{"list_prompts",
                                "SELECT name, updated_at FROM prompts ORDER BY name"};
constexpr pg::Statement kLoadUploads{"load_prompt", "SELECT wav FROM prompts WHERE name = $1"};
constexpr std::chrono::seconds kUploadLimit{10};

Error NoDatabase() {
  return {.code = ErrorCode::kFailedPrecondition,
          .reason = "NO_DATABASE",
          .message = "this edge has no database to keep prompts in"};
}

}  // namespace

void PromptLibrary::Upload(std::string name, std::string wav,
                           std::function<void(Result<PromptInfo>)> done) {
  if (auto ok = CheckPromptName(name, "begin.name"); !ok) return done(Fail(ok.error()));
  if (wav.size() > kMaxPromptBytes) {
    return done(InvalidField("chunk", "at most 12 MiB in all", "PROMPT_TOO_LONG"));
  }
  if (pool_ == nullptr) return done(Fail(NoDatabase()));
  auto entry = Decode(name, PromptSource::kUploaded, wav);
  if (!entry) return done(Fail(entry.error()));
  {
    const std::lock_guard lock(mutex_);
    if (auto ok = MayAdd(name, *entry); !ok) return done(Fail(ok.error()));
  }
  auto bytes = std::make_shared<const std::string>(std::move(wav));
  pool_->Run<WallTime>(
      kUploadLimit,
      [name, bytes](pg::Transaction& t) -> Result<WallTime> {
        for (const auto row : t.Exec(kSaveUpload, {name, pg::Bytes{*bytes}}))
          return row.Time("updated_at");
        return WallTime{};
      },
      [this, name, entry = *std::move(entry),
       done = std::move(done)](Result<WallTime> saved) mutable {
        if (!saved) return done(Fail(saved.error()));
        entry.info.updated = *saved;
        const PromptInfo info = entry.info;
        Put(name, std::move(entry));
        done(info);
      });
}

void PromptLibrary::Remove(std::string name, std::function<void(Status)> done) {
  {
    const std::lock_guard lock(mutex_);
    const Entry* entry = FindEntry(name);
    if (entry == nullptr) return done(NotFound("PROMPT_UNKNOWN", "no such prompt"));
    if (entry->info.source != PromptSource::kUploaded) {
      return done(FailedPrecondition("PROMPT_BUILT_IN", "this prompt was not uploaded"));
    }
  }
  pool_->Submit(
      kUploadLimit,
      [name](pg::Transaction& t) -> Status {
        t.Exec(kRemoveUpload, {name});
        return {};
      },
      [this, name, done = std::move(done)](Status removed) {
        if (!removed) return done(removed);
        {
          const std::lock_guard lock(mutex_);
          uploaded_.erase(name);
        }
        TellChange();
        done({});
      });
}

// Rows that this edge does not have as they are, and the names of all.
Result<std::pair<std::vector<PromptLibrary::Uploaded>, std::vector<std::string>>>
PromptLibrary::Fetch(pg::Transaction& t) {
  std::vector<Uploaded> changed;
  std::vector<std::string> all;
  for (const auto row : t.Exec(kStamps)) {
    Uploaded prompt{.name = row.Text("name"), .updated = row.Time("updated_at")};
    all.push_back(prompt.name);
    {
      const std::lock_guard lock(mutex_);
      const auto known = uploaded_.find(prompt.name);
      if (known != uploaded_.end() && known->second.info.updated == prompt.updated) continue;
    }
    changed.push_back(std::move(prompt));
  }
  for (auto& prompt : changed) {
    for (const auto row : t.Exec(kLoadUploads, {prompt.name})) prompt.wav = row.Bytes("wav");
  }
  return std::pair{std::move(changed), std::move(all)};
}

void PromptLibrary::Apply(const std::vector<Uploaded>& changed,
                          const std::vector<std::string>& all) {
  bool told = false;
  for (const auto& prompt : changed) {
    auto entry = Decode(prompt.name, PromptSource::kUploaded, prompt.wav);
    if (!entry) continue;
    entry->info.updated = prompt.updated;
    const std::lock_guard lock(mutex_);
    uploaded_[prompt.name] = *std::move(entry);
    told = true;
  }
  {
    const std::lock_guard lock(mutex_);
    told |= std::erase_if(uploaded_, [&](const auto& known) {
              return std::find(all.begin(), all.end(), known.first) == all.end();
            }) > 0;
  }
  if (told) TellChange();
}

Status PromptLibrary::LoadUploaded() {
  if (pool_ == nullptr) return {};
  using Fetched = std::pair<std::vector<Uploaded>, std::vector<std::string>>;
  auto fetched =
      pool_->RunAndWait<Fetched>(kUploadLimit, [this](pg::Transaction& t) { return Fetch(t); });
  if (!fetched) return Fail(fetched.error());
  Apply(fetched->first, fetched->second);
  return {};
}

void PromptLibrary::Refresh() {
  if (pool_ == nullptr) return;
  using Fetched = std::pair<std::vector<Uploaded>, std::vector<std::string>>;
  pool_->Run<Fetched>(
      kUploadLimit, [this](pg::Transaction& t) { return Fetch(t); },
      [this](Result<Fetched> fetched) {
        if (fetched) Apply(fetched->first, fetched->second);
      });
}

}  // namespace callfleet::sip_edge
