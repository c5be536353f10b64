#pragma once
// Driven: files of rows that are read as they come. One chunk at a time: the next one is fed when
// the last is taken, which bounds the memory of an upload.
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/ids/ids.h"
#include "common/result/result.h"

namespace callfleet::dialer {

struct UploadReport {
  static constexpr std::size_t kMaxRejected = 1000;
  struct Rejected {
    int line = 0;
    std::string reason;  // Starts with the column.
  };
  std::int64_t accepted = 0;
  std::int64_t duplicates = 0;
  std::int64_t rejected_count = 0;
  std::vector<Rejected> rejected;  // The first kMaxRejected.
};

// Rows taken before a fault or a cancel stay; destroying an upload cancels it. One chunk at a time.
class Upload {
 public:
  virtual ~Upload() = default;
  virtual void Feed(std::string chunk, std::function<void(Status)> taken) = 0;
  virtual void End(std::function<void(Result<UploadReport>)> done) = 0;
};

// Thread safe, never blocks. Replies come once, on any thread.
class Uploads {
 public:
  using Reply = std::function<void(Result<std::shared_ptr<Upload>>)>;
  virtual ~Uploads() = default;
  // CAMPAIGN_NOT_FOUND; RESOURCE_EXHAUSTED UPLOADS_BUSY.
  virtual void Leads(const CampaignId& campaign, Reply reply) = 0;
  // Into the list of a campaign; an empty id is the list for all.
  virtual void Suppressions(const CampaignId& list, const std::string& default_region,
                            Reply reply) = 0;
};

}  // namespace callfleet::dialer
