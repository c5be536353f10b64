#include "services/sip_edge/domain/media/mix_matrix.h"

#include <algorithm>

namespace callfleet::sip_edge::media {

void MixMatrix::SetRow(LegSlot listener, std::span<const Column> row) {
  for (const Column& column : Row(listener)) {
    if (column.kind != Column::Kind::kLeg) continue;
    auto& heard_by = listeners_[column.leg];
    std::erase(heard_by, listener);
    if (heard_by.empty()) listeners_.erase(column.leg);
  }
  if (row.empty()) {
    rows_.erase(listener);
    return;
  }
  for (const Column& column : row) {
    if (column.kind != Column::Kind::kLeg) continue;
    auto& heard_by = listeners_[column.leg];
    if (std::find(heard_by.begin(), heard_by.end(), listener) == heard_by.end()) {
      heard_by.push_back(listener);
    }
  }
  rows_[listener].assign(row.begin(), row.end());
}

std::span<const Column> MixMatrix::Row(LegSlot listener) const {
  const auto it = rows_.find(listener);
  if (it == rows_.end()) return {};
  return it->second;
}

std::span<const LegSlot> MixMatrix::Listeners(LegSlot source) const {
  const auto it = listeners_.find(source);
  if (it == listeners_.end()) return {};
  return it->second;
}

void MixMatrix::Remove(LegSlot leg) {
  SetRow(leg, {});
  const auto heard_by = Listeners(leg);
  for (const LegSlot listener : std::vector<LegSlot>(heard_by.begin(), heard_by.end())) {
    std::vector<Column> row(Row(listener).begin(), Row(listener).end());
    std::erase_if(row, [leg](const Column& column) {
      return column.kind == Column::Kind::kLeg && column.leg == leg;
    });
    SetRow(listener, row);
  }
}

std::vector<LegSlot> MixMatrix::Component(LegSlot leg) const {
  std::vector<LegSlot> found{leg};
  const auto add = [&found](LegSlot slot) {
    if (std::find(found.begin(), found.end(), slot) == found.end()) found.push_back(slot);
  };
  for (std::size_t i = 0; i < found.size(); ++i) {
    for (const Column& column : Row(found[i])) {
      if (column.kind == Column::Kind::kLeg) add(column.leg);
    }
    for (const LegSlot listener : Listeners(found[i])) add(listener);
  }
  return found;
}

}  // namespace callfleet::sip_edge::media
