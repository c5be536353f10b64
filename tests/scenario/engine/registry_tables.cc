#include "tests/scenario/engine/registry_tables.h"

#include <algorithm>
#include <utility>

namespace callfleet::engine {

using namespace agent_registry;

KeptPool RegistryTables::Take(Database* database, const PoolId& pool) const {
  const Unit unit{UnitKind::kPool, pool.str()};
  KeptPool kept;
  kept.token = {unit, database->Take(unit)};
  for (const auto& [id, agent] : agents_) kept.agents.push_back(agent);
  for (const auto& [key, rows] : contacts_) kept.contacts.push_back({key.first, key.second, rows});
  for (const auto& [name, row] : units_) kept.units.push_back(row);
  return kept;
}

void RegistryTables::Write(const RegistryWrites& writes) {
  for (const RegistryWrite& write : writes) {
    if (const auto* profile = std::get_if<SaveProfile>(&write)) {
      KeptAgent& agent = agents_[profile->profile->id];
      agent.profile = *profile->profile;
      if (!profile->request_id.empty()) agent.request_id = profile->request_id;
    } else if (const auto* row = std::get_if<SaveAgentRow>(&write)) {
      AgentSaved& saved = agents_[row->agent].saved;
      if (const auto* p = std::get_if<SavePresence>(&row->row)) saved.presence = *p;
      if (const auto* f = std::get_if<SaveFigures>(&row->row)) saved.figures = f->figures;
      if (const auto* w = std::get_if<SaveWrapUp>(&row->row)) {
        std::erase_if(saved.wrap_ups, [&](const SaveWrapUp& old) { return old.key == w->key; });
        saved.wrap_ups.push_back(*w);
      }
      if (const auto* d = std::get_if<DropWrapUp>(&row->row)) {
        std::erase_if(saved.wrap_ups, [&](const SaveWrapUp& w) { return w.key == d->key; });
      }
      if (std::holds_alternative<WorkDone>(row->row)) ++work_done_;
    } else if (const auto* contacts = std::get_if<SaveContacts>(&write)) {
      contacts_[{contacts->sip_user, contacts->edge}] = contacts->contacts;
    } else if (const auto* unit = std::get_if<SaveUnit>(&write)) {
      units_[unit->unit.unit] = *unit;
    } else if (const auto* drop = std::get_if<DropAgent>(&write)) {
      agents_.erase(drop->agent);
    }
  }
}

bool RegistryTables::Has(const AgentRecord& shown, WallTime until) const {
  const auto found = agents_.find(shown.profile->id);
  if (found == agents_.end()) return false;
  const AgentSaved& saved = found->second.saved;
  const SavePresence& now = shown.presence;
  if (saved.presence.presence != now.presence || saved.presence.reason != now.reason ||
      saved.presence.pending != now.pending) {
    return false;
  }
  return std::all_of(shown.slots.begin(), shown.slots.end(), [&](const SlotRecord& slot) {
    if (slot.state != SlotState::kWrapUp || slot.wrap_up_until < until) return true;
    return std::any_of(saved.wrap_ups.begin(), saved.wrap_ups.end(),
                       [&](const SaveWrapUp& kept) { return kept.key == slot.key; });
  });
}

void RegistryJournal::Commit(const PoolId&, RegistryWrites writes, Done done) {
  if (!done) {
    done = [on_lost = on_lost_](const Status& status) {
      if (!status) on_lost(status.error());
    };
  }
  auto kept = std::make_shared<RegistryWrites>(std::move(writes));
  auto submitted = writer_->Submit(
      lane_, [tables = tables_, kept] { tables->Write(*kept); }, done);
  if (!submitted) done(submitted);
}

}  // namespace callfleet::engine
