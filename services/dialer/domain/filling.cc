// Pacing: how many lines to open now.
#include <algorithm>
#include <cmath>
#include <utility>

#include "services/dialer/domain/stepper.h"

namespace callfleet::dialer {

namespace {
struct LineCount {
  int undialed = 0;
  int unanswered = 0;
  int demanding = 0;
  int wanting_agent = 0;  // Answered, agent not there yet.
};

LineCount Count(const CampaignModel& model) {
  LineCount count;
  for (const auto& [id, line] : model.lines) {
    count.undialed += line.Undialed();
    count.unanswered += line.Unanswered();
    count.demanding += line.state == AttemptState::kDemanding;
    count.wanting_agent += line.state == AttemptState::kAwaitingAgent ||
                           (!line.agent_first && line.state == AttemptState::kConnecting);
  }
  return count;
}
}  // namespace

int Stepper::NewLinesWanted() const {
  const LineCount count = Count(m_);
  const int room = m_.settings.max_concurrent - static_cast<int>(m_.lines.size());
  const int trunk = m_.trunk.Allowance(now_, count.undialed, count.unanswered);
  int wanted = std::min(room, trunk);
  switch (m_.settings.pacing) {
    case PacingMode::kAgentFirst:
      // Standing demand: only the head lead is in the registry's book.
      return count.demanding > 0 ? 0 : std::min(wanted, 1);
    case PacingMode::kRatio: {
      const int available = std::max(0, m_.audience.available - count.wanting_agent);
      const int target = static_cast<int>(std::floor(m_.settings.ratio * available + 1e-9));
      return std::min(wanted, target - count.undialed - count.unanswered);
    }
  }
  return 0;
}

void Stepper::Fill() {
  if (m_.state != CampaignState::kRunning || m_.closing || m_.fenced) return;
  WithdrawDemandWhileItMayNotDial();
  if (m_.session_ready && !m_.edges.empty() && m_.settings_fault.empty()) {
    while (NewLinesWanted() > 0) {
      auto lead = TakeHead();
      if (!lead) break;
      OpenLine(std::move(*lead));
    }
  }
  // With nothing left in hand only the table can say whether the campaign is complete.
  if (m_.lines.empty() && m_.book.ahead.empty() && !m_.book.next_due) m_.book.dirty = true;
  constexpr std::size_t kLowWater = LeadBook::kPage / 4;
  if (m_.book.ahead.size() < kLowWater && m_.book.dirty) WantPage();
  ArmTrunkTimer();
}

void Stepper::OpenLine(Lead lead) {
  ++m_.attempts_opened;
  AttemptId id(m_.id.str() + "." + std::to_string(m_.token) + "." +
               std::to_string(m_.attempts_opened));
  Line& line = m_.lines[id];
  line.id = id;
  line.lead = std::move(lead);
  line.agent_first = m_.settings.pacing == PacingMode::kAgentFirst;
  line.opened = now_.wall;
  m_.trunk.Opened(now_);
  Fire(line, line.agent_first ? AttemptEvent::kSeekAgent : AttemptEvent::kCheckFirst);
}

// With the lines that are open already.
bool Stepper::MayDial() const {
  if (!m_.settings_fault.empty()) return false;
  const LineCount count = Count(m_);
  if (!m_.trunk.Closed()) {
    return m_.trunk.Allowance(now_, count.undialed - 1, count.unanswered) > 0;
  }
  // The one line that is open as a probe may stay.
  return count.undialed + count.unanswered == 1 && m_.trunk.published() != TrunkState::kDown &&
         m_.trunk.published() != TrunkState::kDisabled &&
         m_.trunk.published() != TrunkState::kUnknown;
}

void Stepper::WithdrawDemandWhileItMayNotDial() {
  if (Count(m_).demanding == 0 || MayDial()) return;
  for (auto& [id, line] : m_.lines) {
    if (line.state == AttemptState::kDemanding) Fire(line, AttemptEvent::kDrop);
  }
  std::erase_if(m_.lines,
                [](const auto& entry) { return entry.second.state == AttemptState::kEnded; });
}

void Stepper::ArmTrunkTimer() {
  const auto next = m_.trunk.NextTry(now_);
  if (!next || *next == m_.trunk_timer_at) return;
  m_.trunk_timer_at = *next;
  Arm(TimerKind::kTrunkTry, std::chrono::ceil<std::chrono::milliseconds>(*next - now_.mono));
}

void Stepper::Arm(TimerKind kind, std::chrono::milliseconds after) {
  const auto generation = ++m_.timer_generation[static_cast<std::size_t>(kind)];
  out_.Urgent(StartTimer{.kind = kind, .generation = generation, .after = after});
}

}  // namespace callfleet::dialer
