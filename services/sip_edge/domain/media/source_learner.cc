#include "services/sip_edge/domain/media/source_learner.h"

namespace callfleet::sip_edge::media {
namespace {

constexpr bool OnlyAccepts(SourceState state, SourceEvent event) {
  const auto* row =
      fsm::Find<SourceMachine>(kSourceRows, state, event, [](SourceGuard) { return false; });
  return row->to == state && row->effects.count == 1 &&
         row->effects.items[0] == SourceEffect::kAccept;
}

}  // namespace

SourceLearner::Acts SourceLearner::SetRules(const SourceRules& rules, bool answered) {
  const bool moved = rules.signalled != rules_.signalled;
  const bool first = state_ == SourceState::kNoRemote;
  rules_ = rules;
  answered_ = answered;
  if (!rules.signalled.IsSet()) {
    destination_ = {};
    return Step(SourceEvent::kRemoteGone, {});
  }
  if (moved || first) return Step(SourceEvent::kRemoteSet, {});
  return {};
}

SourceLearner::Acts SourceLearner::OnPacket(const MediaAddress& from) {
  // Nearly every packet; kept short for it, and the same as the table's row for it.
  static_assert(OnlyAccepts(SourceState::kLocked, SourceEvent::kPacketCurrent));
  if (state_ == SourceState::kLocked && from == source_) return {.accept = true};
  return Step(Classify(from), from);
}

SourceLearner::Acts SourceLearner::OnSilence() { return Step(SourceEvent::kSilence, {}); }

SourceEvent SourceLearner::Classify(const MediaAddress& from) const {
  if (state_ == SourceState::kNoRemote) return SourceEvent::kPacketStranger;
  if (has_source() && from == source_) return SourceEvent::kPacketCurrent;
  if (from == rules_.signalled) return SourceEvent::kPacketSignalled;
  if (!rules_.symmetric) return SourceEvent::kPacketStranger;
  if (from.ip == rules_.signalled.ip) return SourceEvent::kPacketAllowed;
  for (std::size_t i = 0; i < rules_.network_count; ++i) {
    if (rules_.networks[i].Contains(from.ip)) return SourceEvent::kPacketAllowed;
  }
  return SourceEvent::kPacketStranger;
}

SourceLearner::Acts SourceLearner::Step(SourceEvent event, const MediaAddress& from) {
  const auto lockable = [this](SourceGuard) { return answered_ && packets_ + 1 >= kPacketsToLock; };
  const auto* row = fsm::Find<SourceMachine>(kSourceRows, state_, event, lockable);
  Acts acts;
  if (row == nullptr) return acts;  // Classify() never makes the pairs that the table leaves out.
  state_ = row->to;
  for (const SourceEffect effect : row->effects) {
    switch (effect) {
      case SourceEffect::kNone:
        break;
      case SourceEffect::kAccept:
        acts.accept = true;
        if (packets_ < kPacketsToLock) ++packets_;
        break;
      case SourceEffect::kAdopt:
        acts.source_changed = source_ != from;
        source_ = from;
        destination_ = from;
        packets_ = 0;
        break;
      case SourceEffect::kForget:
        packets_ = 0;
        break;
      case SourceEffect::kAim:
        destination_ = rules_.signalled;
        break;
      case SourceEffect::kConnect:
        acts.connect = true;
        break;
      case SourceEffect::kDisconnect:
        acts.disconnect = true;
        break;
      case SourceEffect::kStranger:
        acts.stranger = true;
        break;
    }
  }
  return acts;
}

}  // namespace callfleet::sip_edge::media
