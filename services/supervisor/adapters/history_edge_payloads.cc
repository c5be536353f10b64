// Recordings: events of the edges.
#include "services/supervisor/adapters/history_payloads.h"

namespace callfleet::supervisor {

HistoryWhat ToWhat(const callfleet::sip_edge::v1::RecordingClosed& closed,
                   const PbEvent& /*event*/) {
  const auto& recording = closed.recording();
  const auto& policy = recording.policy();
  RecordingRow row{.id = recording.recording_id(),
                   .call = recording.call_id(),
                   .edge = recording.edge_id(),
                   .file = recording.file_name(),
                   .left = {recording.left_leg_ids().begin(), recording.left_leg_ids().end()},
                   .right = {recording.right_leg_ids().begin(), recording.right_leg_ids().end()},
                   .agent = recording.agent_id(),
                   .start = TimeIfSet(recording.start_time()).value_or(WallTime{}),
                   .length = LengthOf(recording.duration()),
                   .bytes = recording.size_bytes(),
                   .sha256 = recording.sha256(),
                   .reason = recording.reason(),
                   .pauses = recording.pauses(),
                   .paused = LengthOf(recording.paused_time()),
                   .mode = policy.mode(),
                   .sample_percent = policy.sample_percent(),
                   .consent_prompt = policy.consent_prompt(),
                   .include_whisper = policy.include_whisper(),
                   .keep_days = policy.keep_days(),
                   .by_command = recording.by_command(),
                   .delete_at = TimeIfSet(recording.delete_time()).value_or(WallTime{})};
  row.end = TimeIfSet(recording.end_time()).value_or(row.start);
  if (recording.has_unit()) {
    row.unit =
        ToString(Unit{static_cast<UnitKind>(recording.unit().kind()), recording.unit().id()});
  }
  return row;
}

}  // namespace callfleet::supervisor
