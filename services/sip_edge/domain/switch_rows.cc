// Who hears whom: every row of a call follows from its bridges, holds and what is being dialled.
#include <algorithm>
#include <utility>

#include "services/sip_edge/domain/call_switch.h"

namespace callfleet::sip_edge {

namespace {
constexpr std::size_t kMostSources = 8;  // Of a row, in the media engine.
}

// An agent's phone, one that calls too, or a supervisor's that took over put the others on hold:
// the music is ours. What a customer's side sends is let through: it may be its music.
bool CallSwitch::HoldsOthers(Leg& leg) {
  return RecordOf(leg).held_by_far_end && RecordOf(leg).role != LegRole::kCustomer;
}

std::vector<HeardLeg> CallSwitch::RowOf(Leg& leg) {
  if (const auto partners = PartnersOf(leg); !partners.empty()) {
    std::vector<HeardLeg> row;
    if (RecordOf(leg).held_by_us) return row;
    for (Leg* other : partners) {
      if (RecordOf(*other).held_by_us || HoldsOthers(*other)) continue;
      row.push_back({MediaOf(*other)});
    }
    return row;
  }
  // Customer to agent is open from dial: the agent hears the progress.
  for (LegHandle handle : leg.call->legs) {
    Leg* other = FindLeg(handle);
    const bool customer = other != nullptr && other != &leg && IsLive(*other) &&
                          RecordOf(*other).role == LegRole::kCustomer;
    if (!customer) continue;
    const bool dials = !IsAnswered(*other) && other->follows.bridge_with == RecordOf(leg).id;
    // And who answers, while its verdict is waited for: so the agent hears the greeting.
    const bool greets = IsAnswered(*other) && Listens(*other) && IsAnswered(leg) &&
                        (other->follows.bridge_with == RecordOf(leg).id ||
                         leg.follows.bridge_with == RecordOf(*other).id);
    if (dials || greets) return {{MediaOf(*other)}};
  }
  return {};
}

// Has partners and hears none of them, as one holds; but not the one who put them on hold.
bool CallSwitch::IsHeld(Leg& leg) {
  if (!IsAnswered(leg) || HoldsOthers(leg)) return false;
  const auto partners = PartnersOf(leg);
  if (partners.empty() || !RowOf(leg).empty()) return false;
  return std::any_of(partners.begin(), partners.end(),
                     [](Leg* other) { return HoldsOthers(*other); });
}

void CallSwitch::PlayToTheHeld(Call& call, Instant now) {
  for (LegHandle handle : call.legs) {
    Leg* leg = FindLeg(handle);
    if (leg != nullptr && IsHeld(*leg)) PlayMusic(*leg, now);
  }
}

// A dedicated line that serves a call hears what its view hears.
void CallSwitch::RefreshRows(Call& call) {
  for (LegHandle handle : call.legs) {
    Leg* leg = FindLeg(handle);
    if (leg == nullptr || leg->view != 0 || !IsLive(*leg)) continue;
    auto row = IsObserver(*leg) ? ObserverRow(*leg) : RowOf(*leg);
    if (!IsObserver(*leg)) AddObservers(*leg, row);
    SetRow(MediaOf(*leg), std::move(row));
  }
  Retap(call);
}

// A supervisor who takes part beside the bridge; one who took over is a partner as any other.
bool CallSwitch::IsObserver(const Leg& leg) {
  return leg.call->record.legs[leg.index].role == LegRole::kSupervisor && leg.peer == 0;
}

// What parties say while one of them is on hold, in a consultation, or while the recording is
// paused (card data) is not meant for others, so not for observers.
bool CallSwitch::IsPrivate(Call& call) {
  const RecordingInfo* recording = OpenRecordingOf(call);
  if (recording != nullptr && recording->state == RecordingState::kPaused) return true;
  if (call.transfer && call.transfer->state == TransferState::kConsulting) return true;
  return std::any_of(call.legs.begin(), call.legs.end(), [this](LegHandle handle) {
    Leg* leg = FindLeg(handle);
    if (leg == nullptr || PartnersOf(*leg).empty()) return false;
    return RecordOf(*leg).held_by_us || RecordOf(*leg).held_by_far_end;
  });
}

// All parties of the bridge, and the other supervisors who speak to all.
std::vector<HeardLeg> CallSwitch::ObserverRow(Leg& observer) {
  std::vector<HeardLeg> row;
  Call& call = *observer.call;
  if (!IsAnswered(observer) || (!observer.hears_private && IsPrivate(call))) return row;
  for (LegHandle handle : call.legs) {
    Leg* leg = FindLeg(handle);
    if (leg == nullptr || leg == &observer || !IsAnswered(*leg)) continue;
    const bool speaks = IsObserver(*leg) ? RecordOf(*leg).supervise_mode == SuperviseMode::kBarge
                                         : !PartnersOf(*leg).empty();
    if (speaks && row.size() < kMostSources) row.push_back({MediaOf(*leg)});
  }
  return row;
}

// Who whispers is heard by the agent, who barges by all that hear somebody.
void CallSwitch::AddObservers(Leg& leg, std::vector<HeardLeg>& row) {
  if (PartnersOf(leg).empty() || RecordOf(leg).held_by_us) return;
  const bool hears_somebody = !row.empty();
  for (LegHandle handle : leg.call->legs) {
    Leg* observer = FindLeg(handle);
    if (observer == nullptr || !IsObserver(*observer) || !IsAnswered(*observer)) continue;
    const AgentId& agent = RecordOf(*observer).follows_agent;
    const bool coached = agent.empty() ? Serves(leg) : agent == RecordOf(leg).agent;
    const SuperviseMode mode = RecordOf(*observer).supervise_mode;
    const bool heard = mode == SuperviseMode::kBarge ? coached || hears_somebody
                                                     : mode == SuperviseMode::kWhisper && coached;
    if (heard && row.size() < kMostSources) row.push_back({MediaOf(*observer)});
  }
}

// A row that is as it was is left alone: what plays in front of it goes on.
void CallSwitch::SetRow(LegHandle media, std::vector<HeardLeg> row) {
  Leg* leg = FindLeg(media);
  if (leg == nullptr || leg->row == row) return;
  leg->row = row;
  acts_.push_back(act::SetRow{media, std::move(row)});
}

// The next change of the call orders the row anew. A supervisor who would hear nothing is hung up;
// of a line that follows an agent the line itself, which would only come again.
void CallSwitch::RowRefused(LegHandle media, Instant now) {
  Leg* leg = FindLeg(media);
  if (leg == nullptr) return;
  leg->row.clear();
  Leg* view = FindLeg(leg->view);
  if (!IsObserver(view != nullptr ? *view : *leg)) return;
  const LegEnd why{.by = EndedBy::kEdge, .cause = {.q850 = 47, .text = "no place to listen"}};
  HangUpLeg(*leg, why, now);
  if (view != nullptr) HangUpLeg(*view, why, now);
}

void CallSwitch::Deafen(LegHandle media) {
  if (Leg* leg = FindLeg(media)) leg->row.clear();
  acts_.push_back(act::Deafen{media});
}

}  // namespace callfleet::sip_edge
