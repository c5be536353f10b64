#include "services/dialer/adapters/row_sinks.h"

#include <utility>

#include "services/dialer/adapters/column_text.h"
#include "services/dialer/adapters/lead_csv.h"
#include "services/dialer/adapters/phone_numbers.h"

namespace callfleet::dialer {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t kBatch = 1000;
constexpr auto kUploadLimit = 30s;  // A database that is away for 20 s does not end an upload.

constexpr pg::Statement kTakePositions{
    "dialer_take_positions",
    "UPDATE campaigns SET next_position = next_position + $2 WHERE campaign_id = $1 RETURNING "
    "next_position - $2 AS first"};
constexpr pg::Statement kAddLeads{
    "dialer_add_leads",
    "INSERT INTO leads (lead_id, campaign_id, position, priority, number, name, zone, region, "
    "skills, extra, line) SELECT r.lead_id, $1, $2::bigint + r.n - 1, r.priority, r.number, "
    "r.name, r.zone, r.region, r.skills, r.extra::jsonb, r.line FROM unnest($3::text[], "
    "$4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], "
    "$11::bigint[]) WITH ORDINALITY AS r (lead_id, priority, number, name, zone, region, skills, "
    "extra, line, n) ON CONFLICT (campaign_id, number) DO NOTHING"};
constexpr pg::Statement kAddSuppressions{
    "dialer_add_suppressions",
    "INSERT INTO suppressions (campaign_id, number, reason, create_time) SELECT $1, r.number, "
    "r.reason, $2 FROM unnest($3::text[], $4::text[]) AS r (number, reason) ON CONFLICT "
    "(campaign_id, number) DO NOTHING"};

class LeadSink final : public RowSink {
 public:
  LeadSink(const UploadParts& parts, CampaignId campaign, std::string region)
      : parts_(parts), campaign_(std::move(campaign)), region_(std::move(region)) {}

  Status Header(const std::vector<std::string>& names) override {
    auto columns = LeadColumns::Of(names);
    if (!columns) return Fail(columns.error());
    columns_ = std::move(*columns);
    return {};
  }
  Status Row(int line, std::vector<std::string>& fields) override {
    auto lead = columns_.Read(fields, region_);
    if (!lead) return Fail(lead.error());
    ids_.push_back(parts_.ids->Next());
    priorities_.push_back(lead->priority);
    numbers_.push_back(std::move(lead->number));
    names_.push_back(std::move(lead->name));
    zones_.push_back(std::move(lead->zone));
    regions_.push_back(std::move(lead->region));
    skills_.push_back(ToText(lead->skills));
    extras_.push_back(ToJson(lead->metadata));
    lines_.push_back(line);
    return {};
  }
  bool full() const override { return ids_.size() >= kBatch; }
  std::size_t waiting() const override { return ids_.size(); }

  Result<std::int64_t> Write() override {
    auto added = parts_.pool->RunAndWait<std::int64_t>(
        kUploadLimit, [this](pg::Transaction& transaction) { return Insert(transaction); });
    for (auto* column : {&ids_, &numbers_, &names_, &zones_, &regions_, &skills_, &extras_}) {
      column->clear();
    }
    priorities_.clear();
    lines_.clear();
    if (added && *added > 0) parts_.campaigns->Send(campaign_, LeadsAdded{*added});
    return added;
  }

 private:
  Result<std::int64_t> Insert(pg::Transaction& transaction) {
    const auto taken =
        transaction.Exec(kTakePositions, {campaign_, static_cast<std::int64_t>(ids_.size())});
    if (taken.empty()) {
      return NotFound("CAMPAIGN_NOT_FOUND", "The campaign was deleted during the upload.");
    }
    return static_cast<std::int64_t>(
        transaction
            .Exec(kAddLeads, {campaign_, taken[0].Int("first"), ids_, priorities_, numbers_, names_,
                              zones_, regions_, skills_, extras_, lines_})
            .affected());
  }

  UploadParts parts_;
  CampaignId campaign_;
  std::string region_;
  LeadColumns columns_;
  std::vector<std::string> ids_, numbers_, names_, zones_, regions_, skills_, extras_;
  std::vector<std::int64_t> priorities_, lines_;
};

// A column of numbers, and one named reason where there is one.
class SuppressionSink final : public RowSink {
 public:
  SuppressionSink(const UploadParts& parts, CampaignId list, std::string region)
      : parts_(parts), list_(std::move(list)), region_(std::move(region)) {}

  Status Header(const std::vector<std::string>& names) override {
    auto columns = LeadColumns::Of(names);
    if (!columns) return Fail(columns.error());
    columns_ = std::move(*columns);
    return {};
  }
  Status Row(int /*line*/, std::vector<std::string>& fields) override {
    auto row = columns_.Read(fields, region_);
    if (!row) return Fail(row.error());
    numbers_.push_back(std::move(row->number));
    reasons_.push_back(row->metadata["reason"].substr(0, 256));
    return {};
  }
  bool full() const override { return numbers_.size() >= kBatch; }
  std::size_t waiting() const override { return numbers_.size(); }

  Result<std::int64_t> Write() override {
    auto added = parts_.pool->RunAndWait<std::int64_t>(
        kUploadLimit,
        [this,
         now = parts_.clock->Now().wall](pg::Transaction& transaction) -> Result<std::int64_t> {
          return static_cast<std::int64_t>(
              transaction.Exec(kAddSuppressions, {list_, now, numbers_, reasons_}).affected());
        });
    numbers_.clear();
    reasons_.clear();
    return added;
  }

 private:
  UploadParts parts_;
  CampaignId list_;
  std::string region_;
  LeadColumns columns_;
  std::vector<std::string> numbers_, reasons_;
};

}  // namespace

std::unique_ptr<RowSink> MakeLeadSink(const UploadParts& parts, const CampaignId& campaign,
                                      const std::string& default_region) {
  return std::make_unique<LeadSink>(parts, campaign, default_region);
}

std::unique_ptr<RowSink> MakeSuppressionSink(const UploadParts& parts, const CampaignId& list,
                                             const std::string& default_region) {
  return std::make_unique<SuppressionSink>(parts, list, default_region);
}

}  // namespace callfleet::dialer
