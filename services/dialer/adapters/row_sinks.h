#pragma once
// Where the rows of an upload go.
#include <string>
#include <vector>

#include "common/result/result.h"
#include "services/dialer/adapters/csv_uploads.h"
#include "services/dialer/ports/uploads.h"

namespace callfleet::dialer {

// One thread at a time.
class RowSink {
 public:
  virtual ~RowSink() = default;
  virtual Status Header(const std::vector<std::string>& names) = 0;
  // INVALID_ARGUMENT: the row is refused, the message says why.
  virtual Status Row(int line, std::vector<std::string>& fields) = 0;
  virtual bool full() const = 0;  // A batch is worth writing.
  // Writes what has gathered; returns how many of them were new. Blocks.
  virtual Result<std::int64_t> Write() = 0;
  virtual std::size_t waiting() const = 0;
};

std::unique_ptr<RowSink> MakeLeadSink(const UploadParts& parts, const CampaignId& campaign,
                                      const std::string& default_region);
std::unique_ptr<RowSink> MakeSuppressionSink(const UploadParts& parts, const CampaignId& list,
                                             const std::string& default_region);

}  // namespace callfleet::dialer
