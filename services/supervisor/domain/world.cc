#include "services/supervisor/domain/world.h"

#include <algorithm>
#include <iterator>

#include "services/supervisor/domain/trunk_sum.h"

namespace callfleet::supervisor {
namespace {

constexpr std::size_t kMaxDeletedAgents = 1'000;

// Erases entries of a map that the snapshot did not name; returns what went.
template <class Key, class Value>
std::vector<Key> EraseUnnamed(const std::set<std::string>& named, std::map<Key, Value>* map) {
  std::vector<Key> gone;
  for (auto it = map->begin(); it != map->end();) {
    if (named.contains(it->first.str())) {
      ++it;
      continue;
    }
    gone.push_back(it->first);
    it = map->erase(it);
  }
  return gone;
}

// True where it was new or different.
template <class Key, class Value>
bool Put(const Key& key, const Value& value, std::map<Key, Value>* map) {
  auto [entry, created] = map->try_emplace(key, value);
  if (created) return true;
  if (entry->second == value) return false;
  entry->second = value;
  return true;
}

}  // namespace

const char* Name(SourceKind kind) {
  switch (kind) {
    case SourceKind::kCalls:
      return "calls";
    case SourceKind::kTrunks:
      return "trunks";
    case SourceKind::kAgents:
      return "agents";
    case SourceKind::kCampaigns:
      return "campaigns";
    case SourceKind::kQueues:
      return "queues";
  }
  return "";
}

World::World(WorldOptions options, std::vector<Source> sources, WallTime start)
    : options_(std::move(options)), start_(start) {
  for (auto& source : sources) sources_.try_emplace(std::move(source));
}

void World::Apply(const SourcedFact& fact) {
  ++applied_;
  std::visit([&](const auto& what) { Take(fact, what); }, fact.fact);
}

void World::NoteNamed(const Source& source, const std::string& id) {
  auto& info = sources_[source];
  if (info.loading) info.named.insert(id);
}

void World::Take(const SourcedFact& in, const SnapshotBegin& fact) {
  auto& info = sources_[in.source];
  info.edge = fact.edge;
  ++info.generation;
  info.loading = true;
  info.named.clear();
}

void World::Take(const SourcedFact& in, const SnapshotEnd& /*fact*/) {
  auto& info = sources_[in.source];
  info.state = SourceState::kInStep;
  switch (in.source.kind) {
    case SourceKind::kCalls:
      EndUnnamedCalls(in.source, info.generation, in.at);
      break;
    case SourceKind::kAgents: {
      std::vector<AgentId> gone;
      for (const auto& [id, agent] : agents_) {
        if (!info.named.contains(id.str())) gone.push_back(id);
      }
      for (const auto& id : gone) EraseAgent(id);
      break;
    }
    case SourceKind::kCampaigns:
      for (auto& id : EraseUnnamed(info.named, &campaigns_)) changes_.campaigns.insert(id);
      break;
    case SourceKind::kQueues:
      for (auto& id : EraseUnnamed(info.named, &queues_)) {
        changes_.queues.insert(id);
        changes_.queue_calls.insert(id);
      }
      EraseUnnamedTickets(info.named);
      break;
    case SourceKind::kTrunks: {
      std::vector<TrunkId> gone;
      for (const auto& [id, edges] : edge_trunks_) {
        if (!info.named.contains(id.str())) gone.push_back(id);
      }
      for (const auto& id : gone) ForgetTrunk(id, in.source);
      break;
    }
  }
  info.loading = false;
  info.named.clear();
}

void World::Take(const SourcedFact& in, const SourceLost& /*fact*/) {
  auto& info = sources_[in.source];
  if (info.state != SourceState::kInStep) return;
  info.state = SourceState::kLost;
  info.lost = in.at;
}

void World::Take(const SourcedFact& in, const AgentFact& fact) {
  NoteNamed(in.source, fact.id.str());
  if (std::ranges::find(deleted_agents_, fact.id) != deleted_agents_.end()) return;
  auto [entry, created] = agents_.try_emplace(fact.id, fact);
  if (!created) {
    // A snapshot is believed whatever its versions: the registry may have been restored.
    if (!sources_[in.source].loading && fact.version < entry->second.version) return;
    if (entry->second.name != fact.name) agent_names_.erase(entry->second.name);
    entry->second = fact;
  }
  agent_names_[fact.name] = fact.id;
  if (ActiveCalls(fact) == 0) coaching_.erase(fact.id);
  changes_.agents.insert(fact.id);
}

// Kept while the agent has a call; a text for nobody was refused before.
void World::Take(const SourcedFact& /*in*/, const CoachingNote& note) {
  const auto agent = agents_.find(note.agent);
  if (agent == agents_.end() || ActiveCalls(agent->second) == 0) return;
  auto& notes = coaching_[note.agent];
  notes.push_back(note);
  if (notes.size() > kKeptNotes) notes.pop_front();
  changes_.agents.insert(note.agent);
}

void World::EraseAgent(const AgentId& id) {
  const auto found = agents_.find(id);
  if (found == agents_.end()) return;
  calls_of_deleted_agents_ += found->second.calls;
  agent_names_.erase(found->second.name);
  agents_.erase(found);
  coaching_.erase(id);
  changes_.agents.insert(id);
}

void World::Take(const SourcedFact& /*in*/, const AgentGone& fact) {
  EraseAgent(fact.id);
  deleted_agents_.push_back(fact.id);
  if (deleted_agents_.size() > kMaxDeletedAgents) deleted_agents_.pop_front();
}

void World::Take(const SourcedFact& in, const CampaignFact& fact) {
  NoteNamed(in.source, fact.id.str());
  if (Put(fact.id, fact, &campaigns_)) changes_.campaigns.insert(fact.id);
}

void World::Take(const SourcedFact& /*in*/, const CampaignGone& fact) {
  if (campaigns_.erase(fact.id) > 0) changes_.campaigns.insert(fact.id);
}

void World::Take(const SourcedFact& in, const QueueFact& fact) {
  NoteNamed(in.source, fact.id.str());
  QueueFact merged = fact;  // An echo of a command knows no figures.
  const auto known = queues_.find(fact.id);
  if (known != queues_.end() && !merged.figures) merged.figures = known->second.figures;
  if (known == queues_.end() || known->second.priority_bonus != fact.priority_bonus) {
    changes_.queue_calls.insert(fact.id);
  }
  if (Put(fact.id, merged, &queues_)) changes_.queues.insert(fact.id);
}

void World::Take(const SourcedFact& /*in*/, const QueueGone& fact) {
  if (queues_.erase(fact.id) == 0) return;
  changes_.queues.insert(fact.id);
  changes_.queue_calls.insert(fact.id);
}

void World::Take(const SourcedFact& in, const TrunkFact& fact) {
  NoteNamed(in.source, fact.id.str());
  edge_trunks_[fact.id][in.source] = fact;
  SumTrunk(fact.id);
}

// Removed at one edge is removed; the others follow.
void World::Take(const SourcedFact& in, const TrunkGone& fact) { ForgetTrunk(fact.id, in.source); }

void World::ForgetTrunk(const TrunkId& id, const Source& source) {
  const auto found = edge_trunks_.find(id);
  if (found == edge_trunks_.end() || found->second.erase(source) == 0) return;
  if (found->second.empty()) edge_trunks_.erase(found);
  SumTrunk(id);
}

void World::SumTrunk(const TrunkId& id) {
  const auto told = edge_trunks_.find(id);
  if (told == edge_trunks_.end()) {
    if (trunks_.erase(id) > 0) changes_.trunks.insert(id);
    return;
  }
  TrunkFact sum = told->second.begin()->second;
  for (auto other = std::next(told->second.begin()); other != told->second.end(); ++other) {
    AddEdge(other->second, &sum);
  }
  if (Put(id, sum, &trunks_)) changes_.trunks.insert(id);
}

const AgentFact* World::FindAgent(const std::string& id_or_name) const {
  if (const auto by_id = agents_.find(AgentId(id_or_name)); by_id != agents_.end()) {
    return &by_id->second;
  }
  const auto by_name = agent_names_.find(id_or_name);
  if (by_name == agent_names_.end()) return nullptr;
  const auto agent = agents_.find(by_name->second);
  return agent == agents_.end() ? nullptr : &agent->second;
}

AgentView World::View(const AgentFact& agent, WallTime now) const {
  AgentView view = ViewAgent(
      agent, options_.sip_domain, [this](const CallId& id) { return FindCall(id); }, now);
  if (const auto notes = coaching_.find(agent.id); notes != coaching_.end()) {
    view.coaching.assign(notes->second.begin(), notes->second.end());
  }
  return view;
}

CallView World::View(const CallHistory& history, WallTime now) const {
  CallView view = ViewCall(history, now);
  if (const auto agent = agents_.find(view.agent); agent != agents_.end()) {
    view.agent_name = agent->second.name;
  }
  return view;
}

bool World::AnotherInStep(const Source& source) const {
  return std::ranges::any_of(sources_, [&](const auto& other) {
    return other.first.kind == source.kind && other.second.state == SourceState::kInStep;
  });
}

// An edge that was never seen beside others that are may not run at all: of those that are
// configured some are there for more calls than there are now.
std::vector<Source> World::OutOfStep() const {
  std::vector<Source> out;
  for (const auto& [source, info] : sources_) {
    const bool absent = info.state == SourceState::kNeverSeen || info.state == SourceState::kGone;
    const bool spare = OfEdge(source.kind) && absent && AnotherInStep(source);
    if (info.state != SourceState::kInStep && !spare) out.push_back(source);
  }
  return out;
}

void World::ForgetLostEdges(WallTime now) {
  for (auto& [source, info] : sources_) {
    const bool due = info.state == SourceState::kLost && now - info.lost >= kEdgeGone;
    if (!OfEdge(source.kind) || !due || !AnotherInStep(source)) continue;
    info.state = SourceState::kGone;
    EndUnnamedCalls(source, ++info.generation, now);
    std::vector<TrunkId> known;
    for (const auto& [id, edges] : edge_trunks_) known.push_back(id);
    for (const auto& id : known) ForgetTrunk(id, source);
  }
}

}  // namespace callfleet::supervisor
