#include "services/dialer/domain/campaign_step.h"

#include <algorithm>
#include <utility>

#include "services/dialer/domain/stepper.h"

namespace callfleet::dialer {

namespace {
const fsm::Row<CampaignMachine>* RowOf(CampaignState state, CampaignEvent verb) {
  return fsm::Find<CampaignMachine>(kCampaignRows, state, verb,
                                    [](CampaignGuard) { return false; });
}
}  // namespace

bool Allows(const CampaignModel& model, CampaignEvent verb) {
  return RowOf(model.state, verb) != nullptr;
}

Step Apply(CampaignModel& model, const Event& event, Instant now, const ZoneRules& zones) {
  Stepper stepper(model, now, zones);
  std::visit([&](const auto& e) { stepper.On(e); }, event);
  stepper.Settle();
  return stepper.Take();
}

void Stepper::Settle() {
  std::erase_if(m_.lines, [this](const auto& entry) {
    const Line& line = entry.second;
    if (line.state != AttemptState::kEnded) return false;
    if (line.passing) AnswerEnded(line.passing->request);
    if (line.transfer) AnswerEnded(line.transfer->request);
    // Else its last record, which is still to come, is answered.
    if (line.facts.call_over || line.facts.passed != WallTime{}) {
      out_.Durable(Acknowledge{.edge = line.facts.edge, .call = line.id});
    }
    return true;
  });
  Fill();
  EndIfNothingIsLeft();
  m_.waits = WhyWaiting();
}

void Stepper::Turn(CampaignEvent verb) {
  const auto* row = RowOf(m_.state, verb);
  if (row == nullptr) {
    ++m_.refused_events;
    return;
  }
  m_.state = row->to;
  out_.writes.push_back(SaveCampaignState{m_.state});
  out_.writes.push_back(News{.kind = NewsKind::kCampaignState,
                             .at = now_.wall,
                             .state = m_.state,
                             .verb = verb,
                             .settings = m_.settings});
  for (CampaignEffect effect : row->effects) {
    switch (effect) {
      case CampaignEffect::kNone:
        break;
      case CampaignEffect::kFillLines:
        m_.book.dirty = true;
        m_.settings_fault.clear();
        m_.trunk.TryNow();
        break;
      case CampaignEffect::kDropUndialed:
        for (auto& [id, line] : m_.lines) {
          if (line.Undialed()) Fire(line, AttemptEvent::kDrop);
        }
        break;
      case CampaignEffect::kEndUnanswered:
        for (auto& [id, line] : m_.lines) {
          if (line.Unanswered()) Fire(line, AttemptEvent::kHangUp);
        }
        break;
    }
  }
}

void Stepper::EndIfNothingIsLeft() {
  if (!m_.lines.empty()) return;
  if (m_.state == CampaignState::kDraining) Turn(CampaignEvent::kNoCallLeft);
}

void Stepper::On(const Verb& event) { Turn(event.event); }

void Stepper::On(const SettingsChanged& event) {
  m_.settings = event.settings;
  m_.settings_fault.clear();
  out_.writes.push_back(News{.kind = NewsKind::kCampaignUpdated,
                             .at = now_.wall,
                             .state = m_.state,
                             .reason = event.created ? "created" : "",
                             .settings = m_.settings,
                             .revision = event.revision});
  // Other hours may be open for leads that were held back.
  if (m_.book.closed.empty()) return;
  m_.book.closed.clear();
  m_.book.next_due.reset();
  m_.book.dirty = true;
}

void Stepper::On(const SessionChanged& event) { m_.session_ready = event.ready; }

void Stepper::On(const AudienceChanged& event) { m_.audience = event.audience; }

void Stepper::On(const TrunkPublished& event) {
  std::optional<MonoTime> probe_at;
  if (event.next_probe) {
    probe_at = now_.mono + std::max<std::chrono::microseconds>(*event.next_probe - now_.wall, {});
  }
  m_.trunk.Published(event.state, event.free_channels, probe_at);
  m_.trunk_at = event.at;
}

void Stepper::On(const Closing&) {
  m_.closing = true;
  for (auto& [id, line] : m_.lines) {
    if (line.Undialed()) Fire(line, AttemptEvent::kDrop);
  }
}

void Stepper::On(const Fenced&) { m_.fenced = true; }

void Stepper::On(const TimerFired& event) {
  if (event.generation != m_.timer_generation[static_cast<std::size_t>(event.kind)]) return;
  switch (event.kind) {
    case TimerKind::kLeadsDue:
      m_.due_timer_at = {};
      m_.book.next_due.reset();
      m_.book.dirty = true;
      std::erase_if(m_.book.closed,
                    [this](const auto& entry) { return entry.second <= now_.wall; });
      for (const auto& [hours, opens] : m_.book.closed) DueAt(opens);
      WantPage();
      break;
    case TimerKind::kTrunkTry:
      m_.trunk_timer_at = {};
      break;
    case TimerKind::kPageRetry:
      m_.book.page_pending = false;
      WantPage();
      break;
  }
}

WaitReason Stepper::WhyWaiting() const {
  if (m_.state != CampaignState::kRunning) return WaitReason::kNone;
  if (!m_.settings_fault.empty()) return WaitReason::kSettings;
  if (m_.edges.empty() || m_.store_away) return WaitReason::kService;
  if (m_.trunk.Closed() || m_.trunk.Allowance(now_, 0, 0) == 0) return WaitReason::kTrunk;
  const auto lines = static_cast<int>(m_.lines.size());
  const bool demanding = std::any_of(m_.lines.begin(), m_.lines.end(), [](const auto& entry) {
    return entry.second.state == AttemptState::kDemanding;
  });
  if (!m_.session_ready || demanding) return WaitReason::kAgents;
  if (lines >= m_.settings.max_concurrent) return WaitReason::kMaxCalls;
  if (m_.book.ahead.empty()) {
    if (!m_.book.next_due) return WaitReason::kNone;
    return m_.book.closed.empty() ? WaitReason::kRetry : WaitReason::kWindow;
  }
  return m_.settings.pacing == PacingMode::kRatio ? WaitReason::kAgents : WaitReason::kNone;
}

}  // namespace callfleet::dialer
