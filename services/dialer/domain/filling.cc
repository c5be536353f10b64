// Pacing: how many lines to open now.
#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "services/dialer/domain/stepper.h"

namespace callfleet::dialer {

namespace {
struct LineCount {
  int undialed = 0;
  int unanswered = 0;
  int demanding = 0;
  int wanting_agent = 0;  // Answered, agent not there yet.
};

// Of all edges, or of one.
LineCount Count(const CampaignModel& model, const EdgeId* edge = nullptr) {
  LineCount count;
  for (const auto& [id, line] : model.lines) {
    if (edge != nullptr && line.edge != *edge) continue;
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
    case PacingMode::kRatio:
      if (RoomiestEdge().empty()) return 0;
      return std::min(wanted, LinesForAgents() - count.undialed - count.unanswered);
  }
  return 0;
}

// Ratio: as many as the free agents are worth. Whom several edges can ring is in the sum at each of
// them, and once in `available`, which has phones that do not answer at once as well.
int Stepper::LinesForAgents() const {
  int free = m_.audience.available;
  if (!m_.audience.at.empty()) {
    int instant = 0;
    for (const auto& [edge, agents] : m_.audience.at) instant += agents.instant;
    free = std::min(free, instant);
  }
  free = std::max(0, free - Count(m_).wanting_agent);
  return static_cast<int>(std::floor(m_.settings.ratio * free + 1e-9));
}

// Where a line can be served: at an edge that rings its agent, or where one is likely to be free.
// Empty: nowhere.
EdgeId Stepper::EdgeFor(const Line& line) const {
  if (m_.edges.empty()) return {};
  if (m_.edges.contains(line.edge)) return line.edge;
  if (!line.agent_first) return RoomiestEdge();
  if (!line.agent || line.agent->edge.empty()) return m_.edges.begin()->first;
  std::vector<EdgeId> may = line.agent->edges;
  std::erase_if(may, [&](const EdgeId& edge) { return !m_.edges.contains(edge); });
  const auto best = std::ranges::find_if(may, [&](const auto& edge) { return TrunkHasRoom(edge); });
  if (best != may.end()) return *best;
  return may.empty() ? line.agent->edge : may.front();
}

// Ratio: the edge with the most free agents less those whom its lines will need; only they can be
// rung for a person who answers there. Empty: none has any.
EdgeId Stepper::RoomiestEdge() const {
  EdgeId best;
  double most = 0;
  for (const auto& [edge, boot] : m_.edges) {
    if (!TrunkHasRoom(edge)) continue;
    if (m_.audience.at.empty()) return edge;  // Nobody is ready, or nobody says where.
    const auto agents = m_.audience.at.find(edge);
    if (agents == m_.audience.at.end()) continue;
    const LineCount count = Count(m_, &edge);
    const double room = m_.settings.ratio * (agents->second.instant - count.wanting_agent) -
                        count.undialed - count.unanswered;
    if (room > most + 1e-9) {
      most = room;
      best = edge;
    }
  }
  return best;
}

bool Stepper::TrunkHasRoom(const EdgeId& edge) const {
  if (m_.trunk_at.empty()) return true;  // Nobody has said where.
  const auto at = m_.trunk_at.find(edge);
  if (at == m_.trunk_at.end()) return false;
  const LineCount count = Count(m_, &edge);
  const TrunkAtEdge& trunk = at->second;
  if (trunk.breaker_open) {
    return trunk.next_probe.value_or(now_.wall) <= now_.wall &&
           count.undialed + count.unanswered == 0;
  }
  return !trunk.free_channels || *trunk.free_channels > count.undialed;
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
  if (!line.agent_first) line.edge = RoomiestEdge();
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
  auto next = m_.trunk.NextTry(now_);
  for (const auto& [edge, trunk] : m_.trunk_at) {
    if (!trunk.breaker_open || trunk.next_probe.value_or(now_.wall) <= now_.wall) continue;
    const MonoTime probe = now_.mono + (*trunk.next_probe - now_.wall);
    if (!next || probe < *next) next = probe;
  }
  if (!next || *next == m_.trunk_timer_at) return;
  m_.trunk_timer_at = *next;
  Arm(TimerKind::kTrunkTry, std::chrono::ceil<std::chrono::milliseconds>(*next - now_.mono));
}

void Stepper::Arm(TimerKind kind, std::chrono::milliseconds after) {
  const auto generation = ++m_.timer_generation[static_cast<std::size_t>(kind)];
  out_.Urgent(StartTimer{.kind = kind, .generation = generation, .after = after});
}

}  // namespace callfleet::dialer
