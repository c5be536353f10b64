#pragma once
// Rows of history as columns for unnest, and back.
#include <vector>

#include "common/pg/session.h"
#include "services/supervisor/domain/history_rows.h"

namespace callfleet::supervisor {

// One list a column of a statement's parameters.
class Columns {
 public:
  void Add(const pg::Params& row) {
    if (columns_.empty()) columns_.resize(row.size());
    for (std::size_t i = 0; i < row.size(); ++i) columns_[i].push_back(row[i]);
  }
  bool empty() const { return columns_.empty(); }
  pg::Params Params() const { return {columns_.begin(), columns_.end()}; }

 private:
  std::vector<std::vector<pg::Param>> columns_;
};

pg::Params ToParams(const CallRow& row);
pg::Params ToParams(const OfferRow& row);
pg::Params ToParams(const WorkRow& row);
pg::Params ToParams(const OutcomeRow& row);
pg::Params ToParams(const RepairRow& row);
pg::Params ToParams(const SpanRow& row);
pg::Params ToParams(const RecordingRow& row);
pg::Params ToParams(const LegRow& row);
CallRow ToCallRow(const pg::Rows::Row& row);
OfferRow ToOfferRow(const pg::Rows::Row& row);
WorkRow ToWorkRow(const pg::Rows::Row& row);
OutcomeRow ToOutcomeRow(const pg::Rows::Row& row);
RepairRow ToRepairRow(const pg::Rows::Row& row);
RecordingRow ToRecordingRow(const pg::Rows::Row& row);
LegView ToLegView(const pg::Rows::Row& row);
// The column `ended` may be NULL: it goes on until `now` then.
SpanRow ToSpanRow(const pg::Rows::Row& row, WallTime now);

std::optional<std::int64_t> KindOf(const std::optional<Unit>& unit);
std::optional<std::string> IdOf(const std::optional<Unit>& unit);

}  // namespace callfleet::supervisor
