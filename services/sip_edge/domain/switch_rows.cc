// Who hears whom: every row of a call follows from its bridges, holds and what is being dialled.
#include <utility>

#include "services/sip_edge/domain/call_switch.h"

namespace callfleet::sip_edge {

std::vector<HeardLeg> CallSwitch::RowOf(Leg& leg) {
  if (Leg* peer = FindLeg(leg.peer); peer != nullptr) {
    if (RecordOf(leg).held_by_us || RecordOf(*peer).held_by_us) return {};
    return {{MediaOf(*peer)}};
  }
  // Customer to agent is open from dial: the agent hears the progress.
  for (LegHandle handle : leg.call->legs) {
    Leg* other = FindLeg(handle);
    if (other == nullptr || other == &leg || !IsLive(*other) || IsAnswered(*other)) continue;
    if (RecordOf(*other).role != LegRole::kCustomer) continue;
    if (other->follows.bridge_with == RecordOf(leg).id) return {{MediaOf(*other)}};
  }
  return {};
}

// A dedicated line that serves a call hears what its view hears.
void CallSwitch::RefreshRows(Call& call) {
  for (LegHandle handle : call.legs) {
    Leg* leg = FindLeg(handle);
    if (leg == nullptr || leg->view != 0 || !IsLive(*leg)) continue;
    SetRow(MediaOf(*leg), RowOf(*leg));
  }
}

// A row that is as it was is left alone: what plays in front of it goes on.
void CallSwitch::SetRow(LegHandle media, std::vector<HeardLeg> row) {
  Leg* leg = FindLeg(media);
  if (leg == nullptr || leg->row == row) return;
  leg->row = row;
  acts_.push_back(act::SetRow{media, std::move(row)});
}

void CallSwitch::Deafen(LegHandle media) {
  if (Leg* leg = FindLeg(media)) leg->row.clear();
  acts_.push_back(act::Deafen{media});
}

}  // namespace callfleet::sip_edge
