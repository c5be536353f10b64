#include "services/dialer/adapters/csv_uploads.h"

#include <algorithm>
#include <utility>

#include "services/dialer/adapters/csv_reader.h"
#include "services/dialer/adapters/row_sinks.h"

namespace callfleet::dialer {

using namespace std::chrono_literals;

namespace {

constexpr pg::Statement kRegionOf{"dialer_region_of",
                                  "SELECT default_region FROM campaigns WHERE campaign_id = $1"};

// Details of an error travel in a header of at most 8 KiB.
constexpr std::size_t kRowsInError = 20;

// Rows of one file; on a worker, one task at a time.
class CsvUpload final : public Upload, public std::enable_shared_from_this<CsvUpload> {
 public:
  CsvUpload(std::unique_ptr<RowSink> sink, Workers* workers, std::shared_ptr<std::atomic<int>> open)
      : sink_(std::move(sink)),
        workers_(workers),
        open_(std::move(open)),
        reader_([this](int line, std::vector<std::string>& fields) { OnRow(line, fields); }) {}
  ~CsvUpload() override { --*open_; }

  void Feed(std::string chunk, std::function<void(Status)> taken) override {
    auto task = [self = shared_from_this(), chunk = std::move(chunk), taken] {
      taken(self->Take(chunk));
    };
    if (!workers_->Post(std::move(task))) taken(Stopping());
  }
  void End(std::function<void(Result<UploadReport>)> done) override {
    auto task = [self = shared_from_this(), done] { done(self->Finish()); };
    if (!workers_->Post(std::move(task))) done(Fail(Stopping().error()));
  }

 private:
  static Status Stopping() { return Unavailable("SHUTTING_DOWN", "The dialer stops."); }

  Status Take(const std::string& chunk) {
    if (!so_far_) return so_far_;
    Keep(reader_.Feed(chunk));
    if (!so_far_) StopHere();
    return so_far_;
  }
  Result<UploadReport> Finish() {
    if (!so_far_) return Fail(so_far_.error());
    Keep(reader_.End());
    if (so_far_) Keep(Write());
    if (so_far_ && !header_seen_) {
      Keep(InvalidField("header", "the file is empty", "CSV_HEADER"));
    }
    if (!so_far_) StopHere();
    if (!so_far_) return Fail(so_far_.error());
    return report_;
  }
  // Rows before the fault are kept, and the error says how many.
  void StopHere() {
    Error error = so_far_.error();
    if (error.code == ErrorCode::kInvalidArgument) (void)Write();
    error.metadata["accepted"] = std::to_string(report_.accepted);
    error.metadata["duplicates"] = std::to_string(report_.duplicates);
    error.metadata["rejected"] = std::to_string(report_.rejected_count);
    std::string rows;
    for (std::size_t n = 0; n < std::min(report_.rejected.size(), kRowsInError); ++n) {
      const auto& row = report_.rejected[n];
      rows += (n == 0 ? "" : "; ") + std::to_string(row.line) + ": " + row.reason;
    }
    if (!rows.empty()) error.metadata["rejected_rows"] = rows;
    so_far_ = Fail(std::move(error));
  }
  // The first fault stays: a row's own (from inside Feed) is not undone by Feed's success.
  void Keep(Status status) {
    if (so_far_) so_far_ = std::move(status);
  }
  void OnRow(int line, std::vector<std::string>& fields) {
    if (!so_far_) return;
    if (!header_seen_) {
      header_seen_ = true;
      Keep(sink_->Header(fields));
      return;
    }
    if (auto taken = sink_->Row(line, fields); !taken) {
      if (++report_.rejected_count <= static_cast<std::int64_t>(UploadReport::kMaxRejected)) {
        report_.rejected.push_back({.line = line, .reason = taken.error().message});
      }
    } else if (sink_->full()) {
      Keep(Write());
    }
  }
  Status Write() {
    const auto waiting = static_cast<std::int64_t>(sink_->waiting());
    if (waiting == 0) return {};
    const auto added = sink_->Write();
    if (!added) return Fail(added.error());
    report_.accepted += *added;
    report_.duplicates += waiting - *added;
    return {};
  }

  std::unique_ptr<RowSink> sink_;
  Workers* workers_;
  std::shared_ptr<std::atomic<int>> open_;
  CsvReader reader_;
  UploadReport report_;
  Status so_far_;
  bool header_seen_ = false;
};

tl::unexpected<Error> Busy() {
  return Fail(Error{.code = ErrorCode::kResourceExhausted,
                    .reason = "UPLOADS_BUSY",
                    .message = "Too many uploads at once; try again.",
                    .metadata = {},
                    .fields = {},
                    .retry_after = 1000ms});
}

}  // namespace

void CsvUploads::Leads(const CampaignId& campaign, Reply reply) {
  if (++*open_ > kMost) {
    --*open_;
    reply(Busy());
    return;
  }
  parts_.pool->Run<std::string>(
      5s,
      [campaign](pg::Transaction& transaction) -> Result<std::string> {
        const auto rows = transaction.Exec(kRegionOf, {campaign});
        if (rows.empty()) {
          return NotFound("CAMPAIGN_NOT_FOUND", "There is no campaign with this id.");
        }
        return rows[0].Text("default_region");
      },
      [parts = parts_, open = open_, campaign,
       reply = std::move(reply)](Result<std::string> region) {
        if (!region) {
          --*open;
          reply(Fail(region.error()));
          return;
        }
        reply(std::make_shared<CsvUpload>(MakeLeadSink(parts, campaign, *region), parts.workers,
                                          open));
      });
}

void CsvUploads::Suppressions(const CampaignId& list, const std::string& default_region,
                              Reply reply) {
  if (++*open_ > kMost) {
    --*open_;
    reply(Busy());
    return;
  }
  reply(std::make_shared<CsvUpload>(MakeSuppressionSink(parts_, list, default_region),
                                    parts_.workers, open_));
}

}  // namespace callfleet::dialer
