#pragma once
// All prompts of this edge in memory, decoded and encoded once: built in, of the folder, uploaded.
// Uploaded ones are kept in the database and are the same on every edge.
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "common/logging/logger.h"
#include "common/pg/pool.h"
#include "services/sip_edge/domain/media/sound_clip.h"
#include "services/sip_edge/ports/prompt_book.h"

namespace callfleet::sip_edge {

// Any thread. Lifetime: outlives the pool's jobs and the media plane.
class PromptLibrary final : public PromptBook {
 public:
  // `pool` may be null: then nothing can be uploaded. Built-in prompts are there at once.
  PromptLibrary(pg::Pool* pool, logging::Logger log);

  // Files NAME.wav of `folder`; what cannot be read is logged and passed over. Before anybody uses
  // it.
  void ReadFolder(const std::string& folder);
  // Brings what is uploaded up to the database; waits. At the start.
  Status LoadUploaded();
  // The same without waiting, where another edge may have changed something.
  void Refresh();
  // `changed` is called after each change of the names, on any thread; set before the first change.
  void OnChange(std::function<void(PromptNames)> changed) { changed_ = std::move(changed); }

  PromptNames Names() const;
  // Null: no such prompt.
  std::shared_ptr<const media::SoundClip> Find(const std::string& name) const;

  void Upload(std::string name, std::string wav,
              std::function<void(Result<PromptInfo>)> done) override;
  void Remove(std::string name, std::function<void(Status)> done) override;
  std::vector<PromptInfo> List() const override;
  Result<FilePiece> Read(const std::string& name, std::uint64_t offset,
                         std::size_t length) const override;

 private:
  struct Entry {
    PromptInfo info;
    std::shared_ptr<const media::SoundClip> clip;
  };
  using Layer = std::map<std::string, Entry>;
  struct Uploaded {  // A row of the table.
    std::string name;
    std::string wav;
    WallTime updated;
  };
  static Result<Entry> Decode(const std::string& name, PromptSource source, std::string_view wav);
  media::SoundClip Join(const std::vector<std::string>& parts) const;
  void PutBuiltIn(const std::string& name, media::SoundClip made);
  const Entry* FindEntry(const std::string& name) const;  // Under the lock.
  Status MayAdd(const std::string& name, const Entry& entry) const;
  void Put(const std::string& name, Entry entry);
  void Apply(const std::vector<Uploaded>& changed, const std::vector<std::string>& all);
  Result<std::pair<std::vector<Uploaded>, std::vector<std::string>>> Fetch(pg::Transaction& t);
  void TellChange();

  pg::Pool* const pool_;
  logging::Logger log_;
  std::function<void(PromptNames)> changed_;
  mutable std::mutex mutex_;
  Layer built_in_;
  Layer folder_;
  Layer uploaded_;
};

}  // namespace callfleet::sip_edge
